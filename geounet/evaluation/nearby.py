"""Which pixels have another kind of pixel near them: Euclidean distance between pixel centres, exact.

The nearest pixel within a distance d lies in one of the rows r − d … r + d. So the distance along each row is found
first, once, and a pixel is near where in the row `dy` away that distance is at most √(d² − dy²): a disc, row by row.
Ten times as fast as a whole Euclidean distance transform, of which all but the least distances would be thrown away.
"""

import math

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached

Labels = NDArray[np.uint8]
Steps = NDArray[np.uint16]


def near_other(labels: Labels, *, distance: int, margin: int) -> NDArray[np.bool_]:
    """Pixels of the core (rows, cols) that have one of another label within `distance` pixels.

    What lies beyond the columns of `labels` is of another label than any. `labels` has `margin` rows more on either
    side, at least `distance`.
    """
    near = np.zeros((len(labels) - 2 * margin, labels.shape[1]), np.bool_)
    _near_other(labels, _steps_to_other(labels, distance + 1), near, _reaches(distance), margin)
    return near


def near_label(labels: Labels, label: int, *, distance: int, margin: int) -> NDArray[np.bool_]:
    """Pixels of the core (rows, cols) that have one of this label within `distance` pixels, or are one.

    `labels` has `margin` rows more on either side, at least `distance`.
    """
    near = np.zeros((len(labels) - 2 * margin, labels.shape[1]), np.bool_)
    _near(_steps_to_label(labels, label, distance + 1), near, _reaches(distance), margin)
    return near


def _reaches(distance: int) -> Steps:
    """Half the width of a disc of this radius, in each of its rows."""
    return np.array([math.isqrt(distance**2 - dy**2) for dy in range(-distance, distance + 1)], np.uint16)


@cached
def _steps_to_other(labels: Labels, limit: int) -> Steps:
    """Columns to the nearest pixel of another label in the same row, at most `limit`."""
    rows, cols = labels.shape
    steps = np.empty((rows, cols), np.uint16)
    for row in range(rows):
        run = 0
        for col in range(cols):
            same = col > 0 and labels[row, col] == labels[row, col - 1]
            run = min(run + 1, limit) if same else 1
            steps[row, col] = run
        run = 0
        for col in range(cols - 1, -1, -1):
            same = col + 1 < cols and labels[row, col] == labels[row, col + 1]
            run = min(run + 1, limit) if same else 1
            steps[row, col] = min(run, steps[row, col])
    return steps


@cached
def _steps_to_label(labels: Labels, label: int, limit: int) -> Steps:
    """Columns to the nearest pixel of a label in the same row, at most `limit`; 0 where it is one."""
    rows, cols = labels.shape
    steps = np.empty((rows, cols), np.uint16)
    for row in range(rows):
        run = limit
        for col in range(cols):
            run = 0 if labels[row, col] == label else min(run + 1, limit)
            steps[row, col] = run
        run = limit
        for col in range(cols - 1, -1, -1):
            run = 0 if labels[row, col] == label else min(run + 1, limit)
            steps[row, col] = min(run, steps[row, col])
    return steps


@cached
def _near_other(labels: Labels, steps: Steps, near: NDArray[np.bool_], reaches: Steps, margin: int) -> None:
    rows, cols = near.shape
    for row in range(rows):
        for dy in range(len(reaches)):
            reach = reaches[dy]
            beside = row + margin + dy - len(reaches) // 2
            for col in range(cols):
                near[row, col] |= (labels[beside, col] != labels[row + margin, col]) | (
                    steps[beside, col] <= reach
                )


@cached
def _near(steps: Steps, near: NDArray[np.bool_], reaches: Steps, margin: int) -> None:
    rows, cols = near.shape
    for row in range(rows):
        for dy in range(len(reaches)):
            reach = reaches[dy]
            beside = row + margin + dy - len(reaches) // 2
            for col in range(cols):
                near[row, col] |= steps[beside, col] <= reach
