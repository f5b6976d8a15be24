"""A GeoParquet layer, a file or a folder of parts: what it says of itself, and its records."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geounet.errors import LabelsError
from geounet.vector.placement import LONGITUDE_LATITUDE
from geounet.vector.records import GEOMETRY


def files(path: Path) -> list[Path]:
    """The file, or the parts in the folder, in their order."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def describe(path: Path) -> dict[str, Any]:
    """What the files say of the layer: `crs`, `geometry_type`, `features`, `bounds`, `schema`, `name`."""
    parts = files(path)
    if not parts:
        raise LabelsError(f"{path} is a folder without a .parquet file; expected the parts of a layer")
    heads = [pq.read_metadata(part) for part in parts]
    known = [_head(head, path) for head in heads]
    boxes = np.array([one["bbox"] for one in known if "bbox" in one]).reshape(-1, 4)
    schema = heads[0].schema.to_arrow_schema()
    return {
        "crs": _crs(known[0]),
        "geometry_type": next((name for one in known for name in one["geometry_types"]), None),
        "features": sum(head.num_rows for head in heads),
        "bounds": (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)) if len(boxes) else None,
        "schema": pa.schema([schema.field(name) for name in _fields(schema, known[0])]),
        "name": path.stem,
    }


def record_batches(
    path: Path, _name: str, *, columns: Collection[str] | None, geometry: bool, size: int
) -> Iterator[pa.RecordBatch]:
    """The layer's records, up to `size` at once; of their fields those alone of `columns`, where given."""
    for part in files(path):
        with pq.ParquetFile(part) as file:
            fields = _fields(file.schema_arrow, _head(file.metadata, path))
            names = [name for name in fields if columns is None or name in columns]
            taken = [*names, GEOMETRY] if geometry else names
            for batch in file.iter_batches(size, columns=taken):
                yield batch.select(taken)


def _head(metadata: pq.FileMetaData, path: Path) -> dict[str, Any]:
    """What a file says of its geometries, which geounet calls GEOMETRY."""
    columns = json.loads((metadata.metadata or {}).get(b"geo", b"{}")).get("columns", {})
    if GEOMETRY not in columns:
        raise LabelsError(
            f"{path} has no column {GEOMETRY!r}; expected a GeoParquet layer that geounet wrote"
        )
    return dict(columns[GEOMETRY])


def _crs(head: dict[str, Any]) -> str | None:
    """What the file says of its CRS: longitude and latitude where it says nothing, and none where that is null."""
    crs = head.get("crs", LONGITUDE_LATITUDE)
    return json.dumps(crs) if isinstance(crs, dict) else crs


def _fields(schema: pa.Schema, head: dict[str, Any]) -> list[str]:
    """Names of all columns but the geometry, and its bounds."""
    covering = {side[0] for side in head.get("covering", {}).get("bbox", {}).values()}
    return [name for name in schema.names if name != GEOMETRY and name not in covering]
