"""Record batches → the same in the order of a key, however many they are: sorted runs on disk, merged.

batches ─gather─▶ runs (sorted, each as large as fits memory) ─merge─▶ batches
└── more than FAN_IN: some merged to longer runs first
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

KEY = "geounet_key"
"""The field (uint64) by which records are in order; no two have the same."""

RUN_BYTES = 64 << 20
"""Bytes of the records that are sorted in memory at once."""

BLOCK_BYTES = 1 << 20
"""Bytes of a run that are read at once, unless one record is larger."""

FAN_IN = 64
"""Runs that are merged at once: files that are open, and blocks in memory."""


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts records by KEY."""

    folder: Path
    """Where runs wait; each is removed once it was merged."""
    run_bytes: int = RUN_BYTES
    block_bytes: int = BLOCK_BYTES
    fan_in: int = FAN_IN

    def sorted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
        """The records of all batches in the order of KEY, a part at a time."""
        names = (self.folder / f"run-{number}.arrow" for number in count())
        runs: list[Path] = []
        held: pa.Table | None = None
        for gathered in _gathered(batches, self.run_bytes):
            if held is not None:
                runs.append(self._written([held], next(names)))
            held = _in_order(gathered)
        if held is None:
            return
        if not runs:
            yield held
            return
        runs.append(self._written([held], next(names)))
        del held
        while len(runs) > self.fan_in:
            runs = [
                self._written(self._merged(runs[first : first + self.fan_in]), next(names))
                for first in range(0, len(runs), self.fan_in)
            ]
        yield from self._merged(runs)

    def _written(self, tables: Iterable[pa.Table], path: Path) -> Path:
        """A run in a file of blocks."""
        writer = None
        try:
            for table in tables:
                writer = writer or pa.ipc.new_file(path, table.schema)
                rows = max(1, table.num_rows * self.block_bytes // max(1, table.nbytes))
                writer.write_table(table, max_chunksize=rows)
        finally:
            if writer is not None:
                writer.close()
        return path

    def _merged(self, runs: Sequence[Path]) -> Iterator[pa.Table]:
        """The records of sorted runs in order; the runs are gone then."""
        sources = [_blocks(run) for run in runs]
        heads = [_Head(source, block) for source in sources if (block := next(source, None)) is not None]
        while heads:
            # Whatever is still to be read comes after the last record of its run's block.
            limit = min(int(head.keys[-1]) for head in heads)
            yield _in_order(pa.concat_tables([head.taken(limit) for head in heads]))
            heads = [head for head in heads if head.has_more()]


class _Head:
    """The block of a run from which records are taken."""

    def __init__(self, source: Iterator[pa.Table], block: pa.Table) -> None:
        self._source = source
        self._set(block)

    def _set(self, block: pa.Table) -> None:
        self.block, self.keys = block, _keys(block)

    def taken(self, limit: int) -> pa.Table:
        """The block's records up to a key, which are not in it any more."""
        stop = int(np.searchsorted(self.keys, np.uint64(limit), side="right"))
        table = self.block.slice(0, stop)
        self.block, self.keys = self.block.slice(stop), self.keys[stop:]
        return table

    def has_more(self) -> bool:
        """Whether the run has another record; the next block is read where that is needed."""
        if not len(self.keys):
            block = next(self._source, None)
            if block is None:
                return False
            self._set(block)
        return True


def _gathered(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """Batches together, until they have so many bytes."""
    held: list[pa.RecordBatch] = []
    total = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        if held and total + batch.nbytes > size:
            yield pa.Table.from_batches(held)
            held, total = [], 0
        held.append(batch)
        total += batch.nbytes
    if held:
        yield pa.Table.from_batches(held)


def _in_order(table: pa.Table) -> pa.Table:
    whole = table.combine_chunks()
    return whole.take(pa.array(np.argsort(_keys(whole), kind="stable")))


def _keys(table: pa.Table) -> NDArray[np.uint64]:
    keys: NDArray[np.uint64] = table[KEY].to_numpy()
    return keys


def _blocks(run: Path) -> Iterator[pa.Table]:
    """The blocks of a run, whose file is then gone."""
    with pa.OSFile(str(run), "rb") as file, pa.ipc.open_file(file) as reader:
        for number in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(number)])
    run.unlink()
