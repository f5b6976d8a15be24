"""Label strips of any height → blocks of a fixed number of rows, each with what surrounds it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.strip import LabelStrip


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a raster, and those above and below that they depend on."""

    labels: NDArray[np.uint8]
    """(bands, rows, width), the surroundings included; a view that is good until the next block."""
    confidence: NDArray[np.uint8] | None
    """Probability × 250 of each pixel's label, of the labels' shape; None without scores."""
    first_row: int
    """Row of the raster that the labels begin with."""
    core: range
    """Rows of the raster that this block alone is responsible for."""


def blocks(
    strips: Iterable[LabelStrip], shape: tuple[int, int], *, rows: int, margin: int
) -> Iterator[Block]:
    """Blocks of `rows` rows, the last one shorter, with `margin` rows more on either side where the raster has them.

    Memory is that of a block and a strip. Raises ValueError when strips are not in order, not as wide as `shape`
    (height, width), or end before its last row.
    """
    height, width = shape
    held: _Held | None = None
    core, next_row = range(min(rows, height)), 0
    for strip in strips:
        if strip.first_row != next_row or strip.labels.shape[2] != width:
            raise ValueError(
                f"strip of {strip.labels.shape[2]} columns begins at row {strip.first_row}; "
                f"expected {width} at row {next_row}"
            )
        next_row += strip.rows
        held = held or _Held.like(strip, min(height, rows + 2 * margin))
        taken = 0
        while core and (taken < strip.rows or held.stop >= min(height, core.stop + margin)):
            taken += held.take(strip, taken, min(height, core.stop + margin))
            if held.stop >= min(height, core.stop + margin):
                yield held.block(core)
                core = range(core.stop, min(core.stop + rows, height))
                held.drop(core.start - margin)
    if next_row < height:
        raise ValueError(f"strips end at row {next_row}; expected {height} rows")


@dataclass(slots=True)
class _Held:
    """Rows that are held, in arrays of a fixed size."""

    labels: NDArray[np.uint8]
    confidence: NDArray[np.uint8] | None
    first: int = 0
    """Row of the raster that is held first."""
    stop: int = 0
    """Row after the last that is held."""

    @classmethod
    def like(cls, strip: LabelStrip, rows: int) -> "_Held":
        """Room for some rows of a strip's kind."""
        shape = len(strip.labels), rows, strip.labels.shape[2]
        return cls(np.empty(shape, np.uint8), None if strip.confidence is None else np.empty(shape, np.uint8))

    def take(self, strip: LabelStrip, skip: int, stop: int) -> int:
        """Take rows of a strip but its first ones, up to a row of the raster; give how many."""
        count = max(0, min(strip.rows - skip, stop - self.stop))
        here = slice(self.stop - self.first, self.stop - self.first + count)
        self.labels[:, here] = strip.labels[:, skip : skip + count]
        if self.confidence is not None and strip.confidence is not None:
            self.confidence[:, here] = strip.confidence[:, skip : skip + count]
        self.stop += count
        return count

    def block(self, core: range) -> Block:
        """What is held, as the block of some rows."""
        here = slice(0, self.stop - self.first)
        confidence = None if self.confidence is None else self.confidence[:, here]
        return Block(self.labels[:, here], confidence, self.first, core)

    def drop(self, row: int) -> None:
        """Let go of the rows above one of the raster."""
        skip, count = max(0, row - self.first), self.stop - self.first
        for values in (self.labels, self.confidence):
            if values is not None:
                values[:, : count - skip] = values[:, skip:count].copy()
        self.first += skip
