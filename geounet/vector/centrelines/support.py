"""Where roads are probable, coarsely: what gaps are asked for their consent."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.strip import CONFIDENCE_SCALE, NODATA
from geounet.vector.centrelines.blocks import Block
from geounet.vector.compiled import cached

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_CELLS = 16
"""Rows and columns of cells that are kept together."""

_FLOOR = 12
"""Probability × 250 below which there is none worth keeping."""

_ROAD = 0.5
"""Probability from which a place is no gap."""


class Surface(NamedTuple):
    """The mean probability of a road in cells of one band, 0 where none was worth keeping."""

    keys: Int64
    """(patches, 2): row and column, in patches of 16 × 16 cells, in order."""
    values: NDArray[np.uint8]
    """(patches + 1, 16, 16): probability × 250; of the last one 0."""
    cell: Float64
    """Width and height of a cell."""

    def at(self, xy: Float64) -> Float64:
        """The probability, 0 to 1, at points (…, 2)."""
        x, y = np.moveaxis(np.floor(xy / self.cell).astype(np.int64), -1, 0)
        columns = max(self.keys[:, 1].max(initial=0), x.max(initial=0) // _CELLS) + 1
        known = np.append(self.keys[:, 0] * columns + self.keys[:, 1], -1)
        wanted = y // _CELLS * columns + x // _CELLS
        patch = np.searchsorted(known[:-1], wanted)
        found = (x >= 0) & (y >= 0) & (known[patch] == wanted)
        values = self.values[np.where(found, patch, -1), y % _CELLS, x % _CELLS]
        return np.asarray(values / CONFIDENCE_SCALE)

    def between(self, begin: Float64, end: Float64) -> tuple[Float64, Float64]:
        """How much of the ways from points (n, 2) to others is no road, and how probably there is one there; 1 of none."""
        length = np.hypot(*(end - begin).T)
        samples = int(np.clip(np.ceil(2 * length.max(initial=0) / self.cell.min()), 16, 512)) + 1
        share = np.linspace(0, 1, samples)[:, None, None]
        probability = self.at(begin + (end - begin) * share)
        is_gap = probability < _ROAD
        count = is_gap.sum(axis=0)
        mean = np.where(is_gap, probability, 0).sum(axis=0) / np.maximum(count, 1)
        return length * count / samples, np.where(count > 0, mean, 1.0)


@dataclass(slots=True)
class Support:
    """What becomes a Surface, block by block; without scores, labels are certain.

    Patches without a road, and without what looks like one, are not kept: memory grows with the length of roads,
    not with the raster.
    """

    cell: int
    """Pixels along a side of a cell."""
    kept: dict[tuple[int, int], NDArray[np.uint8]] = field(default_factory=dict)

    def add(self, block: Block, band: int) -> None:
        """Take in the block's core, which begins at a multiple of `cell` rows."""
        inner = slice(block.core.start - block.first_row, block.core.stop - block.first_row)
        labels = block.labels[band, inner]
        certain = np.full_like(labels, CONFIDENCE_SCALE)
        cells = _pooled(
            labels, certain if block.confidence is None else block.confidence[band, inner], self.cell
        )
        first = block.core.start // self.cell
        for row in range(-(first % _CELLS), len(cells), _CELLS):
            rows = cells[max(0, row) : row + _CELLS]
            top = max(0, -row)
            for col in np.flatnonzero(_supported(rows)).tolist():
                key = (first + row) // _CELLS, col
                patch = self.kept.setdefault(key, np.zeros((_CELLS, _CELLS), np.uint8))
                part = rows[:, col * _CELLS : (col + 1) * _CELLS]
                patch[top : top + part.shape[0], : part.shape[1]] = part

    def surface(self, steps: tuple[float, float]) -> Surface:
        """What was taken in; a row is `steps[0]` long and a column `steps[1]`."""
        keys = np.array(sorted(self.kept), np.int64).reshape(-1, 2)
        values = [self.kept[row, col] for row, col in keys.tolist()]
        nothing = np.zeros((_CELLS, _CELLS), np.uint8)
        return Surface(keys, np.array([*values, nothing]), self.cell * np.array([steps[1], steps[0]]))


def _supported(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of some rows of cells, which runs of columns have anything worth keeping."""
    highest = cells.max(axis=0)
    padded = np.zeros(-(-len(highest) // _CELLS) * _CELLS, np.uint8)
    padded[: len(highest)] = highest
    return np.asarray(padded.reshape(-1, _CELLS).max(axis=1) >= _FLOOR)


@cached
def _pooled(labels: NDArray[np.uint8], confidence: NDArray[np.uint8], cell: int) -> NDArray[np.uint8]:
    """The mean probability × 250 of anything but background; nodata has none."""
    rows, cols = labels.shape
    out = np.empty((-(-rows // cell), -(-cols // cell)), np.uint8)
    sums = np.empty(out.shape[1], np.int64)
    for y in range(out.shape[0]):
        sums[:] = 0
        stop = min(rows, (y + 1) * cell)
        for row in range(y * cell, stop):
            for col in range(cols):
                if labels[row, col] != NODATA:
                    sure = min(confidence[row, col], CONFIDENCE_SCALE)
                    sums[col // cell] += sure if labels[row, col] else CONFIDENCE_SCALE - sure
        for x in range(out.shape[1]):
            pixels = (stop - y * cell) * (min(cols, (x + 1) * cell) - x * cell)
            out[y, x] = sums[x] // pixels
    return out
