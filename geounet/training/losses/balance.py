"""Weights that make rare classes count as much as common ones."""

import numpy as np
from numpy.typing import NDArray

from geounet.errors import TrainingError


def balanced_weights(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """A weight for each class (K,) from its number of pixels (K,): the median number of a class over its own.

    Eigen and Fergus (2015), "Predicting depth, surface normals and semantic labels with a common multi-scale
    convolutional architecture", section 4.3, over the pixels of all scenes together. The median is that of the classes that
    have pixels; one that has none has the weight of the rarest. Raises TrainingError where none has any.
    """
    counts = np.asarray(counts, np.float64)
    present = counts > 0
    if not present.any():
        raise TrainingError(
            "class_weights are 'balanced', but no training pixel has a label; look at the labels' CRS and extent"
        )
    numbers = np.where(present, counts, counts[present].min())
    return (np.median(counts[present]) / numbers).astype(np.float32)
