"""How much each tile counts along one axis: weights that sum to one on every pixel of the raster.

The weight of a tile on a pixel is the product of its weights along the two axes, so a partition of unity along
each axis is one over the raster.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray


def axis_weights(
    size: int, count: int, *, tile: int, overlap: int, window: Literal["taper", "core"]
) -> NDArray[np.float32]:
    """Weights (count, tile) of `count` tiles along an axis of `size` pixels; 0 outside the raster.

    `core` is 1 in a tile's core and 0 in its margins. `taper` rises linearly over the overlap, is strictly
    positive, and flat where no neighbour reaches: at the raster's border too.
    """
    step, margin = tile - overlap, overlap // 2
    inside = np.arange(tile)
    if window == "core":
        profile = ((inside >= margin) & (inside < margin + step)).astype(float)
    else:
        profile = np.minimum(1.0, np.minimum(inside + 0.5, tile - inside - 0.5) / max(1, overlap))
    places = np.arange(count)[:, None] * step - margin + inside
    weights = np.where((places >= 0) & (places < size), profile, 0.0)
    total = np.bincount(places.clip(0, size - 1).ravel(), weights.ravel(), size)
    total[total == 0] = 1.0
    shares: NDArray[np.float32] = (weights / total[places.clip(0, size - 1)]).astype(np.float32)
    return shares


def first_rows(count: int, *, tile: int, overlap: int, window: Literal["taper", "core"]) -> NDArray[np.int64]:
    """The first row of the raster on which each of `count` rows of tiles has weight."""
    step, margin = tile - overlap, overlap // 2
    reach = margin if window == "taper" else 0
    return np.maximum(0, np.arange(count) * step - reach)
