"""Scores → strips: tiles are weighted into a buffer of rows, and rows that no later tile reaches are handed on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.grid import TileGrid, Window
from geounet.inference.patches import Block
from geounet.inference.predict import ScoredTile
from geounet.inference.windows import axis_weights, first_rows
from geounet.strip import ScoreStrip


@dataclass(frozen=True, slots=True)
class Weights:
    """How much every tile of a grid counts on its rows and on its columns."""

    rows: NDArray[np.float32]
    """(rows of tiles, tile)."""
    cols: NDArray[np.float32]
    """(columns of tiles, tile)."""
    starts: NDArray[np.int64]
    """First row of the raster on which each row of tiles counts."""

    @classmethod
    def of(cls, grid: TileGrid, window: Literal["taper", "core"]) -> "Weights":
        """The weights of a grid's tiles."""
        rows, cols = grid.shape
        tile, overlap = grid.tile, grid.overlap
        return cls(
            axis_weights(grid.height, rows, tile=tile, overlap=overlap, window=window),
            axis_weights(grid.width, cols, tile=tile, overlap=overlap, window=window),
            first_rows(rows, tile=tile, overlap=overlap, window=window),
        )


def stitch(
    tiles: Iterable[ScoredTile], weights: Weights, *, area: Window, bands: range
) -> Iterator[ScoreStrip]:
    """Strips of the area's rows and columns, from top to bottom, each row once.

    `bands` are the score bands that are kept. Where a tile never reached the model its weight goes to the
    neighbours that did. A strip is a view of rows that are not written again.
    """
    buffer = _Buffer(weights, area, bands)
    for scored in tiles:
        row = scored.tile.index[0]
        if buffer.block is None or row != buffer.block.tile_row:
            yield from buffer.hand_on(int(weights.starts[row]))
            buffer.reach(scored)
        buffer.add(scored)
    yield from buffer.hand_on(area.row_stop)


class _Buffer:
    """The rows that are not final yet: weighted sums, and the weight of tiles that never reached the model."""

    def __init__(self, weights: Weights, area: Window, bands: range) -> None:
        self.weights, self.area, self.bands = weights, area, bands
        self.first = area.row
        self.block: Block | None = None
        self.sums = np.zeros((len(bands), 0, area.width), np.float32)
        self.skipped: NDArray[np.float32] | None = None

    def hand_on(self, stop: int) -> Iterator[ScoreStrip]:
        """The rows before `stop`, which no later tile reaches."""
        count = min(stop, self.area.row_stop) - self.first
        if self.block is None or count <= 0:
            return
        scores, self.sums = self.sums[:, :count], self.sums[:, count:]
        if self.skipped is not None:
            _share_skipped(scores, self.skipped[:count])
            self.skipped = self.skipped[count:]
        top = self.first - self.block.first_row
        valid = self.block.wanted[top : top + count, self.area.col : self.area.col_stop]
        yield ScoreStrip(self.first - self.area.row, scores, valid)
        self.first += count

    def reach(self, scored: ScoredTile) -> None:
        """Make room for the rows of a tile's row of tiles, below those that are left."""
        self.block = scored.block
        rows = max(0, min(scored.tile.window.row_stop, self.area.row_stop) - self.first)
        self.sums = _extended(self.sums, rows)
        if self.skipped is not None:
            self.skipped = _extended(self.skipped[None], rows)[0] if self.skipped.any() else None

    def add(self, scored: ScoredTile) -> None:
        """Add a tile's weighted scores, or note the weight of a tile without scores."""
        tile = scored.tile
        place = tile.window.intersect(Window(self.first, self.area.col, self.sums.shape[1], self.area.width))
        if place.height == 0:
            return
        inside = _slices(place, row=tile.window.row, col=tile.window.col)
        here = _slices(place, row=self.first, col=self.area.col)
        rows = self.weights.rows[tile.index[0], inside[0]]
        cols = self.weights.cols[tile.index[1], inside[1]]
        if scored.scores is not None:
            part = scored.scores[self.bands.start : self.bands.stop, *inside]
            _add_weighted(self.sums[:, *here], part, rows, cols)
            return
        if self.skipped is None:
            self.skipped = np.zeros(self.sums.shape[1:], np.float32)
        self.skipped[here] += rows[:, None] * cols


def _slices(window: Window, *, row: int, col: int) -> tuple[slice, slice]:
    """A window as slices of an array whose first pixel is (row, col)."""
    return slice(window.row - row, window.row_stop - row), slice(window.col - col, window.col_stop - col)


def _extended(above: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """The rows that are left, and zeros below them, in an array of its own."""
    out = np.zeros((above.shape[0], max(rows, above.shape[1]), above.shape[2]), np.float32)
    out[:, : above.shape[1]] = above
    return out


def _share_skipped(sums: NDArray[np.float32], skipped: NDArray[np.float32]) -> None:
    """Divide by the weight that did reach a pixel; a pixel that none reached stays 0 (it is not valid)."""
    touched = skipped > 0
    reached = np.where(touched, 1 - skipped, 1)
    np.divide(sums, reached, out=sums, where=touched & (reached > np.finfo(np.float32).eps))


@numba.njit(nogil=True, cache=True)
def _add_weighted(
    sums: NDArray[np.float32],
    scores: NDArray[np.float32],
    rows: NDArray[np.float32],
    cols: NDArray[np.float32],
) -> None:
    """Add scores (K, h, w), each times its row's and its column's weight, to sums of the same shape."""
    for band in range(sums.shape[0]):
        for row in range(sums.shape[1]):
            weight = rows[row]
            if weight == 0:
                continue
            for col in range(sums.shape[2]):
                sums[band, row, col] += weight * cols[col] * scores[band, row, col]
