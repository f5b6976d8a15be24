"""What a picture of layers is drawn on: a grid round them, the scene below, and where features count."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geounet.evaluation.drawing import filled
from geounet.evaluation.picture import Overlay, Picture
from geounet.evaluation.plane import LOCAL_PLANE
from geounet.georeference import Georeference, named_crs
from geounet.raster.thumbnail import LARGEST_SIDE, read_thumbnail

_BORDER = 0.03
"""Room round the features, as a share of their extent's longer side."""

_SMALLEST_M = 10.0
"""The least that a picture shows of the ground, in metres a side."""

_SHADE = 0.6
"""How much of what lies below the part that does not count hides."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A plane in metres, and what is known of it."""

    plane: pyproj.CRS
    area: BaseGeometry | None = None
    """Where features count; None is everywhere."""
    scene: str | Path | None = None
    """What is drawn below."""
    assume_crs: str | None = None
    """The CRS of a scene that names none."""

    def grid(self, features: NDArray[np.object_]) -> Georeference:
        """A north-up grid of square pixels round features, of which there is one at least."""
        west, south, east, north = shapely.total_bounds(features)
        border = _BORDER * max(east - west, north - south)
        width, height = (max(side + 2 * border, _SMALLEST_M) for side in (east - west, north - south))
        pixel = max(width, height) / LARGEST_SIDE
        rows, cols = max(1, round(height / pixel)), max(1, round(width / pixel))
        left, top = (west + east - cols * pixel) / 2, (south + north + rows * pixel) / 2
        crs = None if self.plane == LOCAL_PLANE else named_crs(self.plane.to_wkt())
        return Georeference(Affine(pixel, 0, left, 0, -pixel, top), crs, rows, cols)

    def picture(self, grid: Georeference, overlays: Sequence[Overlay]) -> Picture:
        """The overlays over the scene, what does not count in shade."""
        backdrop = (
            None if self.scene is None else read_thumbnail(self.scene, grid, assume_crs=self.assume_crs)
        )
        if self.area is None:
            return Picture(grid, tuple(overlays), backdrop)
        outside = np.rint(255 * _SHADE * (1 - filled([self.area], grid))).astype(np.uint8)
        return Picture(
            grid, (Overlay("not counted", "outside the area, or not valid", outside), *overlays), backdrop
        )
