"""Scenes to measure on: textured for speed, sparse for size. Written strip by strip, and there when they are whole."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from geounet.outputs import atomic_target

STRIP = 512


def textured(path: Path, *, size: int, compress: str, bands: int = 3, height: int = 0) -> Path:
    """A noisy scene of `size` × `size` pixels: soil with bright blocks, which a threshold finds; RGB where of three bands.

    It has `height` rows where that is given.
    """
    if path.exists():
        return path
    rng = np.random.default_rng(0)
    block = rng.normal(90, 14, (bands, STRIP, size)).clip(0, 255).astype(np.uint8)
    for row in range(16, STRIP - 40, 64):
        for col in range(16, size - 40, 64):
            block[:, row : row + 24, col : col + 32] += 110
    return _write(path, block, height=height or size, compress=compress, every=1)


def sparse(path: Path, *, size: int) -> Path:
    """A scene that is nodata but for every eighth strip."""
    block = np.full((3, STRIP, size), 80, np.uint8)
    for row in range(16, STRIP - 40, 128):
        for col in range(16, size - 40, 128):
            block[:, row : row + 24, col : col + 32] = 200
    return _write(path, block, height=size, compress="deflate", every=8)


def label_raster(path: Path, labels: np.ndarray) -> Path:
    """Labels (rows, cols) as a raster of 0.3 m."""
    profile = {
        "driver": "GTiff", "count": 1, "height": len(labels), "width": labels.shape[1], "dtype": "uint8",
        "crs": "EPSG:32737", "transform": rasterio.Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000), "tiled": True,
        "compress": "deflate", "nodata": 255,
    }  # fmt: skip
    with atomic_target(path, overwrite=True) as draft, rasterio.open(draft, "w", **profile) as dataset:
        dataset.write(labels, 1)
    return path


def _write(path: Path, block: np.ndarray, *, height: int, compress: str, every: int) -> Path:
    if path.exists():
        return path
    width = block.shape[2]
    profile = {
        "driver": "GTiff", "count": len(block), "height": height, "width": width, "dtype": "uint8", "crs": "EPSG:32737",
        "transform": rasterio.Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000), "tiled": True, "compress": compress,
        "interleave": "pixel", "bigtiff": "IF_SAFER", "photometric": "RGB" if len(block) == 3 else "MINISBLACK",
        "sparse_ok": True, "blockxsize": STRIP, "blockysize": STRIP,
    }  # fmt: skip
    if every > 1:
        profile["nodata"] = 0
    with atomic_target(path, overwrite=True) as draft, rasterio.open(draft, "w", **profile) as scene:
        for number, row in enumerate(range(0, height, STRIP)):
            rows = min(STRIP, height - row)
            if number % every == 0:
                scene.write(block[:, :rows], window=Window(0, row, width, rows))
    return path
