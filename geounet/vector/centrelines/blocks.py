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
    held: list[LabelStrip] = []
    core, next_row = range(min(rows, height)), 0
    for strip in strips:
        if strip.first_row != next_row or strip.labels.shape[2] != width:
            raise ValueError(
                f"strip of {strip.labels.shape[2]} columns begins at row {strip.first_row}; "
                f"expected {width} at row {next_row}"
            )
        held.append(strip)
        next_row += strip.rows
        while core and next_row >= min(height, core.stop + margin):
            held = [_joined(held)]
            first, stop = max(0, core.start - margin), min(height, core.stop + margin)
            yield _block(held[0], range(first, stop), core)
            core = range(core.stop, min(core.stop + rows, height))
            held = [_from(held[0], core.start - margin)]
    if next_row < height:
        raise ValueError(f"strips end at row {next_row}; expected {height} rows")


def _block(held: LabelStrip, rows: range, core: range) -> Block:
    part = slice(rows.start - held.first_row, rows.stop - held.first_row)
    confidence = None if held.confidence is None else held.confidence[:, part]
    return Block(held.labels[:, part], confidence, rows.start, core)


def _joined(held: list[LabelStrip]) -> LabelStrip:
    """Strips that follow one another as one."""
    if len(held) == 1:
        return held[0]
    scores = [strip.confidence for strip in held if strip.confidence is not None]
    labels = np.concatenate([strip.labels for strip in held], axis=1)
    return LabelStrip(held[0].first_row, labels, np.concatenate(scores, axis=1) if scores else None)


def _from(strip: LabelStrip, row: int) -> LabelStrip:
    """A copy of what of a strip lies at and below a row of the raster."""
    skip = max(0, row - strip.first_row)
    confidence = None if strip.confidence is None else strip.confidence[:, skip:].copy()
    return LabelStrip(strip.first_row + skip, strip.labels[:, skip:].copy(), confidence)
