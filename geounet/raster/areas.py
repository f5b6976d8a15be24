"""Areas drawn on a scene's grid, window by window: where output is wanted."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rasterio.features import geometry_mask
from shapely.geometry.base import BaseGeometry

from geounet.georeference import Georeference
from geounet.grid import Window


def inside_areas(areas: Sequence[BaseGeometry], grid: Georeference) -> Callable[[Window], NDArray[np.bool_]]:
    """A function from a window of `grid` to the pixels (rows, cols) whose centres lie in one of `areas`."""

    def inside(window: Window) -> NDArray[np.bool_]:
        shape = (window.height, window.width)
        transform = grid.transform * grid.transform.translation(window.col, window.row)
        mask: NDArray[np.bool_] = geometry_mask(areas, out_shape=shape, transform=transform, invert=True)
        return mask

    return inside
