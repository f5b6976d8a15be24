"""What a town is painted on: colour and height for every pixel, addressed in metres."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from geounet.synthetic.character import RGB
from geounet.synthetic.noise import Field, fractal
from geounet.synthetic.planar import Frame, Rng

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of the canvas, with the place of its pixels' centres in metres."""

    rows: slice
    cols: slice
    x: NDArray[np.float64]
    """(1, w)."""
    y: NDArray[np.float64]
    """(h, 1)."""

    @property
    def window(self) -> tuple[slice, slice]:
        """The index of the patch in (rows, cols) arrays."""
        return self.rows, self.cols

    def local(self, frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(h, w) u and v of every pixel in `frame`, from its centre."""
        cos, sin = np.cos(frame.angle), np.sin(frame.angle)
        x, y = self.x - frame.x, self.y - frame.y
        return x * cos + y * sin, y * cos - x * sin


@dataclass(frozen=True, slots=True)
class Canvas:
    """Colour and height of what is seen from above, and textures of three grains to draw from."""

    gsd: float
    colour: Field
    """(rows, cols, 3), 0 to 1."""
    height: Field
    """(rows, cols) metres above the ground of the highest thing there."""
    fine: Field
    """(rows, cols), -1 to 1: grain of about a metre; `mid` of five, `coarse` of forty."""
    mid: Field
    coarse: Field

    @classmethod
    def blank(cls, shape: tuple[int, int], gsd: float, rng: Rng) -> "Canvas":
        """A canvas of `shape` (rows, cols) with nothing on it."""
        return cls(
            gsd,
            np.zeros((*shape, 3), np.float32),
            np.zeros(shape, np.float32),
            fractal(shape, 1.2 / gsd, rng, octaves=3),
            fractal(shape, 6.0 / gsd, rng, octaves=3),
            fractal(shape, 45.0 / gsd, rng, octaves=4),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        rows, cols = self.height.shape
        return rows, cols

    def patch(self, bounds: tuple[float, float, float, float]) -> Patch | None:
        """The pixels whose centres may lie within (xmin, ymin, xmax, ymax) metres; None if none does."""
        rows, cols = self.shape
        left, top, right, bottom = (value / self.gsd for value in bounds)
        row, row_stop = max(0, int(top)), min(rows, int(max(bottom, 0)) + 1)
        col, col_stop = max(0, int(left)), min(cols, int(max(right, 0)) + 1)
        if row >= row_stop or col >= col_stop:
            return None
        x = (np.arange(col, col_stop, dtype=np.float64) + 0.5) * self.gsd
        y = (np.arange(row, row_stop, dtype=np.float64) + 0.5) * self.gsd
        return Patch(slice(row, row_stop), slice(col, col_stop), x[None, :], y[:, None])

    def burn(self, shapes: Sequence[tuple[BaseGeometry, int]]) -> NDArray[np.int32]:
        """(rows, cols) the value of the last shape (in metres) that holds a pixel's centre, else 0."""
        return burn(shapes, self.shape, self.gsd)

    def mix(
        self, window: tuple[slice, slice] | Mask, colour: RGB | Field, share: Field | Mask | float
    ) -> None:
        """Blend `colour` over what is there, by `share` 0 to 1."""
        under = self.colour[window]
        part = np.asarray(share, np.float32)[..., None] if np.ndim(share) else np.float32(share)
        self.colour[window] = under + (np.asarray(colour, np.float32) - under) * part


def burn(
    shapes: Sequence[tuple[BaseGeometry, int]], shape: tuple[int, int], gsd: float = 1.0
) -> NDArray[np.int32]:
    """(rows, cols) the value of the last shape that holds a pixel's centre, else 0; shapes in units of `gsd`."""
    drawn = [(geometry, value) for geometry, value in shapes if not geometry.is_empty]
    if not drawn:
        return np.zeros(shape, np.int32)
    burnt: NDArray[np.int32] = rasterize(drawn, shape, transform=Affine.scale(gsd), dtype=np.int32)
    return burnt
