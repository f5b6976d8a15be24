"""How much of the length of lines lies near other lines, exactly."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.evaluation.routes import ROUNDING_M
from geounet.vector.compiled import cached

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_BLOCK = 100_000
"""Segments that are compared at once."""


def covered_lengths(
    lines: NDArray[np.object_], others: NDArray[np.object_], *, within_m: float
) -> tuple[float, float]:
    """Metres of LineStrings that lie within a distance of any of the others, and metres of them all.

    What is near a segment is convex: a rectangle and a disc round either end. So the places of one segment that are
    near another are an interval, whose ends follow from where the segment enters and leaves these three. No buffer is
    drawn as a polygon, and no place counts twice, however many others are near.
    """
    mine, theirs = _segments(lines), _segments(others)
    lengths = _unit(mine)[1]
    tree = shapely.STRtree(np.asarray(shapely.linestrings(theirs.reshape(-1, 2, 2)), dtype=object))
    reach = within_m + ROUNDING_M
    covered = np.zeros(len(mine))
    for first in range(0, len(mine), _BLOCK):
        block = mine[first : first + _BLOCK]
        low, high = (
            np.minimum(block[:, :2], block[:, 2:]) - reach,
            np.maximum(block[:, :2], block[:, 2:]) + reach,
        )
        one, other = tree.query(shapely.box(*low.T, *high.T))
        start, stop = _spans(block[one], theirs[other], reach)
        some = np.flatnonzero(start < stop)
        some = some[np.lexsort((start[some], one[some]))]
        covered[first : first + _BLOCK] = _united(one[some], start[some], stop[some], len(block))
    return float(covered.sum()), float(lengths.sum())


def _segments(lines: NDArray[np.object_]) -> Float64:
    """Both ends (x, y, x, y) of each straight piece that has a length, (segments, 4)."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    ends = np.concatenate([xy[:-1], xy[1:]], axis=1)[owner[1:] == owner[:-1]]
    return np.asarray(ends[(ends[:, :2] != ends[:, 2:]).any(axis=1)])


def _spans(mine: Float64, theirs: Float64, reach: float) -> tuple[Float64, Float64]:
    """From where to where, in metres along it, each segment is near its counterpart; reversed where it is nowhere."""
    (along, length), (axis, width) = _unit(mine), _unit(theirs)
    from_begin, from_end = mine[:, :2] - theirs[:, :2], mine[:, :2] - theirs[:, 2:]
    beside = _in_slab(_dot(from_begin, axis), _dot(along, axis), low=0.0, high=width)
    level = _in_slab(_cross(axis, from_begin), _cross(axis, along), low=-reach, high=reach)
    both = np.maximum(beside[0], level[0]), np.minimum(beside[1], level[1])
    nowhere = ~(both[0] <= both[1])
    start, stop = np.where(nowhere, np.inf, both[0]), np.where(nowhere, -np.inf, both[1])
    for enter, leave in (_in_disc(from_begin, along, reach), _in_disc(from_end, along, reach)):
        start, stop = np.minimum(start, enter), np.maximum(stop, leave)
    return np.maximum(start, 0), np.minimum(stop, length)


def _in_slab(
    value: Float64, slope: Float64, *, low: float | Float64, high: float | Float64
) -> tuple[Float64, Float64]:
    """For which t value + t slope is between low and high; reversed or NaN where never, infinite where always.

    NaN stands for a line along the slab's very edge: there the discs say what is near, and `reach` has a margin.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - value) / slope, (high - value) / slope
    return np.minimum(one, other), np.maximum(one, other)


def _in_disc(centre_to_origin: Float64, along: Float64, reach: float) -> tuple[Float64, Float64]:
    """For which t the line from its origin along a unit vector is in a disc; inf and -inf where never."""
    middle = -_dot(centre_to_origin, along)
    square = reach**2 - _cross(centre_to_origin, along) ** 2
    half = np.where(square >= 0, np.sqrt(np.maximum(square, 0)), -np.inf)
    return middle - half, middle + half


@cached
def _united(owner: Int64, start: Float64, stop: Float64, count: int) -> Float64:
    """The length of each owner's intervals, united; they come by owner, then by start."""
    total = np.zeros(count)
    end = 0.0
    for i in range(len(owner)):
        if not i or owner[i] != owner[i - 1]:
            end = start[i]
        if stop[i] > end:
            total[owner[i]] += stop[i] - max(start[i], end)
            end = stop[i]
    return total


def _unit(segments: Float64) -> tuple[Float64, Float64]:
    """The direction of each segment as a unit vector, and its length."""
    step = segments[:, 2:] - segments[:, :2]
    length = np.hypot(*step.T)
    return step / length[:, None], length


def _dot(one: Float64, other: Float64) -> Float64:
    return np.asarray((one * other).sum(axis=1))


def _cross(one: Float64, other: Float64) -> Float64:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
