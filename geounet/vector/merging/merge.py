"""Many finished layers → one."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from geounet.outputs import atomic_target, check_apart
from geounet.palette import Colour, colour_of
from geounet.vector.gdal import explained
from geounet.vector.layers import PARQUET, LayerHead, check_format, required_crs, write_gdal
from geounet.vector.merging.joined import Joined
from geounet.vector.merging.place import check_place
from geounet.vector.merging.read import find_layer
from geounet.vector.merging.sorted_parquet import write_sorted_parquet

CLASSES = "GEOUNET_CLASSES"
"""The entry of the metadata that names all classes, as a JSON list that begins with the background: as in rasters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """What was written."""

    path: Path
    """A file, or a folder of parts."""
    layers: int
    """How many layers were read, the empty ones too."""
    features: int
    by_class: Mapping[str, int]
    """Features of each class that has any."""
    crs: str
    """Such as `EPSG:4326`; as WKT where it has no code."""
    parts: int = 1
    """Files that it is in."""


def merge_layers(
    layers: Iterable[Path], out: Path, *, overwrite: bool, metadata: Mapping[str, str], crs: str | None = None
) -> MergeResult:
    """Write finished layers as one, in their order: fields kept, ids from 1, in the CRS that all have, else EPSG:4326.

    `out` is .gpkg, .fgb, .geojson or .shp; or .parquet, which is sorted along a Hilbert curve, and a folder of parts where
    it is large. `crs` is for another CRS than theirs. Records are streamed: memory does not grow with what the layers
    hold, but for FlatGeobuf's bounds. The same layers give the same bytes, and `out` is whole or not at all.

    Raises:
        OutputError: there are no layers, or they hold areas and lines, or `out` cannot be written.
        LabelsError: a layer cannot be read, or changes meanwhile; the message names it.
    """
    out = Path(out)
    check_format(out)
    check_place(out, overwrite=overwrite)
    paths = [Path(path) for path in layers]
    check_apart([out], paths)
    joined = Joined.of([find_layer(path) for path in paths], crs=required_crs(out) or crs)
    head = LayerHead(
        crs=joined.crs, metadata=metadata, colours=lambda found: _colours(metadata.get(CLASSES), found)
    )
    if out.suffix.lower() == PARQUET:
        parts = write_sorted_parquet(out, joined, head, overwrite=overwrite)
    else:
        with atomic_target(out, overwrite=overwrite) as target, explained(out):
            write_gdal(target, joined, head, shown=out)
        parts = 1
    return MergeResult(
        path=out,
        layers=len(paths),
        features=joined.counts.features,
        by_class=dict(sorted(joined.counts.by_class.items())),
        crs=joined.crs.to_string(),
        parts=parts,
    )


def _colours(classes: str | None, found: Collection[str]) -> Mapping[str, Colour]:
    """The colours of the classes that have features, as each has it in a layer of its own."""
    known = json.loads(classes)[1:] if classes else []
    names = [*known, *(name for name in found if name not in known)]
    return {name: colour_of(number) for number, name in enumerate(names, 1) if name}
