"""Record batches → GeoParquet 1.1 (the pyogrio wheel's GDAL has no Parquet driver)."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from rasterio.crs import CRS

from geounet.vector.records import GEOMETRY, Records


def write_geoparquet(path: Path, records: Records, *, crs: CRS, metadata: Mapping[str, str]) -> None:
    """Write records, a row group a batch, with `metadata` in the file's key–value metadata."""
    schema = records.schema.set(records.schema.get_field_index(GEOMETRY), pa.field(GEOMETRY, pa.binary()))
    bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in records.batches():
            writer.write_batch(batch.cast(schema))
            box = shapely.bounds(shapely.from_wkb(batch[GEOMETRY].to_numpy(zero_copy_only=False)))
            bounds[:2] = np.minimum(bounds[:2], box[:, :2].min(axis=0))
            bounds[2:] = np.maximum(bounds[2:], box[:, 2:].max(axis=0))
        geometry = {
            "encoding": "WKB",
            "geometry_types": [records.geometry_type],
            "crs": pyproj.CRS.from_user_input(crs).to_json_dict(),
            "orientation": "counterclockwise",
        }
        if np.isfinite(bounds).all():
            geometry["bbox"] = bounds.tolist()
        geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: geometry}}
        writer.add_key_value_metadata({"geo": json.dumps(geo), **metadata})
