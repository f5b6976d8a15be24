"""Records → GeoParquet sorted along a Hilbert curve, with each feature's bounds beside it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from geounet.errors import OutputError
from geounet.vector.gdal import explained
from geounet.vector.geoparquet import COVERING, SIDES, bounds_of, covering, plain_geometry
from geounet.vector.layers import LayerHead
from geounet.vector.merging.hilbert import ORDER, hilbert_distance
from geounet.vector.merging.joined import Bounds, Joined
from geounet.vector.merging.order import KEY, Sorter
from geounet.vector.merging.parts import PartSizes, PartWriter
from geounet.vector.merging.place import atomic_parts
from geounet.vector.records import GEOMETRY

_NUMBER_BITS = np.uint64(64 - 2 * ORDER)
"""The bits of a key that number the features; the higher ones say where on the curve each lies."""

_SMALL_BATCHES, _ROWS = 64, 4096
"""Small batches, and records of them, that are put together."""

_COVERING_FIELD = pa.field(COVERING, pa.struct([(side, pa.float64()) for side in SIDES]))


def write_sorted_parquet(out: Path, records: Joined, head: LayerHead, *, overwrite: bool) -> int:
    """Write records in the order of a Hilbert curve over all of them, ties in theirs; how many files they took.

    Records wait on the disk of `out` meanwhile, in about the space that they need in memory. Raises OutputError
    where the layer cannot be written.
    """
    schema = plain_geometry(records.schema).append(_COVERING_FIELD)
    with atomic_parts(out, overwrite=overwrite) as folder, explained(out):
        keyed = _keyed(records, records.bounds() or (0.0, 0.0, 0.0, 0.0))
        tables = (table.select(schema.names).cast(schema) for table in Sorter(folder).sorted(keyed))
        writer = PartWriter(
            folder=folder,
            schema=schema,
            geometry_type=records.geometry_type,
            crs=head.crs,
            metadata=head.metadata,
            sizes=PartSizes(),
        )
        return len(writer.write(tables))


def _keyed(records: Joined, extent: Bounds) -> Iterator[pa.RecordBatch]:
    """The records with their bounds, and the key of their order."""
    first = 0
    for batch in _together(records.batches()):
        stop = first + batch.num_rows
        if stop >> int(_NUMBER_BITS):
            raise OutputError("there are more than 4 294 967 296 features; merge fewer layers at once")
        bounds = bounds_of(batch[GEOMETRY])
        numbers = np.arange(first, stop, dtype=np.uint64)
        keys = hilbert_distance(bounds, extent) << _NUMBER_BITS | numbers
        yield batch.append_column(_COVERING_FIELD, covering(bounds)).append_column(KEY, pa.array(keys))
        first = stop


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The records of batches in order, small ones together: thousands of small batches keep memory apart."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if len(held) == _SMALL_BATCHES or sum(one.num_rows for one in held) >= _ROWS:
            yield from pa.Table.from_batches(held).combine_chunks().to_batches()
            held = []
    if held:
        yield from pa.Table.from_batches(held).combine_chunks().to_batches()
