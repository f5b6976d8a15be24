"""A picture of a scene with its layer over it: what was extracted filled, the truth outlined."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

LARGEST_SIDE = 1600
"""Pixels of the picture's longer side, at most."""

FOUND = (255, 0, 180)
"""Magenta: what was extracted."""
TRUTH = (0, 235, 255)
"""Cyan: the truth."""

_OPACITY = 0.4
_FINE = 2
"""Shapes are drawn this much finer than the picture and averaged, so that edges are smooth."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene at the picture's size."""

    image: NDArray[np.float32]
    """Red, green and blue, (3, rows, cols), 0 to 255."""
    transform: Affine
    """From the picture's pixels to the scene's coordinates."""


def write_preview(
    path: Path,
    scene: Path,
    *,
    found: Sequence[BaseGeometry],
    truth: Sequence[BaseGeometry],
    bands: Sequence[int],
) -> None:
    """Draw geometries in the scene's CRS over the scene, and write a PNG.

    `bands` are those shown as red, green and blue (one alone is grey). The picture lies along the scene's pixel
    grid, and is reduced to at most LARGEST_SIDE pixels.
    """
    picture = _read(scene, bands)
    image = picture.image
    image = _painted(image, _OPACITY * _filled(found, picture), FOUND)
    image = _painted(image, _outlined(found, picture, width=5), FOUND)
    image = _painted(image, _outlined(truth, picture, width=3), TRUTH)
    _write_png(path, np.rint(image).astype(np.uint8))


def _read(scene: Path, bands: Sequence[int]) -> Picture:
    with rasterio.open(scene) as dataset:
        factor = max(1.0, max(dataset.height, dataset.width) / LARGEST_SIDE)
        shape = (max(1, round(dataset.height / factor)), max(1, round(dataset.width / factor)))
        shown = list(bands) * 3 if len(bands) == 1 else list(bands)
        values = dataset.read(shown, out_shape=(3, *shape), resampling=Resampling.average)
        valid = dataset.dataset_mask(out_shape=shape) > 0
        transform = dataset.transform * Affine.scale(dataset.width / shape[1], dataset.height / shape[0])
    return Picture(_stretched(values, valid & np.isfinite(values).all(axis=0)), transform)


def _stretched(values: NDArray[Any], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Counts as brightness, black where not valid: 8-bit ones as they are, others from the 1st to the 99th percentile."""
    image = np.zeros(values.shape, np.float32)
    if values.dtype == np.uint8 or not valid.any():
        return np.where(valid, values, image)
    for band, shown in zip(values, image, strict=True):
        low, high = np.percentile(band[valid], (1, 99))
        scaled = (band - low) / max(high - low, np.finfo(np.float32).tiny)
        shown[valid] = 255 * np.clip(scaled[valid], 0, 1)
    return image


def _filled(shapes: Sequence[BaseGeometry], picture: Picture) -> NDArray[np.float32]:
    """How much of each pixel the shapes cover, 0 to 1, (rows, cols)."""
    return _averaged(_drawn(shapes, picture))


def _outlined(shapes: Sequence[BaseGeometry], picture: Picture, *, width: int) -> NDArray[np.float32]:
    """How much of each pixel the shapes' outlines cover, drawn about `width` fine pixels wide."""
    mask = _drawn([shape.boundary for shape in shapes], picture)
    for _ in range(width // 2):
        mask = _grown(mask)
    return _averaged(mask)


def _drawn(shapes: Sequence[BaseGeometry], picture: Picture) -> NDArray[np.uint8]:
    """Which fine pixels the shapes cover."""
    rows, cols = picture.image.shape[1:]
    transform = picture.transform * Affine.scale(1 / _FINE)
    drawn = [(shape, 1) for shape in shapes if not shape.is_empty]
    mask = np.zeros((rows * _FINE, cols * _FINE), np.uint8)
    if drawn:
        rasterize(drawn, out=mask, transform=transform)
    return mask


def _grown(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A mask grown by a pixel to each side."""
    rows, cols = mask.shape
    padded = np.pad(mask, 1)
    shifted = [padded[r : r + rows, c : c + cols] for r, c in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))]
    grown: NDArray[np.uint8] = np.maximum.reduce(shifted)
    return grown


def _averaged(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows, cols = (side // _FINE for side in mask.shape)
    cover: NDArray[np.float32] = mask.reshape(rows, _FINE, cols, _FINE).mean(axis=(1, 3), dtype=np.float32)
    return cover


def _painted(
    image: NDArray[np.float32], alpha: NDArray[np.float32], colour: tuple[int, int, int]
) -> NDArray[np.float32]:
    """The image with a colour laid over it, as opaque as `alpha` says."""
    tint = np.array(colour, np.float32)[:, None, None]
    return image + alpha * (tint - image)


def _write_png(path: Path, image: NDArray[np.uint8]) -> None:
    """Write (3, rows, cols) as PNG, without the side file that georeferencing would need."""
    profile: dict[str, Any] = {"driver": "PNG", "dtype": "uint8", "count": 3}
    with rasterio.open(path, "w", height=image.shape[1], width=image.shape[2], **profile) as png:
        png.write(image)
