"""A layer of a format that GDAL reads: what it says of itself, and its records."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError

from geounet.errors import LabelsError
from geounet.vector.merging.fields import full_name
from geounet.vector.records import GEOMETRY, SHORT_NAMES
from geounet.vector.whole import is_whole

_ARROW_TYPES = {
    "OFTInteger": pa.int32(),
    "OFTInteger64": pa.int64(),
    "OFTReal": pa.float64(),
    "OFTString": pa.string(),
}
"""What GDAL's types are in Arrow, but for their subtypes: fields that geounet knows have types of their own."""


def describe(path: Path) -> dict[str, Any]:
    """What a file says of its one layer with geometries: `crs`, `geometry_type`, `features`, `bounds`, `schema`, `name`."""
    name, info = _info(path)
    fields = [
        (full_name(str(field)), _ARROW_TYPES.get(kind) or _schema(path, name).field(str(field)).type)
        for field, kind in zip(info["fields"], info["ogr_types"], strict=True)
    ]
    return {
        "crs": info["crs"],
        "geometry_type": info["geometry_type"],
        "features": info["features"],
        "bounds": info["total_bounds"],
        "schema": pa.schema(fields),
        "name": name,
    }


def record_batches(
    path: Path, name: str, *, columns: Collection[str] | None, geometry: bool, size: int
) -> Iterator[pa.RecordBatch]:
    """The records of a layer, `size` at once, by their fields' own names; those alone of `columns`, where given."""
    chosen = None if columns is None else [*columns, *(SHORT_NAMES.get(one, one) for one in columns)]
    with pyogrio.raw.open_arrow(
        path, layer=name, columns=chosen, read_geometry=geometry, batch_size=size
    ) as (meta, stream):
        shape = meta["geometry_name"] or "wkb_geometry"
        for batch in pa.RecordBatchReader.from_stream(stream):
            # GDAL's buffers have room for a whole batch, however few its records are.
            whole = batch if batch.num_rows == size else batch.take(pa.array(np.arange(batch.num_rows)))
            yield whole.rename_columns(
                [GEOMETRY if name == shape else full_name(name) for name in batch.schema.names]
            )


def _info(path: Path) -> tuple[str, dict[str, Any]]:
    """The name of the layer that has geometries, and what pyogrio says of it."""
    if path.suffix.lower() == ".shp" and not is_whole(path):
        # GDAL would take it as it is, with shapes left out.
        raise LabelsError(f"{path} is shorter than it says; it is damaged: make it again")
    told = {"force_feature_count": True, "force_total_bounds": True}
    try:  # as geounet names it, which saves a look into the file
        return path.stem, pyogrio.read_info(path, layer=path.stem, **told)
    except DataLayerError:
        named = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(named) != 1:
        raise LabelsError(f"{path} has {len(named)} layers with geometries; expected one")
    return named[0], pyogrio.read_info(path, layer=named[0], **told)


def _schema(path: Path, name: str) -> pa.Schema:
    with pyogrio.raw.open_arrow(path, layer=name, read_geometry=False) as (_, stream):
        return pa.RecordBatchReader.from_stream(stream).schema
