"""A square of a level on any rows and columns, which may repeat and run backwards, as a mirror needs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.scene import FULL, Level
from geounet.vector.compiled import cached

Indices = NDArray[np.int64]
Square = tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32]]


def gathered(level: Level, rows: Indices, cols: Indices) -> Square:
    """Image (C, h, w) in 0 … 1 (0 where it weighs nothing), labels and weights (h, w) at rows (h,) and columns (w,)."""
    shape = len(rows), len(cols)
    labels = np.empty(shape, np.uint8)
    _gather(labels, np.asarray(level.labels), rows, cols)
    # Compiled code knows no float16, and moves its bits.
    bits = np.dtype(f"u{level.weights.itemsize}")
    weights = np.empty(shape, bits)
    _gather(weights, np.asarray(level.weights).view(bits), rows, cols)
    image = np.empty((len(level.image), *shape), np.float32)
    _stretch(image, np.asarray(level.image), rows, cols, weights != 0)
    return image, labels, weights.view(level.weights.dtype).astype(np.float32)


@cached
def _gather(out: NDArray[Any], plane: NDArray[Any], rows: Indices, cols: Indices) -> None:
    for i in range(out.shape[0]):
        source, target = plane[rows[i]], out[i]
        for j in range(out.shape[1]):
            target[j] = source[cols[j]]


@cached
def _stretch(
    out: NDArray[np.float32], image: NDArray[np.uint16], rows: Indices, cols: Indices, seen: NDArray[np.bool_]
) -> None:
    for band in range(out.shape[0]):
        for i in range(out.shape[1]):
            source, target, weighs = image[band, rows[i]], out[band, i], seen[i]
            for j in range(out.shape[2]):
                value = np.float32(source[cols[j]]) / np.float32(FULL)
                target[j] = value if weighs[j] else np.float32(0)
