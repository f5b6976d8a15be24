"""A field for a person's verdict on each feature: `accepted` or `rejected`, null until it is given."""

from collections.abc import Iterator

import pyarrow as pa

from geounet.vector.records import GEOMETRY, Counts, Records

FIELD = pa.field("review", pa.string())


class Reviewable:
    """The records of a layer, with an empty field FIELD before the geometry."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._place = records.schema.get_field_index(GEOMETRY)
        self.schema: pa.Schema = records.schema.insert(self._place, FIELD)
        self.geometry_type = records.geometry_type
        self.counts: Counts = records.counts

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The same batches with the field."""
        for batch in self._records.batches():
            columns = batch.columns
            columns.insert(self._place, pa.nulls(batch.num_rows, FIELD.type))
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
