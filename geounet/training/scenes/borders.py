"""Where objects end: the gaps and the weight between them, their own boundary, and the pixels that may be wrong.

All distances run between the centres of pixels, as a distance transform's do; from an edge they are half a pixel less.
"""

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.nearest import nearest_two
from geounet.training.scenes.pixel_size import PixelSize

SIGMAS = 4.0
"""A pixel whose two distances come to more than this many σ weighs nothing more: it would be less than w₀ / 2900."""

_ROUNDING = 1e-6
"""What is this little (of a pixel) beyond a width lies within it."""


def border_weights(
    objects: NDArray[np.int32], pixel: PixelSize, *, weight: float, sigma_m: float
) -> NDArray[np.float32]:
    """U-Net's border weight of each pixel (rows, cols) between objects; 0 on them, and far from any two of them.

    w₀ · exp(−(d₁ + d₂)² / 2σ²), with d₁ and d₂ the distances to the nearest object and to the next one (Ronneberger et
    al. 2015, equation 2). Objects are numbers above 0, each pixel's own; 0 is none.
    """
    weights = np.zeros(objects.shape, np.float32)
    for near in nearest_two(objects, pixel, reach_m=SIGMAS * sigma_m):
        total = near.first_m + near.second_m
        counts = (near.first_m > 0) & (total <= SIGMAS * sigma_m)
        weights[near.rows][counts] = weight * np.exp(-(total[counts] ** 2) / (2 * sigma_m**2))
    return weights


def gaps(objects: NDArray[np.int32], pixel: PixelSize, *, width_m: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) within half of a width of two objects at once: where they touch or nearly do."""
    return _second_within(objects, pixel, width_m / 2)


def edges(regions: NDArray[np.int32], pixel: PixelSize, *, width_m: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) within a width of another region than their own; 0 is not known, and no region."""
    return _second_within(regions, pixel, width_m)


def boundaries(regions: NDArray[np.int32], pixel: PixelSize, *, width_m: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) within a width of their region's edge, one pixel at least.

    Of a region that is so narrow that little else would be left, they are those in the outer half of its depth; of one
    that is two pixels wide, none.
    """
    width = max(width_m, pixel.half_m)
    reach = 2 * width + pixel.half_m
    depths = np.full(regions.shape, np.inf, np.float32)
    for near in nearest_two(regions, pixel, reach_m=reach):
        depths[near.rows] = near.second_m - pixel.half_m
    deepest = np.zeros(int(regions.max(initial=0)) + 1, np.float32)
    np.maximum.at(deepest, regions.ravel(), depths.ravel())
    widths = np.minimum(width, deepest / 2)
    return (depths <= widths[regions] + _ROUNDING * pixel.half_m) & (regions > 0)


def _second_within(objects: NDArray[np.int32], pixel: PixelSize, width: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) from whose centres the edges of two objects are at most so many metres away."""
    reach = width + (1 + _ROUNDING) * pixel.half_m
    within = np.zeros(objects.shape, np.bool_)
    for near in nearest_two(objects, pixel, reach_m=reach):
        within[near.rows] = near.second_m <= reach
    return within
