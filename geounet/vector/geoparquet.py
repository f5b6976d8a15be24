"""Record batches → GeoParquet 1.1 (the pyogrio wheel's GDAL has no Parquet driver)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from numpy.typing import NDArray

from geounet.vector.records import GEOMETRY, Records

COMPRESSION = "zstd"
COVERING = "bbox"
"""The column of each feature's bounds, by whose statistics readers skip what lies elsewhere."""
SIDES = ("xmin", "ymin", "xmax", "ymax")

_NONE = (np.inf, np.inf, -np.inf, -np.inf)


def write_geoparquet(path: Path, records: Records, *, crs: pyproj.CRS, metadata: Mapping[str, str]) -> None:
    """Write records, a row group a batch, with `metadata` in the file's key–value metadata."""
    schema = plain_geometry(records.schema)
    head = GeoHead(records.geometry_type, crs)
    with pq.ParquetWriter(path, schema, compression=COMPRESSION) as writer:
        for batch in records.batches():
            writer.write_batch(batch.cast(schema))
            head.add(bounds_of(batch[GEOMETRY]))
        writer.add_key_value_metadata({"geo": head.json(), **metadata})


@dataclass(slots=True)
class GeoHead:
    """What a GeoParquet file says of its geometries, gathered while they are written."""

    geometry_type: str
    crs: pyproj.CRS
    covering: bool = False
    """Whether the file has the column COVERING."""
    bounds: NDArray[np.float64] = field(default_factory=lambda: np.array(_NONE))
    """Of all geometries so far."""

    def add(self, bounds: NDArray[np.float64]) -> None:
        """Take the bounds (n, 4) of more geometries into account; those without one are NaN."""
        both = np.vstack([self.bounds, bounds])
        self.bounds = np.concatenate([np.fmin.reduce(both[:, :2]), np.fmax.reduce(both[:, 2:])])

    def json(self) -> str:
        """The value of the key `geo`."""
        geometry: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": [self.geometry_type],
            "crs": self.crs.to_json_dict(),
            "orientation": "counterclockwise",
        }
        if np.isfinite(self.bounds).all():
            geometry["bbox"] = self.bounds.tolist()
        if self.covering:
            geometry["covering"] = {"bbox": {side: [COVERING, side] for side in SIDES}}
        return json.dumps({"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: geometry}})


def plain_geometry(schema: pa.Schema) -> pa.Schema:
    """The schema with its geometry as mere bytes: what they are stands in the key `geo`."""
    return schema.set(schema.get_field_index(GEOMETRY), pa.field(GEOMETRY, pa.binary()))


def bounds_of(wkb: pa.Array) -> NDArray[np.float64]:
    """(n, 4) xmin, ymin, xmax, ymax of geometries; NaN where there is none."""
    bounds: NDArray[np.float64] = shapely.bounds(shapely.from_wkb(wkb.to_numpy(zero_copy_only=False)))
    return bounds


def covering(bounds: NDArray[np.float64]) -> pa.StructArray:
    """The column COVERING of features with these bounds (n, 4)."""
    sides = [pa.array(values, from_pandas=True) for values in bounds.T]
    return pa.StructArray.from_arrays(sides, names=list(SIDES))
