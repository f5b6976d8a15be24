"""A finished layer → what it says of itself, and its records, in any format that geounet writes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyproj.exceptions import ProjError

from geounet.errors import LabelsError, MissingCRSError
from geounet.vector.layers import PARQUET
from geounet.vector.merging import gdal_layer, parquet_layer
from geounet.vector.merging.fields import Kind

BATCH = 8192
"""Records that are read at once."""

_KINDS: dict[str, Kind] = {
    "Polygon": "areas", "MultiPolygon": "areas", "LineString": "lines", "MultiLineString": "lines"
}  # fmt: skip

Stamp = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of a layer's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer in a file."""

    path: Path
    name: str
    """What the layer is called in the file."""
    kind: Kind | None
    """What its features are; None where it has none and its format has no schema (GeoJSON)."""
    crs: pyproj.CRS
    schema: pa.Schema
    """Its fields by their own names, without the geometry."""
    features: int
    bounds: tuple[float, float, float, float] | None
    """xmin, ymin, xmax, ymax in its CRS, as the file has it; None without features."""
    stamp: Stamp


def find_layer(path: Path) -> Layer:
    """What a layer says of itself.

    Raises:
        LabelsError: the file cannot be read, or holds neither areas nor lines.
        MissingCRSError: it names no CRS.
    """
    with _explained(path):
        stamp = _stamp(path)
        found: dict[str, Any] = _reader(path).describe(path)
        if found["crs"] is None:
            raise MissingCRSError(
                f"{path} names no coordinate reference system; expected a layer that geounet wrote"
            )
        crs = _crs(found["crs"])
    kind = _KINDS.get(found["geometry_type"])
    if kind is None and found["features"]:
        raise LabelsError(f"{path} holds {found['geometry_type']}; expected areas or lines")
    bounds = found["bounds"] if found["features"] else None
    if bounds is not None and not np.isfinite(bounds).all():
        bounds = None
    return Layer(
        path=path,
        name=found["name"],
        kind=kind,
        crs=crs,
        schema=_shared(found["schema"]),
        features=found["features"],
        bounds=bounds,
        stamp=stamp,
    )


def record_batches(
    layer: Layer, *, columns: Collection[str] | None = None, geometry: bool = True
) -> Iterator[pa.RecordBatch]:
    """A layer's records, GEOMETRY as it is in the file; of the fields those alone of `columns`, where given.

    Raises LabelsError where they cannot be read, or the file is another by now.
    """
    count = 0
    with _explained(layer.path):
        _check_same(layer)
        for batch in _reader(layer.path).record_batches(
            layer.path, layer.name, columns=columns, geometry=geometry, size=BATCH
        ):
            count += batch.num_rows
            yield batch
        _check_same(layer)
    if count != layer.features:
        raise LabelsError(
            f"{layer.path} has {count} features that can be read of {layer.features}; it is damaged: make it again"
        )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What libraries say of a file that they cannot read, as a LabelsError."""
    try:
        yield
    except (
        DataLayerError, DataSourceError, FieldError, ProjError, pa.ArrowException, OSError, ValueError,
    ) as error:  # fmt: skip
        reason = " ".join(str(error).split())
        raise LabelsError(f"{path} cannot be read ({reason}); expected a layer that geounet wrote") from error


def _reader(path: Path) -> ModuleType:
    """The module that reads a format."""
    return parquet_layer if path.suffix.lower() == PARQUET else gdal_layer


@lru_cache(maxsize=64)
def _crs(text: str) -> pyproj.CRS:
    """The CRS of a text; layers of one CRS share it."""
    return pyproj.CRS.from_user_input(text)


@lru_cache(maxsize=64)
def _shared(schema: pa.Schema) -> pa.Schema:
    """The schema itself, which layers of the same share."""
    return schema


def _stamp(path: Path) -> Stamp:
    files = parquet_layer.files(path)
    if path.suffix.lower() == ".shp":
        files += [file for end in (".dbf", ".shx") if (file := path.with_suffix(end)).exists()]
    return tuple((file.name, (found := file.stat()).st_size, found.st_mtime_ns) for file in files)


def _check_same(layer: Layer) -> None:
    if _stamp(layer.path) != layer.stamp:
        raise LabelsError(f"{layer.path} was changed while it was read; run again once nothing writes it")
