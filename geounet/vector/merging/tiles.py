"""A finished layer → vector tiles, as PMTiles."""

import math
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError

from geounet.errors import OutputError
from geounet.outputs import atomic_target, check_apart, check_target, disk_full
from geounet.vector.gdal import gdal_config
from geounet.vector.layers import write_batches
from geounet.vector.merging.fields import GEOMETRY_TYPES, Kind, conform, typed
from geounet.vector.merging.geometry import settled, way_between
from geounet.vector.merging.read import Layer, find_layer, record_batches
from geounet.vector.merging.totals import layer_totals
from geounet.vector.merging.zooms import WORLD_M, check_zooms, largest_zoom, smallest_zoom
from geounet.vector.records import GEOMETRY

SUFFIX = ".pmtiles"

_FIELDS = ("id", "class", "confidence", "area_m2", "length_m")
"""What tiles say of features, of which they hold many copies."""

_LINE_M = 16.0
"""Metres that stand for the size of a line: its vertices are off by a quarter of a metre at most."""

_HEADER = struct.Struct("<7sB11Q")
"""The begin of a PMTiles file of version 3: its name, its version, where its parts lie and how many tiles it has."""


def write_pmtiles(
    layer: Path, out: Path, *, overwrite: bool, min_zoom: int | None = None, max_zoom: int | None = None
) -> None:
    """Write the features of a layer as vector tiles in a PMTiles file.

    The largest zoom is that at which vertices are off by less than a thirtieth of a feature's average size, the
    smallest one that at which the layer fits into a few tiles, but no more than 6 below. Tiles have the layer's name,
    and of each feature its id, class, confidence and size. The same layer gives the same bytes.

    GDAL makes the tiles, on one thread, and keeps their features in a database beside `out` meanwhile. A tile that
    would be larger than half a megabyte has coarser vertices, and of more than 200 000 features the smallest go.

    Raises:
        OutputError: the layer has no features, or `out` is not a .pmtiles or cannot be written.
        OptionsError: the zooms are out of range.
        LabelsError: the layer cannot be read.
    """
    out = Path(out)
    if out.suffix.lower() != ".pmtiles":
        raise OutputError(f"{out.name!r} names no vector tiles; expected the extension .pmtiles")
    check_zooms(min_zoom, max_zoom)
    check_target(out, overwrite=overwrite)
    check_apart([out], [layer])
    found = find_layer(Path(layer))
    if found.kind is None or not found.features:
        raise OutputError(f"{layer} has no features, and so no tiles; leave {out.name} out")
    low, high = _zooms(found, min_zoom, max_zoom)
    with atomic_target(out, overwrite=overwrite) as target:
        try:
            _write(target, found, found.kind, zooms=(low, high))
        except (DataLayerError, DataSourceError) as error:
            # GDAL removes its database before it says that it could not write it, and does not say why.
            raise OutputError(
                f"cannot write {out} ({' '.join(str(error).split())}); the disk may be full: make room, or choose a larger "
                "smallest zoom"
            ) from error
        if not _is_whole(target):
            raise disk_full(out)


def _write(target: Path, layer: Layer, kind: Kind, *, zooms: tuple[int, int]) -> None:
    names = [name for name in _FIELDS if name in layer.schema.names]
    geometry = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    schema = pa.schema([*(typed(layer.schema).field(name) for name in names), geometry])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in record_batches(layer, columns=names):
            shapes = settled(batch[GEOMETRY].cast(pa.binary()), kind, way=None)
            yield conform(batch.set_column(batch.num_columns - 1, geometry, shapes), schema)

    # Threads would put features of one size into the database in any order.
    with gdal_config(GDAL_NUM_THREADS="1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's remark on tiles that are coarser
        write_batches(
            target,
            schema,
            batches(),
            layer=layer.path.stem,
            driver="PMTiles",
            geometry_type=GEOMETRY_TYPES[kind],
            crs=layer.crs.to_wkt(),
            dataset_options={"MINZOOM": str(zooms[0]), "MAXZOOM": str(zooms[1]), "NAME": target.stem},
        )


def _zooms(layer: Layer, low: int | None, high: int | None) -> tuple[int, int]:
    """The smallest and the largest zoom: what was chosen, else what fits the layer and its features."""
    bounds, scale = _mercator(layer)
    if high is None:
        totals = layer_totals(layer.path)
        size = _LINE_M if totals.area_m2 is None else math.sqrt(totals.area_m2 / max(1, totals.features))
        high = max(largest_zoom(size * scale), low or 0)
    return smallest_zoom(bounds, high) if low is None else low, high


def _mercator(layer: Layer) -> tuple[list[float], float]:
    """The layer's bounds on Web Mercator, and how much larger things are there than on the ground."""
    if layer.bounds is None:
        return [0.0, 0.0, WORLD_M, WORLD_M], 1.0
    ways = [way_between(layer.crs, pyproj.CRS(code)) for code in (4326, 3857)]
    degrees, metres = ([*(layer.bounds if way is None else way.bounds(layer.bounds))] for way in ways)
    side = WORLD_M / 2
    inside = np.clip(np.nan_to_num(metres, posinf=side, neginf=-side), -side, side)
    latitude = float(np.clip((degrees[1] + degrees[3]) / 2, -85, 85))
    return inside.tolist(), 1 / math.cos(math.radians(latitude))


def _is_whole(path: Path) -> bool:
    """Whether a PMTiles file has tiles, and is as long as its header says."""
    with path.open("rb") as file:
        head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return False
    name, version, *numbers = _HEADER.unpack(head)
    ends = [first + length for first, length in zip(numbers[0:8:2], numbers[1:8:2], strict=True)]
    return (name, version) == (b"PMTiles", 3) and max(ends) == path.stat().st_size and numbers[8] > 0
