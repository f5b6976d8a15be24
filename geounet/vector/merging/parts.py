"""Sorted records → GeoParquet files of even row groups, a new file each time that one is large enough."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from geounet.vector.geoparquet import COMPRESSION, COVERING, SIDES, GeoHead
from geounet.vector.records import GEOMETRY

PART = "part-{:05d}.parquet"
"""What the files are called, counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSizes:
    """How large files and their row groups become."""

    rows: int = 5_000_000
    """Most features of a file."""
    file_bytes: int = 1 << 30
    """Bytes of a file from which on the next row group goes into another."""
    group_rows: int = 65_536
    """Features of a row group, of which a reader takes all or none."""
    group_bytes: int = 128 << 20
    """Bytes of a row group in memory beyond which it has fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWriter:
    """Writes records that have the column COVERING as files in a folder."""

    folder: Path
    schema: pa.Schema
    geometry_type: str
    crs: pyproj.CRS
    metadata: Mapping[str, str]
    """For each file's key–value metadata."""
    sizes: PartSizes = field(default_factory=PartSizes)

    def write(self, tables: Iterable[pa.Table]) -> list[Path]:
        """Write tables of the schema, in their order, and return the files: one at least."""
        groups = row_groups(tables, self.sizes)
        group = next(groups, None)
        paths = [self.folder / PART.format(0)]
        rest = self._write_file(paths[0], group, groups)
        while rest is not None:
            paths.append(self.folder / PART.format(len(paths)))
            rest = self._write_file(paths[-1], rest, groups)
        return paths

    def _write_file(self, path: Path, group: pa.Table | None, groups: Iterator[pa.Table]) -> pa.Table | None:
        """Write row groups until the file is large enough; the group that is left, if there is one."""
        head = GeoHead(self.geometry_type, self.crs, covering=True)
        rows = 0
        # Of many files, pyarrow and geopandas look at a schema's metadata; of one, others at the file's, with its bounds.
        schema = self.schema.with_metadata({"geo": head.json()})
        with pq.ParquetWriter(path, schema, compression=COMPRESSION, **self._encoding()) as writer:
            while group is not None and self._fits(group, rows, path):
                writer.write_table(group.cast(schema), row_group_size=group.num_rows)
                head.add(_bounds(group))
                rows += group.num_rows
                group = next(groups, None)
            writer.add_key_value_metadata({"geo": head.json(), **self.metadata})
        return group

    def _fits(self, group: pa.Table, rows: int, path: Path) -> bool:
        if not rows:
            return True
        return rows + group.num_rows <= self.sizes.rows and path.stat().st_size < self.sizes.file_bytes

    def _encoding(self) -> dict[str, list[str]]:
        """Statistics by which readers skip, and dictionaries where values come again."""
        plain = [name for name in self.schema.names if name not in (GEOMETRY, COVERING)]
        return {
            "write_statistics": [*plain, *(f"{COVERING}.{side}" for side in SIDES)],
            "use_dictionary": plain,
        }


def row_groups(tables: Iterable[pa.Table], sizes: PartSizes) -> Iterator[pa.Table]:
    """Records in tables of `group_rows`, the last one shorter, and so any that would be too large in memory."""
    held: list[pa.Table] = []
    rows = size = 0
    for table in tables:
        left = table
        while left.num_rows:
            taken = left.slice(0, min(sizes.group_rows - rows, _rows_within(left, sizes.group_bytes - size)))
            left = left.slice(taken.num_rows)
            held.append(taken)
            rows, size = rows + taken.num_rows, size + taken.nbytes
            if rows == sizes.group_rows or size >= sizes.group_bytes or left.num_rows:
                yield pa.concat_tables(held)
                held, rows, size = [], 0, 0
    if held:
        yield pa.concat_tables(held)


def _rows_within(table: pa.Table, size: int) -> int:
    """Records that are of so many bytes, about; one at least."""
    return max(1, int(table.num_rows) * max(size, 0) // max(1, int(table.nbytes)))


def _bounds(table: pa.Table) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(n, 4) what the column COVERING says."""
    sides = table[COVERING].combine_chunks().flatten()
    return np.column_stack([side.to_numpy(zero_copy_only=False) for side in sides])
