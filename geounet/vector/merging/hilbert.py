"""Where points lie along a Hilbert curve: what is near on the curve is near on the map."""

import numpy as np
from numpy.typing import NDArray

ORDER = 16
"""The curve visits 2^ORDER × 2^ORDER cells."""

_SIDE = 1 << ORDER


def hilbert_distance(
    bounds: NDArray[np.float64], extent: tuple[float, float, float, float]
) -> NDArray[np.uint64]:
    """The number (n,), below 2^32, of the cell along the curve in which the middle of each of some bounds (n, 4) lies.

    The curve fills the extent (xmin, ymin, xmax, ymax); what lies outside counts as on its edge, and what has no bounds
    (NaN) comes last. Skilling, "Programming the Hilbert curve" (2004), in two dimensions, as a turn of the quadrant a bit.
    """
    origin, size = np.array(extent[:2]), np.subtract(extent[2:], extent[:2])
    places = (((bounds[:, :2] + bounds[:, 2:]) / 2 - origin) * (_SIDE / np.where(size > 0, size, 1))).T
    lost = np.isnan(places).any(axis=0)
    x, y = np.clip(np.where(lost, 0, places), 0, _SIDE - 1).astype(np.int64)
    distance = np.zeros(len(bounds), np.uint64)
    for bit in range(ORDER - 1, -1, -1):
        half = 1 << bit
        right, up = (x & half) > 0, (y & half) > 0
        quadrant = (3 * right) ^ up
        distance += quadrant.astype(np.uint64) << np.uint64(2 * bit)
        # The lower two quadrants are turned, so that the curve enters and leaves each beside its neighbours.
        flipped = right & ~up
        x, y = (
            np.where(flipped, half - 1 - (x & (half - 1)), x),
            np.where(flipped, half - 1 - (y & (half - 1)), y),
        )
        x, y = np.where(up, x, y), np.where(up, y, x)
    distance[lost] = (1 << 2 * ORDER) - 1
    return distance
