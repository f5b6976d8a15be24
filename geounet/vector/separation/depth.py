"""How deep in its object a pixel lies: distances that reach a bounded way, so that a window gives those of the raster.

Squared distances are exact integers: for each column the distance along it to the nearest wall, then for each row
the least sum of squares (T. Saito and J. Toriwaki, "New algorithms for Euclidean distance transformation of an
n-dimensional digitized picture", Pattern Recognition 27, 1994).
"""

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.compiled import cached, inlined

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Depths = NDArray[np.int16]

NEIGHBOURS = ((-1, 0), (0, -1), (0, 1), (1, 0))
"""Rows down and columns along to the pixels that share an edge."""

REACH = 64
"""Pixels that a distance reaches: all that lies deeper in an object, or farther from a seed, counts alike."""


def depths(labels: Bytes, boundary: Mask | None, rows: slice) -> Depths:
    """The depth of each pixel in some rows of a window (rows, width), int16.

    Inside an object it is the squared distance, in pixels and at most `REACH`², to the nearest pixel of another
    label or of the boundary. What is not known is no wall: neither nodata nor the outside of the window, for a building
    does not end where the scene does. A boundary pixel lies as deep below zero as it takes steps from pixel
    to pixel of its label to one inside, at most `REACH` + 1. Background and nodata have 0.

    Exact where the window has `REACH` rows more than `rows` on each side, or all that the raster has.
    """
    walls = np.zeros(labels.shape, np.bool_) if boundary is None else boundary
    deep = np.zeros((len(range(len(labels))[rows]), labels.shape[1]), np.int16)
    for label in np.flatnonzero(_is_there(labels)):
        if label not in (0, NODATA):
            is_wall = ((labels != label) & (labels != NODATA)) | walls
            along = _distances_along_columns(is_wall)
            _put_squared_distances(deep, along[rows], (labels[rows] == label) & ~walls[rows])
    if boundary is not None:
        deep -= _steps_from_inside(labels, boundary)[rows]
    return deep


@cached
def _is_there(labels: Bytes) -> Mask:
    """(256,) which labels there are."""
    found = np.zeros(256, np.bool_)
    for label in labels.flat:
        found[label] = True
    return found


@cached
def _distances_along_columns(is_wall: Mask) -> Bytes:
    """Pixels to the nearest wall above or below, at most REACH."""
    rows, cols = is_wall.shape
    along = np.empty((rows, cols), np.uint8)
    for row in range(rows):
        for col in range(cols):
            if is_wall[row, col]:
                along[row, col] = 0
            else:
                along[row, col] = min(along[row - 1, col] + 1, REACH) if row else REACH
    for row in range(rows - 2, -1, -1):
        for col in range(cols):
            along[row, col] = min(along[row, col], along[row + 1, col] + 1)
    return along


@cached
def _put_squared_distances(out: Depths, along: Bytes, inside: Mask) -> None:
    """The least squared distance by way of any column near enough, for the pixels inside."""
    rows, cols = along.shape
    for row in range(rows):
        for col in range(cols):
            if not inside[row, col]:
                continue
            best = np.int64(along[row, col]) ** 2
            away = 1
            while away * away < best:
                if col >= away:
                    best = min(best, away * away + np.int64(along[row, col - away]) ** 2)
                if col + away < cols:
                    best = min(best, away * away + np.int64(along[row, col + away]) ** 2)
                away += 1
            out[row, col] = best


@cached
def _steps_from_inside(labels: Bytes, boundary: Mask) -> Depths:
    """Steps along shared edges from each boundary pixel to a pixel of its label inside, at most REACH + 1."""
    rows, cols = labels.shape
    steps = np.zeros((rows, cols), np.int16)
    for row in range(rows):
        for col in range(cols):
            if boundary[row, col] and labels[row, col] not in (0, NODATA):
                steps[row, col] = REACH + 1
    queue, found = _beside_inside(labels, steps)
    for row, col in queue[:found]:
        steps[row, col] = 1
    done = 0
    while done < found:
        row, col = queue[done]
        done += 1
        for down, along in NEIGHBOURS:
            y, x = row + down, col + along
            if _has_label(labels, y, x, labels[row, col]) and steps[y, x] > steps[row, col] + 1:
                steps[y, x] = steps[row, col] + 1
                queue[found] = y, x
                found += 1
    return steps


@cached
def _beside_inside(labels: Bytes, steps: Depths) -> tuple[NDArray[np.int32], int]:
    """A list with room for all boundary pixels, and in it how many pixels lie beside one inside."""
    queue, found = np.empty((np.count_nonzero(steps), 2), np.int32), 0
    for row in range(labels.shape[0]):
        for col in range(labels.shape[1]):
            if not steps[row, col]:
                continue
            for down, along in NEIGHBOURS:
                y, x = row + down, col + along
                if _has_label(labels, y, x, labels[row, col]) and not steps[y, x]:
                    queue[found] = row, col
                    found += 1
                    break
    return queue, found


@inlined
def _has_label(labels: Bytes, row: int, col: int, label: int) -> bool:
    return bool(0 <= row < labels.shape[0] and 0 <= col < labels.shape[1] and labels[row, col] == label)
