"""A scene's outputs as assets: media types, sizes, checksums, and what rasters say of themselves."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from geounet.batching.job import Outcome
from geounet.batching.sources.remote import is_remote, remote_config
from geounet.raster.stac import asset_fields

FILE_EXTENSION = "https://stac-extensions.github.io/file/v2.1.0/schema.json"

COG = "image/tiff; application=geotiff; profile=cloud-optimized"
MEDIA_TYPES: Mapping[str, str] = {
    ".gpkg": "application/geopackage+sqlite3",
    ".fgb": "application/vnd.flatgeobuf",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
    ".shp": "application/vnd.shp",
    ".dbf": "application/vnd.dbf",
    ".shx": "application/vnd.shx",
    ".zip": "application/zip",
    ".tif": COG,
    ".pmtiles": "application/vnd.pmtiles",
    ".graphml": "application/graphml+xml",
    ".json": "application/json",
    ".html": "text/html",
}
"""By extension; anything else is a stream of bytes."""

_TITLES = {
    "layer": "Features", "class_raster": "Classes", "probability": "Probabilities", "graph": "Roads as a graph",
}  # fmt: skip

_SHA2_256 = "1220"
"""What a multihash of SHA-2 with 256 bits begins with: its code, and its length in bytes."""


def assets_of(outcome: Outcome, *, above: str, outputs_at: str | Path) -> dict[str, dict[str, Any]]:
    """Assets by their kind; `above` leads from the item's file to the output folder (`../`).

    Rasters are opened below `outputs_at`, and sizes are given where that is on this machine's disk.
    """
    return {
        kind: asset(path, above=above, title=_title(kind))
        | _raster(path, outputs_at)
        | _file(path, outcome.digests.get(path), outputs_at)
        for kind, path in _kinds(outcome)
    }


def asset(path: str, *, above: str, title: str) -> dict[str, Any]:
    """What is known of an output by its name."""
    return {"href": f"{above}{path}", "title": title, "type": media_type(path), "roles": ["data"]}


def media_type(path: str) -> str:
    """By the extension."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


def multihash(sha256: str) -> str:
    """A SHA-2 digest as a multihash, in hexadecimal digits."""
    return f"{_SHA2_256}{sha256}"


def _title(kind: str) -> str:
    """A kind in words; `layer:a` is the layer of tile `a` alone."""
    name, _, tile = kind.partition(":")
    words = _TITLES.get(name, name)
    return f"{words}: {tile}" if tile else words


def _kinds(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Outputs by kind, and what belongs to them (parts of a Shapefile) by the kind and their extension."""
    yield from outcome.outputs.items()
    whole = {PurePosixPath(path).with_suffix(""): kind for kind, path in outcome.outputs.items()}
    for path in map(PurePosixPath, outcome.digests):
        if str(path) not in outcome.outputs.values():
            yield f"{whole.get(path.with_suffix(''), path.stem)}{path.suffix}", str(path)


def _raster(path: str, outputs_at: str | Path) -> dict[str, Any]:
    if media_type(path) != COG:
        return {}
    address = f"{str(outputs_at).rstrip('/')}/{path}"
    return asset_fields(address, config=remote_config(address) if is_remote(address) else ())


def _file(path: str, digest: str | None, outputs_at: str | Path) -> dict[str, Any]:
    """Fields of the file extension."""
    fields: dict[str, Any] = {} if digest is None else {"file:checksum": multihash(digest)}
    whole = Path(outputs_at) / path
    return fields | ({"file:size": whole.stat().st_size} if whole.is_file() else {})
