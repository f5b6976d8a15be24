"""The states of a tile's pixels, and the holes in it that are too small to be anything but noise."""

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.compiled import cached

BACKGROUND, ROAD, UNKNOWN = 0, 1, 2
"""What a pixel of a mask may be; unknown is nodata, or outside of the raster or of the tile."""

_LARGE, _SEEN = 3, 4
"""Background, while holes are looked for: known to be no small hole, and taken in by the search at hand."""

_SIDES = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])

Mask = NDArray[np.uint8]


@cached
def mask_of(labels: NDArray[np.uint8], label: int) -> Mask:
    """The states of (rows, cols) labels with one pixel of the unknown all round: road where they are `label`."""
    rows, cols = labels.shape
    mask = np.full((rows + 2, cols + 2), UNKNOWN, np.uint8)
    for row in range(rows):
        for col in range(cols):
            state = labels[row, col]
            if state != NODATA:
                mask[row + 1, col + 1] = ROAD if state == label else BACKGROUND
    return mask


@cached
def fill_small_holes(mask: Mask, largest: int, longest: int) -> None:
    """Make road, in place, of background that road encloses.

    A hole is background joined by edges, of `largest` pixels at most and nowhere further than `longest` rows or
    columns from the first; one that touches the unknown is none.
    """
    rows, cols = mask.shape
    found = np.empty((largest + 5, 2), np.int64)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            # Every hole has a pixel with road at its left.
            if mask[row, col] == BACKGROUND and mask[row, col - 1] == ROAD:
                count, is_hole = _search(mask, (row, col), found, largest, longest)
                for k in range(count):
                    mask[found[k, 0], found[k, 1]] = ROAD if is_hole else _LARGE
    for row in range(rows):
        for col in range(cols):
            if mask[row, col] == _LARGE:
                mask[row, col] = BACKGROUND


@cached
def _search(
    mask: Mask, start: tuple[int, int], found: NDArray[np.int64], largest: int, longest: int
) -> tuple[int, bool]:
    """Take background pixels into `found`, from one on, until they are a whole hole or too many; their number, and which."""
    count, done = 1, 0
    found[0, 0], found[0, 1] = start
    mask[start] = _SEEN
    while done < count:
        for k in range(4):
            y, x = found[done, 0] + _SIDES[k, 0], found[done, 1] + _SIDES[k, 1]
            state = mask[y, x]
            if state in (UNKNOWN, _LARGE):
                return count, False
            if state == BACKGROUND:
                if abs(y - start[0]) > longest or abs(x - start[1]) > longest:
                    return count, False
                mask[y, x] = _SEEN
                found[count, 0], found[count, 1] = y, x
                count += 1
        if count > largest:
            return count, False
        done += 1
    return count, True
