"""Whether a layer was written to its end: GDAL does not always say when it could not (a disk that was full)."""

from pathlib import Path

from geounet.vector.geopackage import has_index

_GEOJSON_END = b"]\n}\n"


def is_whole(path: Path) -> bool:
    """Whether a layer of a format that GDAL writes has what GDAL writes last."""
    match path.suffix.lower():
        case ".gpkg":
            return has_index(path, path.stem)
        case ".geojson":
            return _tail(path, len(_GEOJSON_END)) == _GEOJSON_END
        case ".shp":
            return all(
                _has_its_length(path.with_suffix(end)) for end in (".shp", ".shx")
            ) and _has_its_records(path.with_suffix(".dbf"))
    return True


def _tail(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(-min(count, path.stat().st_size), 2)
        return file.read()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(32)


def _has_its_length(path: Path) -> bool:
    """Whether a Shapefile's main or index file is as long as its header says, in words of two bytes."""
    return 2 * int.from_bytes(_head(path)[24:28], "big") == path.stat().st_size


def _has_its_records(path: Path) -> bool:
    """Whether a dBase file has as many records as its header says."""
    head = _head(path)
    records, header, record = (
        int.from_bytes(head[at:stop], "little") for at, stop in ((4, 8), (8, 10), (10, 12))
    )
    return path.stat().st_size >= header + records * record
