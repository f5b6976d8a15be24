"""Scores → strips: tiles are weighted into a buffer of rows, and rows that no later tile reaches are handed on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geounet.grid import TileGrid, Window
from geounet.inference.arithmetic import Arithmetic, Array
from geounet.inference.host import HOST
from geounet.inference.patches import BlockMask
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
    origins: NDArray[np.int64]
    """First row of each row of tiles, before the raster's first for those that are mirrored there."""

    @classmethod
    def of(cls, grid: TileGrid, window: Literal["taper", "core"]) -> "Weights":
        """The weights of a grid's tiles."""
        rows, cols = grid.shape
        tile, overlap = grid.tile, grid.overlap
        return cls(
            axis_weights(grid.height, rows, tile=tile, overlap=overlap, window=window),
            axis_weights(grid.width, cols, tile=tile, overlap=overlap, window=window),
            first_rows(rows, tile=tile, overlap=overlap, window=window),
            np.arange(rows) * grid.step - grid.margin,
        )

    def stop(self, tile_row: int) -> int:
        """The row of the raster after the last of a row of tiles."""
        return int(self.origins[tile_row] + self.rows.shape[1])

    def on_rows(self, tile_row: int, first: int, count: int) -> NDArray[np.float32]:
        """The weight of a row of tiles on `count` rows of the raster from `first` on; 0 outside it."""
        places = np.arange(first, first + count) - self.origins[tile_row]
        inside = (places >= 0) & (places < self.rows.shape[1])
        weights = self.rows[tile_row, places.clip(0, self.rows.shape[1] - 1)]
        return np.where(inside, weights, np.float32(0))


def stitch(
    tiles: Iterable[ScoredTile],
    weights: Weights,
    *,
    area: Window,
    bands: range,
    arithmetic: Arithmetic = HOST,
) -> Iterator[ScoreStrip]:
    """Strips of the area's rows and columns, from top to bottom, each row once.

    `bands` are the score bands that are kept. Where a tile never reached the model its weight goes to the
    neighbours that did. A strip is a view of the buffer: it is good until the next one is asked for. The tiles' scores are
    arrays of `arithmetic`, and so are the strips'.
    """
    buffer = _Buffer(weights, area, bands, arithmetic)
    for scored in tiles:
        row = scored.tile.index[0]
        if buffer.block is None or row != buffer.block.tile_row:
            yield from buffer.hand_on(int(weights.starts[row]))
            buffer.reach(scored)
        buffer.add(scored)
    yield from buffer.hand_on(area.row_stop)


class _Buffer:
    """The rows that are not final yet: sums of weighted scores, as many rows as a tile has."""

    def __init__(self, weights: Weights, area: Window, bands: range, arithmetic: Arithmetic) -> None:
        self.weights, self.area, self.bands, self.arithmetic = weights, area, bands, arithmetic
        self.first = area.row
        self.block: BlockMask | None = None
        self.sums = arithmetic.zeros((len(bands), weights.rows.shape[1], area.width))
        self.skipped: dict[int, NDArray[np.float32]] = {}
        """By row of tiles: the weight, along the area's columns, of those that never reached the model."""

    def hand_on(self, stop: int) -> Iterator[ScoreStrip]:
        """The rows before `stop`, which no later tile reaches; then move those that are left to the top."""
        count = min(stop, self.area.row_stop) - self.first
        if self.block is None or count <= 0:
            return
        scores = self.sums[:, :count]
        self._share_skipped(scores)
        top = self.first - self.block.first_row
        left = self.area.col - self.block.first_col
        valid = self.block.wanted[top : top + count, left : left + self.area.width]
        yield ScoreStrip(self.first - self.area.row, scores, valid)
        self.arithmetic.move_up(self.sums, count)
        self.first += count

    def reach(self, scored: ScoredTile) -> None:
        """Turn to a tile's row of tiles."""
        self.block = scored.block
        self.skipped = {
            row: cols for row, cols in self.skipped.items() if self.weights.stop(row) > self.first
        }

    def add(self, scored: ScoredTile) -> None:
        """Add a tile's weighted scores, or note the weight of a tile without scores."""
        tile = scored.tile
        rest = Window(self.first, self.area.col, self.area.row_stop - self.first, self.area.width)
        place = tile.window.intersect(rest)
        if place.height == 0:
            return
        inside = _slices(place, row=tile.window.row, col=tile.window.col)
        here = _slices(place, row=self.first, col=self.area.col)
        rows = self.weights.rows[tile.index[0], inside[0]]
        cols = self.weights.cols[tile.index[1], inside[1]]
        if scored.scores is None:
            skipped = self.skipped.setdefault(tile.index[0], np.zeros(self.area.width, np.float32))
            skipped[here[1]] += cols
            return
        part = scored.scores[self.bands.start : self.bands.stop, *inside]
        self.arithmetic.add_weighted(self.sums[:, *here], part, rows, cols)

    def _share_skipped(self, sums: Array) -> None:
        """Divide the sums of the first rows by the weight that did reach each pixel."""
        if not self.skipped:
            return
        rows = [self.weights.on_rows(tile_row, self.first, sums.shape[1]) for tile_row in self.skipped]
        cols = np.stack(list(self.skipped.values()))
        self.arithmetic.divide_by_reached(sums, np.stack(rows), cols)


def _slices(window: Window, *, row: int, col: int) -> tuple[slice, slice]:
    """A window as slices of an array whose first pixel is (row, col)."""
    return slice(window.row - row, window.row_stop - row), slice(window.col - col, window.col_stop - col)
