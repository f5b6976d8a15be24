"""How far each pixel is from the nearest two objects: exact, and bounded by a reach.

Of each column the nearest two objects above and below a pixel are known from two scans. A pixel's nearest two are
among those of the columns round it: an object that is not among the two of its own column is no nearer than both of
them. So a few columns, from the pixel's outwards and no farther than what was found, say what a search of all pixels
would.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.pixel_size import PixelSize
from geounet.vector.compiled import cached, inlined

_ROWS = 256
"""Rows that are searched at once; changes nothing in the result."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """Full-width rows of distances, in metres between the centres of pixels; infinite beyond the reach."""

    rows: slice
    """Rows of the raster that these are."""
    first_m: NDArray[np.float32]
    """(rows, cols) to the nearest pixel of any object; 0 on one."""
    second_m: NDArray[np.float32]
    """(rows, cols) to the nearest pixel of any other object than the nearest."""


def nearest_two(objects: NDArray[np.int32], pixel: PixelSize, *, reach_m: float) -> Iterator[Nearest]:
    """The distances of each pixel (rows, cols) to the nearest two objects, from top to bottom; 0 is no object."""
    height, width = objects.shape
    halo = int(reach_m / pixel.row_m) + 1
    limits = (pixel.row_m, reach_m)
    for first in range(0, height, _ROWS):
        stop = min(first + _ROWS, height)
        top, bottom = max(0, first - halo), min(height, stop + halo)
        found = np.zeros((2, stop - first, width), np.int32)
        squares = np.full((2, stop - first, width), np.inf)
        _scan(objects[top:bottom], first - top, limits, (found, squares))
        _scan(objects[top:bottom][::-1], bottom - stop, limits, (found[:, ::-1], squares[:, ::-1]))
        distances = np.empty((2, stop - first, width), np.float32)
        _spread(found, squares, (pixel.col_m, reach_m**2), distances)
        yield Nearest(slice(first, stop), distances[0], distances[1])


@inlined
def _with(best: tuple[int, float, int, float], one: int, square: float) -> tuple[int, float, int, float]:
    """The nearest two of three, each an object and its squared distance; two of them may be one object."""
    first, near, second, far = best
    if one == first:
        return first, min(near, square), second, far
    if square < near:
        return one, square, first, near
    if square < far:
        return first, near, one, square
    return best


@cached
def _scan(
    objects: NDArray[np.int32],
    skipped: int,
    limits: tuple[float, float],
    best: tuple[NDArray[np.int32], NDArray[np.float64]],
) -> None:
    """Add to the best of rows what lies in their own columns at or above them; `skipped` rows lie above all of them.

    Limits are metres a row, and the reach in metres.
    """
    found, squares = best
    step, reach = limits
    farthest = int(reach / step) + 1
    rows, cols = found.shape[1:]
    last = np.zeros((2, cols), np.int32)  # the latest object of each column, and the latest other one
    seen = np.zeros((2, cols), np.int64)  # their latest rows
    for row in range(skipped + rows):
        for col in range(cols):
            one = objects[row, col]
            if one != 0:
                if one != last[0, col]:
                    last[1, col], seen[1, col] = last[0, col], seen[0, col]
                    last[0, col] = one
                seen[0, col] = row
            if row < skipped:
                continue
            at = row - skipped
            pair = found[0, at, col], squares[0, at, col], found[1, at, col], squares[1, at, col]
            for k in range(2):
                if last[k, col] != 0 and row - seen[k, col] <= farthest:
                    pair = _with(pair, last[k, col], ((row - seen[k, col]) * step) ** 2)
            found[0, at, col], squares[0, at, col], found[1, at, col], squares[1, at, col] = pair


@inlined
def _search(
    found: NDArray[np.int32], squares: NDArray[np.float64], at: tuple[int, int], limits: tuple[float, float]
) -> tuple[int, float, int, float]:
    """The nearest two of a pixel, from its own column outwards; limits are metres a column, and the squared reach."""
    row, col = at
    step, reach = limits
    best = (0, np.inf, 0, np.inf)
    for away in range(found.shape[2]):
        across = (away * step) ** 2
        if across > reach or across >= best[3]:
            break
        for other in (col - away, col + away):
            if other < 0 or other >= found.shape[2]:
                continue
            for k in range(2):
                square = squares[k, row, other] + across
                if found[k, row, other] != 0 and square <= reach:
                    best = _with(best, found[k, row, other], square)
    return best


@cached
def _spread(
    found: NDArray[np.int32],
    squares: NDArray[np.float64],
    limits: tuple[float, float],
    distances: NDArray[np.float32],
) -> None:
    """Fill distances from what each column holds; limits are metres a column, and the squared reach."""
    rows, cols = found.shape[1:]
    widest = int(np.sqrt(limits[1]) / limits[0]) + 1
    filled = np.zeros(
        cols + 1, np.int64
    )  # columns before each that hold anything: most pixels are far from all
    for row in range(rows):
        for col in range(cols):
            filled[col + 1] = filled[col] + (found[0, row, col] != 0)
        for col in range(cols):
            best = (0, np.inf, 0, np.inf)
            if filled[min(cols, col + widest + 1)] > filled[max(0, col - widest)]:
                best = _search(found, squares, (row, col), limits)
            distances[0, row, col] = np.sqrt(best[1])
            distances[1, row, col] = np.sqrt(best[3])
