"""Areas and lines drawn on a small grid, with smooth edges."""

from collections.abc import Sequence

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from geounet.georeference import Georeference

_FINE = 2
"""Shapes are drawn this much finer than the picture and averaged, so that edges are smooth."""

Geometries = NDArray[np.object_] | Sequence[BaseGeometry]


def filled(shapes: Geometries, grid: Georeference) -> NDArray[np.float32]:
    """How much of each pixel (rows, cols) areas in the grid's CRS cover, 0 to 1; none is too small to be seen."""
    return _averaged(_drawn(shapes, grid))


def traced(lines: Geometries, grid: Georeference, *, width: float) -> NDArray[np.float32]:
    """How much of each pixel (rows, cols) lines in the grid's CRS cover, drawn `width` pixels wide."""
    mask = _drawn(lines, grid)
    for step in range(round(width * _FINE) // 2):
        mask = _grown(mask, corners=step % 2 == 1)
    return _averaged(mask)


def outlined(shapes: Geometries, grid: Georeference, *, width: float) -> NDArray[np.float32]:
    """How much of each pixel (rows, cols) the outlines of areas in the grid's CRS cover."""
    return traced(shapely.boundary(np.asarray(shapes, dtype=object)), grid, width=width)


def _drawn(shapes: Geometries, grid: Georeference) -> NDArray[np.uint8]:
    """Which fine pixels the shapes touch."""
    mask = np.zeros((grid.height * _FINE, grid.width * _FINE), np.uint8)
    drawn = [(shape, 1) for shape in shapes if not shape.is_empty]
    if drawn:
        rasterize(drawn, out=mask, transform=grid.transform * Affine.scale(1 / _FINE), all_touched=True)
    return mask


def _grown(mask: NDArray[np.uint8], *, corners: bool) -> NDArray[np.uint8]:
    """A mask grown by a pixel to each side, and to the corners: by turns the two make a line round."""
    rows, cols = mask.shape
    padded = np.pad(mask, 1)
    steps = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]
    steps += [(0, 0), (0, 2), (2, 0), (2, 2)] if corners else []
    grown: NDArray[np.uint8] = np.maximum.reduce([padded[r : r + rows, c : c + cols] for r, c in steps])
    return grown


def _averaged(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    parts = [mask[row::_FINE, col::_FINE] for row in range(_FINE) for col in range(_FINE)]
    cover: NDArray[np.float32] = np.add.reduce(parts, dtype=np.float32) / np.float32(len(parts))
    return cover
