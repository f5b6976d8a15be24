"""A mask → its skeleton: homotopic thinning in the order of the distance to the background.

Pixels fall from the outside in, each when it is simple: when the road and the background round it stay connected as
they were. The middle of a road is kept, and nothing else keeps an end, so that corners, ragged outlines and blobs
leave no spurs; but of lines that are too thin for a middle, ends are kept. After Pudney (1998), Distance-ordered
homotopic thinning, CVIU 72, and Couprie, Coeurjolly and Zrour (2007), Discrete bisector function and Euclidean
skeleton, Image and Vision Computing 25.
"""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.mask import BACKGROUND, ROAD, Mask
from geounet.vector.compiled import cached

_LEVELS = 8
"""Levels of distance a pixel: finer than the distances of neighbours differ."""

_THICK = 2.0
"""Least distance to the background of a pixel with road all round it."""

_AROUND = np.array([(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)])
"""Rows and columns to the eight pixels round one, clockwise from the one above."""


def _simple() -> NDArray[np.bool_]:
    """Whether a pixel is simple, by the bits of its neighbours; road joins at corners, background does not."""
    bits = np.arange(256)[:, None] >> np.arange(8) & 1 == 1
    edges, corners, ahead = bits[:, ::2], bits[:, 1::2], np.roll(bits[:, ::2], -1, axis=1)
    # Yokoi's number: how often, going round, background at an edge is followed by road.
    crossings = (~edges & (corners | ahead)).sum(axis=1)
    return np.asarray(crossings == 1)


_SIMPLE = _simple()


@cached
def thin(
    mask: Mask, distance: NDArray[np.float32], kept: NDArray[np.bool_], origin: tuple[int, int]
) -> NDArray[np.int64]:
    """Thin the road of a mask, in place, to lines one pixel wide; give what is left, as flat positions.

    Pixels at one distance fall in four fields none of which holds neighbours, by the parity of row and column counted
    from `origin`: so what falls depends on what lies near, and not on where the tile was cut.
    """
    order = _outside_in(mask, distance, origin)
    lines = _thin_lines(order, distance)
    fallen = 1
    while fallen:
        before = len(order)
        order = _down_to_the_middle(mask, order, kept, lines)
        fallen = before - len(order)
    # The middle may be two pixels wide.
    fallen = 1
    while fallen:
        before = len(order)
        order = _down_to_lines(mask, order)
        fallen = before - len(order)
    return order


@cached
def _outside_in(mask: Mask, distance: NDArray[np.float32], origin: tuple[int, int]) -> NDArray[np.int64]:
    """Flat positions of the road's pixels in the order in which they fall."""
    rows, cols = mask.shape
    ends = np.zeros(int(distance.max() * _LEVELS) * 4 + 6, np.int64)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if mask[row, col] == ROAD:
                field = (origin[0] + row) % 2 * 2 + (origin[1] + col) % 2
                ends[int(distance[row, col] * _LEVELS) * 4 + field + 1] += 1
    ends = np.cumsum(ends)
    order = np.empty(ends[-1], np.int64)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if mask[row, col] == ROAD:
                field = (origin[0] + row) % 2 * 2 + (origin[1] + col) % 2
                key = int(distance[row, col] * _LEVELS) * 4 + field
                order[ends[key]] = row * cols + col
                ends[key] += 1
    return order


@cached
def _thin_lines(order: NDArray[np.int64], distance: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which pixels are near none that has road all round it."""
    rows, cols = distance.shape
    thin = np.zeros((rows, cols), np.bool_)
    for position in order:
        row, col = position // cols, position % cols
        if distance[row, col] < _THICK:
            near = distance[max(0, row - 2) : row + 3, max(0, col - 2) : col + 3]
            thin[row, col] = near.max() < _THICK
    return thin


@cached
def _down_to_the_middle(
    mask: Mask, order: NDArray[np.int64], kept: NDArray[np.bool_], lines: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Let fall, once, what is not kept, and not the end of a thin line; give what is left, in order."""
    cols = mask.shape[1]
    left = 0
    for position in order:
        row, col = position // cols, position % cols
        bits, count = _neighbours(mask, row, col)
        stays = kept[row, col] or (lines[row, col] and count <= 1)
        if _SIMPLE[bits] and not stays:
            mask[row, col] = BACKGROUND
        else:
            order[left] = position
            left += 1
    return order[:left]


@cached
def _down_to_lines(mask: Mask, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let fall, once, what is no end of a line; give what is left, in order."""
    cols = mask.shape[1]
    left = 0
    for position in order:
        row, col = position // cols, position % cols
        bits, count = _neighbours(mask, row, col)
        if _SIMPLE[bits] and count > 1:
            mask[row, col] = BACKGROUND
        else:
            order[left] = position
            left += 1
    return order[:left]


@cached
def _neighbours(mask: Mask, row: int, col: int) -> tuple[int, int]:
    """Which of the eight pixels round one are road, as bits, and how many."""
    bits = count = 0
    for k in range(8):
        if mask[row + _AROUND[k, 0], col + _AROUND[k, 1]] == ROAD:
            bits |= 1 << k
            count += 1
    return bits, count
