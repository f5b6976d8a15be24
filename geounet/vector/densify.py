"""More vertices on long edges, so that they stay where they are in a CRS in which straight lines are others."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import Int64

Float64 = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_000.0
_ERROR_PIXELS = 0.1
_MOST_TANGENT = 6.0  # at 80.5°


def longest_edge(gsd: float) -> float:
    """Pixels of `gsd` metres along which a straight line and its image are a tenth of a pixel apart at most.

    The two leave each other like a chord and an arc, by L² / 8R times the tangent of the latitude at most.
    """
    return float(np.sqrt(_ERROR_PIXELS * 8 * EARTH_RADIUS_M / (_MOST_TANGENT * gsd)))


def with_short_edges(xy: Float64, rings: Int64, longest: float) -> tuple[Float64, Int64]:
    """Rings (closed, by the vertex after each) whose edges are cut into equal pieces no longer than `longest`."""
    steps = np.diff(xy, axis=0, append=xy[-1:])
    steps[rings - 1] = 0  # from one ring to the next there is no edge
    pieces = np.maximum(1, np.ceil(np.hypot(*steps.T) / longest)).astype(np.int64)
    if (pieces == 1).all():
        return xy, rings
    stops = np.cumsum(pieces)
    order = np.arange(stops[-1]) - np.repeat(stops - pieces, pieces)
    share = order / np.repeat(pieces, pieces)
    return np.repeat(xy, pieces, axis=0) + np.repeat(steps, pieces, axis=0) * share[:, None], stops[rings - 1]
