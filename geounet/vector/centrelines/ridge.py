"""Where a road's middle is: pixels between background on opposite sides.

Beside the middle, neighbouring pixels are nearest to the same side; across it, one is nearest to one side and the
other to the other. How far those two background pixels are apart is the road's width; halfway between is the middle.
After the integer medial axis of Hesselink and Roerdink (2008), IEEE TPAMI 30, pruned by the angle at which the sides
are seen: corners, bumps and blobs have none that are opposite, and so no middle.
"""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.distance import Nearest
from geounet.vector.centrelines.mask import ROAD, UNKNOWN, Mask
from geounet.vector.compiled import cached

_SINE = float(np.sin(np.radians(60)))
"""Of half the least angle, 120°, between the two sides as the middle sees them."""

_COSINE = float(np.cos(np.radians(30)))
"""Of the angle, as a half of 60°, at which the one side of a road that is cut lengthways may be seen."""

_LEAST = 4
"""Middle pixels among the 25 round one that is kept: a bump on an outline has fewer, a line one pixel wide five."""


@cached
def ridge(mask: Mask, nearest: Nearest, steps: tuple[float, float]) -> NDArray[np.bool_]:
    """The middle of the roads of a mask, up to two pixels wide; a row is `steps[0]` long, a column `steps[1]`.

    Of a road that is cut lengthways by the unknown, the middle is taken to be the cut.
    """
    rows, cols = mask.shape
    found = np.zeros((rows, cols), np.bool_)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if mask[row, col] == ROAD and (nearest.down[row, col] or nearest.right[row, col]):
                for k in range(4):
                    y, x = row + (k == 0) - (k == 1), col + (k == 2) - (k == 3)
                    if mask[y, x] == UNKNOWN:
                        found[row, col] |= _is_cut(nearest, (row, col), (y, x), steps)
                    else:
                        found[row, col] |= _across(nearest, (row, col), (y, x), steps)[0] > 0
    return _without_bumps(found, mask)


@cached
def sides(
    nearest: Nearest,
    unknown: NDArray[np.bool_],
    pixels: tuple[NDArray[np.int64], NDArray[np.int64]],
    steps: tuple[float, float],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows and columns, (n, 2), from pixels to halfway between the sides of their road, and its width; 0 and NaN if unseen.

    Where that is further than a pixel away, the sides are not those of the road.
    """
    shift, width = np.zeros((len(pixels[0]), 2), np.float32), np.full(len(pixels[0]), np.nan, np.float32)
    for i in range(len(pixels[0])):
        row, col = pixels[0][i], pixels[1][i]
        widest = 0.0
        for k in range(4):
            y, x = row + (k == 0) - (k == 1), col + (k == 2) - (k == 3)
            if not unknown[y, x]:
                chord, rise, run = _across(nearest, (row, col), (y, x), steps)
                down, right = nearest.down[row, col] + rise / 2, nearest.right[row, col] + run / 2
                if chord > widest and max(abs(down), abs(right)) <= 1:
                    widest = chord
                    width[i] = chord - _rim(rise, run, steps)
                    shift[i, 0], shift[i, 1] = down, right
    return shift, width


@cached
def _across(
    nearest: Nearest, pixel: tuple[int, int], other: tuple[int, int], steps: tuple[float, float]
) -> tuple[float, int, int]:
    """How far the background nearest to a pixel is from that nearest to its neighbour, also in rows and columns.

    0 where the two are not opposite each other, or the neighbour is nearer to the middle.
    """
    distance, down, right = nearest.distance, nearest.down, nearest.right
    nowhere = distance[other] > 0 and down[other] == 0 and right[other] == 0
    if nowhere or distance[other] > distance[pixel]:
        return 0.0, 0, 0
    rise = other[0] + down[other] - pixel[0] - down[pixel]
    run = other[1] + right[other] - pixel[1] - right[pixel]
    chord = np.sqrt((rise * steps[0]) ** 2 + (run * steps[1]) ** 2)
    between = steps[0] if other[1] == pixel[1] else steps[1]
    if chord < _SINE * (distance[pixel] + distance[other] + between):
        return 0.0, 0, 0
    return chord, rise, run


@cached
def _is_cut(
    nearest: Nearest, pixel: tuple[int, int], other: tuple[int, int], steps: tuple[float, float]
) -> bool:
    """Whether the background nearest to a pixel lies away from its neighbour, which is unknown."""
    away = (pixel[0] - other[0]) * nearest.down[pixel] * steps[0]
    away += (pixel[1] - other[1]) * nearest.right[pixel] * steps[1]
    return bool(away >= _COSINE * nearest.distance[pixel])


@cached
def _rim(rise: int, run: int, steps: tuple[float, float]) -> float:
    """How much further apart than a road is wide the centres of the background pixels at its sides are.

    Along a row, a column or a diagonal pixels line up, and their centres are half a line's spacing outside of the road;
    along other directions some pixel is nearer, by what was measured on roads of known width.
    """
    if rise == 0 or run == 0:
        return steps[0] if run == 0 else steps[1]
    return 0.71 if abs(abs(rise) - abs(run)) <= 1 else 0.4


@cached
def _without_bumps(found: NDArray[np.bool_], mask: Mask) -> NDArray[np.bool_]:
    rows, cols = found.shape
    kept = np.zeros((rows, cols), np.bool_)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if found[row, col]:
                around = slice(max(0, row - 2), row + 3), slice(max(0, col - 2), col + 3)
                # At the edge of what is known, half of a line is seen.
                least = _LEAST // 2 if (mask[around] == UNKNOWN).any() else _LEAST
                kept[row, col] = found[around].sum() >= least
    return kept
