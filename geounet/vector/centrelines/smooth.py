"""Lines along pixels → lines as a person would draw them: smooth, and with few vertices."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached

Float64 = NDArray[np.float64]

_PASSES = 3
"""Of a moving mean: close to a Gaussian."""


@cached
def smoothed(xy: Float64, window: int, furthest: float) -> Float64:
    """The line's moving mean over `window` points to either side, three times over, ends as they are.

    No point moves further than `furthest`. Nearer to an end the window is as long as it can be on both sides, so
    that straight lines stay where they are.
    """
    line = xy
    for _ in range(_PASSES):
        line = _mean(line, window)
    return _held(line, xy, furthest)


@cached
def smoothed_ring(xy: Float64, window: int, furthest: float) -> Float64:
    """The same of a closed line, whose last point is its first, and which has no end."""
    count = len(xy) - 1
    room = _PASSES * window
    line = np.empty((count + 2 * room, 2))
    for k in range(len(line)):
        line[k] = xy[(k - room) % count]
    for _ in range(_PASSES):
        line = _mean(line, window)
    out = np.empty_like(xy)
    out[:count] = _held(line[room : room + count], xy[:count], furthest)
    out[count] = out[0]
    return out


@cached
def _mean(line: Float64, window: int) -> Float64:
    count = len(line)
    sums = np.zeros((count + 1, 2))
    for k in range(count):
        # From the first point on, so that large coordinates cost no precision.
        sums[k + 1] = sums[k] + (line[k] - line[0])
    out = np.empty_like(line)
    for k in range(count):
        half = min(window, k, count - 1 - k)
        out[k] = line[0] + (sums[k + half + 1] - sums[k - half]) / (2 * half + 1)
    out[0], out[-1] = line[0], line[-1]
    return out


@cached
def _held(line: Float64, xy: Float64, furthest: float) -> Float64:
    """The points of a line, no further than `furthest` from those of another."""
    out = line.copy()
    for k in range(len(line)):
        dx, dy = line[k, 0] - xy[k, 0], line[k, 1] - xy[k, 1]
        moved = np.sqrt(dx * dx + dy * dy)
        if moved > furthest:
            out[k, 0], out[k, 1] = xy[k, 0] + dx * furthest / moved, xy[k, 1] + dy * furthest / moved
    return out


@cached
def simplified(xy: Float64, tolerance: float) -> NDArray[np.bool_]:
    """Which of a line's points to keep so that none of the others is further than `tolerance` from the line through them.

    After Douglas and Peucker (1973), Cartographica 10.
    """
    kept = np.zeros(len(xy), np.bool_)
    kept[0] = kept[-1] = True
    stack = [(0, len(xy) - 1)]
    while stack:
        first, last = stack.pop()
        worst, at = tolerance, -1
        for k in range(first + 1, last):
            away = _distance(xy[k], xy[first], xy[last])
            if away > worst:
                worst, at = away, k
        if at >= 0:
            kept[at] = True
            stack.append((first, at))
            stack.append((at, last))
    return kept


@cached
def _distance(point: Float64, begin: Float64, end: Float64) -> float:
    """From a point to a segment."""
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    px, py = point[0] - begin[0], point[1] - begin[1]
    square = dx * dx + dy * dy
    share = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0 else 0.0
    return float(np.hypot(px - share * dx, py - share * dy))
