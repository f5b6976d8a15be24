"""How far each road pixel is from the background, and which background pixel is nearest to it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.mask import BACKGROUND, ROAD, Mask
from geounet.vector.compiled import cached

_FAR = 30_000


class Nearest(NamedTuple):
    """The nearest background pixel of each pixel of a tile; arrays of its shape."""

    distance: NDArray[np.float32]
    """To its centre; the reach where there is none within it, 0 of pixels that are no road."""
    down: NDArray[np.int16]
    """Rows down to it; 0, as `right`, where there is none."""
    right: NDArray[np.int16]
    """Columns to its right."""


@cached
def nearest_background(mask: Mask, steps: tuple[float, float], reach: float) -> Nearest:
    """The nearest background of each road pixel, exact up to `reach`.

    Distances are between pixel centres, a row being `steps[0]` and a column `steps[1]` long. The unknown is no
    background: a road that is cut by the edge of what is known is as wide there as before. Of equally near pixels
    the first is taken, by columns from the pixel's own outwards, left before right, above before below.
    """
    rows, cols = mask.shape
    vertical = _vertical(mask, int(reach / steps[0]) + 1)
    distance = np.zeros((rows, cols), np.float32)
    down, right = np.zeros((rows, cols), np.int16), np.zeros((rows, cols), np.int16)
    for row in range(rows):
        for col in range(cols):
            if mask[row, col] != ROAD:
                continue
            best = reach * reach
            for away in range(cols):
                across = (away * steps[1]) ** 2
                if across >= best:
                    break
                for side in range(2):
                    at = col + away if side else col - away
                    if 0 <= at < cols and vertical[row, at] != _FAR:
                        square = across + (vertical[row, at] * steps[0]) ** 2
                        if square < best:
                            best = square
                            down[row, col], right[row, col] = vertical[row, at], at - col
            distance[row, col] = np.sqrt(best)
    return Nearest(distance, down, right)


@cached
def _vertical(mask: Mask, reach: int) -> NDArray[np.int16]:
    """Rows down to the nearest background pixel of each pixel's column; negative above, _FAR beyond `reach`."""
    rows, cols = mask.shape
    nearest = np.full((rows, cols), _FAR, np.int16)
    for row in range(rows):
        for col in range(cols):
            if mask[row, col] == BACKGROUND:
                nearest[row, col] = 0
            elif row and nearest[row - 1, col] != _FAR and nearest[row - 1, col] > -reach:
                nearest[row, col] = nearest[row - 1, col] - 1
    for row in range(rows - 2, -1, -1):
        for col in range(cols):
            below = nearest[row + 1, col]
            if 0 <= below < reach and below + 1 < abs(nearest[row, col]):
                nearest[row, col] = below + 1
    return nearest
