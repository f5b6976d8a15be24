"""A delay line: slabs wait, all but the last ones on disk, until each of their fragments has a code."""

import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.outputs import disk_full, is_disk_full
from geounet.strip import NODATA, LabelStrip
from geounet.vector.separation.basins import FIRST, UNKNOWN, Basins
from geounet.vector.separation.graph import Int64

Bytes = NDArray[np.uint8]
Int32 = NDArray[np.int32]

IN_MEMORY = 2
"""Slabs that wait in memory: most go on as soon as the next one or two have come."""


@dataclass(frozen=True, slots=True)
class _Pixels:
    """What a slab holds of each of its pixels."""

    runs: tuple[tuple[Int32, Int32], ...]
    """Values of the map of fragments, and how often each follows on itself, row by row; by band."""
    confidence: Bytes | None
    """(bands, rows, width)."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """A slab, and what is known of its codes."""

    first_row: int
    shape: tuple[int, ...]
    """(bands, rows, width)."""
    firsts: tuple[int, ...]
    """The number of the first fragment, by band."""
    codes: tuple[Bytes, ...]
    """The code of each value in the map, by band; 0 where there is none yet."""
    pixels: _Pixels | Path
    """In memory, or the file that they are in."""

    def is_ready(self) -> bool:
        return all(codes[FIRST:].all() for codes in self.codes)


@dataclass(frozen=True, slots=True)
class Spool:
    """Slabs that wait, in the order in which they came."""

    folder: Path
    """Where those have their files that wait for long."""
    waiting: deque[_Waiting] = field(default_factory=deque)

    def put(self, first_row: int, basins: list[Basins], confidence: Bytes | None) -> None:
        """Keep the maps of a slab's bands, and its confidence; raises OutputError when the disk is full."""
        slab = _Waiting(
            first_row=first_row,
            shape=(len(basins), *basins[0].map.shape),
            firsts=tuple(one.first for one in basins),
            codes=tuple(_no_codes(len(one.fragments)) for one in basins),
            pixels=_Pixels(tuple(_runs(one.map.ravel()) for one in basins), confidence),
        )
        self.waiting.append(slab)
        if len(self.waiting) > IN_MEMORY:
            oldest = self.waiting[-1 - IN_MEMORY]
            if isinstance(oldest.pixels, _Pixels):
                oldest.pixels = _written(oldest.pixels, self.folder / f"rows_{oldest.first_row}")

    def set_codes(self, band: int, numbers: Int64, codes: Bytes) -> None:
        """Say the codes of some fragments of a band, whose numbers are ascending."""
        for slab in self.waiting:
            first, table = slab.firsts[band], slab.codes[band]
            begin, stop = np.searchsorted(numbers, [first, first + len(table) - FIRST])
            table[numbers[begin:stop] - first + FIRST] = codes[begin:stop]

    def ready(self) -> Iterator[LabelStrip]:
        """The slabs up to the first that has to wait, as strips of codes."""
        while self.waiting and self.waiting[0].is_ready():
            slab = self.waiting.popleft()
            pixels = _read(slab.pixels, slab.shape) if isinstance(slab.pixels, Path) else slab.pixels
            labels = [
                np.repeat(codes[values], lengths)
                for codes, (values, lengths) in zip(slab.codes, pixels.runs, strict=True)
            ]
            yield LabelStrip(slab.first_row, np.stack(labels).reshape(slab.shape), pixels.confidence)


def _written(pixels: _Pixels, path: Path) -> Path:
    try:
        with path.open("wb") as file:
            for run in pixels.runs:
                for array in run:
                    np.save(file, array)
            if pixels.confidence is not None:
                file.write(zlib.compress(np.ascontiguousarray(pixels.confidence).data, level=1))
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(path) from error
        raise
    return path


def _read(path: Path, shape: tuple[int, ...]) -> _Pixels:
    """What was written, whose file is then gone."""
    with path.open("rb") as file:
        runs = tuple((np.load(file), np.load(file)) for _ in range(shape[0]))
        packed = file.read()
    path.unlink()
    confidence = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(shape) if packed else None
    return _Pixels(runs, confidence)


def _no_codes(fragments: int) -> Bytes:
    codes = np.zeros(FIRST + fragments, np.uint8)
    codes[UNKNOWN] = NODATA
    return codes


def _runs(values: Int32) -> tuple[Int32, Int32]:
    """Values that differ from the one before them, and how often each follows on itself."""
    begins = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    return values[begins], np.diff(begins, append=len(values)).astype(np.int32)
