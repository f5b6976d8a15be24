"""Pixels on another grid: between the centres of valid pixels, bilinear.

What a pixel becomes depends on its place in the grid alone, so a window is the same bit for bit as in the whole; and on
valid pixels alone, so what lies under the others changes nothing.
"""

from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.projected import Projection, halves
from geounet.raster.source import Pixels, Source

_BLOCK = 256
"""Side of the squares, counted from the grid's corner, in each of which places are found by a lattice of its own."""

_MOST_PIXELS = 1 << 24
"""Source pixels that are read at once."""

_SNAP = 1e-3
"""A place by less than this part of a pixel off a centre is that centre: grids on one lattice stay as they are."""

_ROUNDING = 1e-6
"""A centre by so much before a pixel's edge lies behind it: a tie falls to the pixel on the right, and below."""


class InterpolatedSource(Source):
    """A source on another grid than its own; not valid where that lies outside of it.

    A pixel is valid where the source pixel that its centre lies in is. Where the source's pixels are much smaller, average
    them first (`ResampledSource`): between four centres the others are not seen.
    """

    def __init__(self, source: Source, own: Georeference, grid: Georeference) -> None:
        self._source, self._own, self._grid = source, own, grid
        self.height, self.width = grid.height, grid.width
        self.count, self.dtype, self.dtypes = source.count, source.dtype, source.dtypes
        self.value_dtype = np.dtype(np.float32)
        self.native = False
        self.cache_bytes, self.files = source.cache_bytes, source.files

    def read(self, window: Window) -> Pixels:
        """The pixels of a window of the grid, float32; raises SceneError when they cannot be read."""
        values = np.zeros((self.count, window.height, window.width), np.float32)
        valid = np.zeros((window.height, window.width), np.bool_)
        for block, part in _blocks(window, self._grid):
            rows = slice(part.row - window.row, part.row_stop - window.row)
            cols = slice(part.col - window.col, part.col_stop - window.col)
            self._fill(self._places(block, part), values[:, rows, cols], valid[rows, cols])
        return Pixels(values, valid)

    def _places(self, block: Window, part: Window) -> NDArray[np.float64]:
        """Row and column in the source, (2, rows, cols), of the centres of a part of a block."""
        lattice = Projection(self._own, self._grid).lattice(block)
        places = np.empty((2, part.height, part.width))
        _interpolate_places(
            lattice, (block.height, block.width), (part.row - block.row, part.col - block.col), places
        )
        return places

    def _fill(
        self, places: NDArray[np.float64], values: NDArray[np.float32], valid: NDArray[np.bool_]
    ) -> None:
        needed = _needed(places, (self._own.height, self._own.width))
        if needed is None:
            return
        if needed.height * needed.width > _MOST_PIXELS and valid.size > 1:
            for half in halves(Window(0, 0, *valid.shape)):
                rows, cols = slice(half.row, half.row_stop), slice(half.col, half.col_stop)
                self._fill(places[:, rows, cols], values[:, rows, cols], valid[rows, cols])
            return
        pixels = self._source.read(needed)
        size, corner = (self._own.height, self._own.width), (needed.row, needed.col)
        _sample(pixels.values, pixels.valid, size, corner, places, values, valid)


def _blocks(window: Window, grid: Georeference) -> Iterator[tuple[Window, Window]]:
    """The blocks of the grid that a window reaches into, and the part of the window in each."""
    whole = Window(0, 0, grid.height, grid.width)
    for row in range(window.row // _BLOCK * _BLOCK, window.row_stop, _BLOCK):
        for col in range(window.col // _BLOCK * _BLOCK, window.col_stop, _BLOCK):
            block = Window(row, col, _BLOCK, _BLOCK).intersect(whole)
            yield block, block.intersect(window)


def _needed(places: NDArray[np.float64], size: tuple[int, int]) -> Window | None:
    """The source pixels between whose centres the places lie; None where all places are outside."""
    limits = np.array(size, np.float64)[:, None, None]
    inside = ((places >= -_ROUNDING) & (places < limits)).all(axis=0)  # false where a place is not finite
    if not inside.any():
        return None
    found = places[:, inside]
    low = np.floor(found.min(axis=1) - 0.5 - _SNAP).astype(int).clip(0)
    high = np.minimum(np.floor(found.max(axis=1) + 0.5 + _SNAP).astype(int) + 1, size)
    return Window(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


@numba.njit(nogil=True, cache=True)
def _interpolate_places(
    lattice: NDArray[np.float64], size: tuple[int, int], corner: tuple[int, int], places: NDArray[np.float64]
) -> None:
    """Fill places (2, rows, cols) of the part at `corner` of a block of `size` from the block's lattice, bilinear."""
    _, nodes_down, nodes_along = lattice.shape
    for row in range(places.shape[1]):
        y = (row + corner[0]) * (nodes_down - 1) / max(1, size[0] - 1)
        above = min(int(y), max(0, nodes_down - 2))
        below = min(above + 1, nodes_down - 1)
        y -= above
        for col in range(places.shape[2]):
            x = (col + corner[1]) * (nodes_along - 1) / max(1, size[1] - 1)
            left = min(int(x), max(0, nodes_along - 2))
            right = min(left + 1, nodes_along - 1)
            x -= left
            for axis in range(2):
                at = 0.0
                for i, down in ((above, 1 - y), (below, y)):
                    for j, along in ((left, 1 - x), (right, x)):
                        if down * along > 0:  # a weight of 0 leaves out what is not finite
                            at += lattice[axis, i, j] * down * along
                places[axis, row, col] = at


@numba.njit(nogil=True, cache=True)
def _taps(at: float, size: int) -> tuple[int, int, float]:
    """The two pixels between whose centres a place lies, and how far it is from the first to the second."""
    before = int(np.floor(at - 0.5))
    share = at - 0.5 - before
    if share < _SNAP:
        share = 0.0
    elif share > 1 - _SNAP:
        before, share = before + 1, 0.0
    first = min(max(before, 0), size - 1)
    second = min(max(before + 1, 0), size - 1)
    return first, second, share


@numba.njit(nogil=True, cache=True)
def _sample(  # noqa: PLR0913, PLR0917 (a kernel takes plain arrays)
    source: NDArray[Any],
    known: NDArray[np.bool_],
    size: tuple[int, int],
    corner: tuple[int, int],
    places: NDArray[np.float64],
    values: NDArray[np.float32],
    valid: NDArray[np.bool_],
) -> None:
    """Fill values (bands, rows, cols) and valid (rows, cols) from the source pixels of a window at `corner`."""
    for row in range(valid.shape[0]):
        for col in range(valid.shape[1]):
            y, x = places[0, row, col] + _ROUNDING, places[1, row, col] + _ROUNDING
            if not (0 <= y < size[0] and 0 <= x < size[1]):
                continue
            if not known[int(y) - corner[0], int(x) - corner[1]]:
                continue
            above, below, down = _taps(places[0, row, col], size[0])
            left, right, along = _taps(places[1, row, col], size[1])
            valid[row, col] = True
            for band in range(values.shape[0]):
                total, shares = 0.0, 0.0
                for i, vertical in ((above, 1 - down), (below, down)):
                    for j, horizontal in ((left, 1 - along), (right, along)):
                        share = vertical * horizontal
                        if share > 0 and known[i - corner[0], j - corner[1]]:
                            total += share * source[band, i - corner[0], j - corner[1]]
                            shares += share
                values[band, row, col] = total / shares
