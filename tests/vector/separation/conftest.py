"""Labels that are worth separating."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage


def _blobs(seed: int, *, most: int = 40) -> NDArray[np.uint8]:
    """Labels of a random size: blobs with necks, of a class or two, and at times rough edges and nodata."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, most + 1, 2)
    smooth = ndimage.gaussian_filter(rng.random(shape), rng.uniform(0.5, 4))
    labels = (smooth > np.quantile(smooth, rng.uniform(0, 0.7))).astype(np.uint8)
    if rng.random() < 0.4:
        labels[ndimage.gaussian_filter(rng.random(shape), 3) > 0.5] *= 2
    if rng.random() < 0.4:
        labels[rng.random(shape) < 0.05] = 0
    if rng.random() < 0.3:
        labels[ndimage.gaussian_filter(rng.random(shape), 2) > 0.56] = 255
    return labels


@pytest.fixture
def blobs() -> Callable[..., NDArray[np.uint8]]:
    return _blobs
