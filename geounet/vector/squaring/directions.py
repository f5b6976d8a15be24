"""The direction that most of a building's walls run along or across, and those that neighbours share."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached
from geounet.vector.union_find import find

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

QUARTER = np.pi / 2
BINS = 90
"""Of one degree, from 0 to a right angle."""

NEARBY = float(np.radians(8.0))
"""Walls that lie further off a building's direction have no part in it."""

SURE = float(np.radians(0.5))
"""The least error that a direction is credited with."""


def dominant_directions(
    angles: Float64, lengths: Float64, buildings: Int64, count: int
) -> tuple[Float64, Float64]:
    """Each building's direction in [0, π/2) from its walls' angles and lengths, and its standard error.

    The direction is where most length votes, then the mean of what lies near, by the square of the length. Both are
    NaN for a building without walls. The error is that of lines through staircases a pixel wide (unit length).
    """
    folded = np.mod(angles, QUARTER)
    at = folded / QUARTER * BINS
    votes = np.zeros((count, BINS))
    low = np.floor(at).astype(np.int64)
    np.add.at(votes, (buildings, low % BINS), lengths * (1 - (at - low)))
    np.add.at(votes, (buildings, (low + 1) % BINS), lengths * (at - low))
    reach = 6
    kernel = np.cos(np.arange(-reach, reach + 1) / (reach + 1) * QUARTER) ** 2
    smooth = sum(
        np.roll(votes, step, axis=1) * k for step, k in zip(range(-reach, reach + 1), kernel, strict=True)
    )
    mode = np.argmax(smooth, axis=1) / BINS * QUARTER
    for width in (NEARBY, NEARBY / 2):
        away = _turn(folded - mode[buildings])
        weight = np.where(np.abs(away) <= width, lengths**2, 0.0)
        total = np.bincount(buildings, weights=weight, minlength=count)
        shift = np.bincount(buildings, weights=weight * away, minlength=count)
        mode = mode + np.divide(shift, total, out=np.zeros(count), where=total > 0)
    away = _turn(folded - mode[buildings])
    precision = np.bincount(
        buildings, weights=np.where(np.abs(away) <= NEARBY, lengths**3, 0.0), minlength=count
    )
    error = np.where(precision > 0, 1 / np.sqrt(np.maximum(precision, 1e-12)), np.nan)
    return np.where(precision > 0, np.mod(mode, QUARTER), np.nan), error


def _turn(angles: Float64) -> Float64:
    """The turn that an angle is, modulo a right angle: from −π/4 to π/4."""
    return np.mod(angles + QUARTER / 2, QUARTER) - QUARTER / 2


def agreed_directions(directions: Float64, errors: Float64, pairs: Int64, *, agree: float) -> Float64:
    """The directions of buildings, the same for neighbours that agree.

    `pairs` (n, 2) are neighbours. The pairs that differ least are joined first; a block has the mean of its
    buildings' directions, by their precision, and none of these is more than `agree` plus twice its error from it.
    """
    apart = np.abs(_turn(directions[pairs[:, 0]] - directions[pairs[:, 1]]))
    order = np.lexsort((pairs[:, 1], pairs[:, 0], apart))
    order = order[np.isfinite(apart[order])]
    weights = 1 / np.maximum(errors, SURE) ** 2
    return np.mod(_blocks(directions, weights, agree + 2 * errors, pairs[order]), QUARTER)


@cached
def _blocks(directions: Float64, weights: Float64, limits: Float64, pairs: Int64) -> Float64:
    """The direction of each building's block (union–find)."""
    n = len(directions)
    parent, tail, after = np.arange(n), np.arange(n), np.full(n, -1)
    mean, total = directions.copy(), weights.copy()
    for k in range(len(pairs)):
        a, b = find(parent, pairs[k, 0]), find(parent, pairs[k, 1])
        if a == b:
            continue
        share = total[b] / (total[a] + total[b])
        middle = mean[a] + share * (np.mod(mean[b] - mean[a] + np.pi / 4, np.pi / 2) - np.pi / 4)
        if _all_near(middle, directions, limits, (after, a)) and _all_near(
            middle, directions, limits, (after, b)
        ):
            parent[b] = a
            mean[a], total[a] = middle, total[a] + total[b]
            after[tail[a]] = b
            tail[a] = tail[b]
    for i in range(n):
        parent[i] = find(parent, i)
    return mean[parent]


@cached
def _all_near(middle: float, directions: Float64, limits: Float64, buildings: tuple[Int64, int]) -> bool:
    """Whether a direction is near those of all buildings of a list."""
    after, i = buildings
    while i >= 0:
        if abs(np.mod(directions[i] - middle + np.pi / 4, np.pi / 2) - np.pi / 4) > limits[i]:
            return False
        i = after[i]
    return True
