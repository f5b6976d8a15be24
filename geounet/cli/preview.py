"""A picture of a scene with its layer over it: what was extracted filled, the truth outlined."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geounet.evaluation.drawing import filled, outlined
from geounet.raster.thumbnail import png, read_thumbnail

FOUND = (255, 0, 180)
"""Magenta: what was extracted."""
TRUTH = (0, 235, 255)
"""Cyan: the truth."""

_OPACITY = 0.4
_FOUND_WIDTH, _TRUTH_WIDTH = 2.5, 1.5
"""Pixels of the outlines of what was extracted, and of the truth."""


def write_preview(
    path: Path, scene: Path, *, found: Sequence[BaseGeometry], truth: Sequence[BaseGeometry]
) -> None:
    """Draw geometries in the scene's CRS over the scene, and write a PNG.

    The picture lies along the scene's pixel grid, and is reduced to what `read_thumbnail` makes the largest.
    """
    picture = read_thumbnail(scene)
    image = picture.image.astype(np.float32)
    image = _painted(image, _OPACITY * filled(found, picture.grid), FOUND)
    image = _painted(image, outlined(found, picture.grid, width=_FOUND_WIDTH), FOUND)
    image = _painted(image, outlined(truth, picture.grid, width=_TRUTH_WIDTH), TRUTH)
    path.write_bytes(png(np.rint(image).astype(np.uint8)))


def _painted(
    image: NDArray[np.float32], alpha: NDArray[np.float32], colour: tuple[int, int, int]
) -> NDArray[np.float32]:
    """The image with a colour laid over it, as opaque as `alpha` says."""
    tint = np.array(colour, np.float32)[:, None, None]
    return image + alpha * (tint - image)
