"""How many pixels each class has in labelled scenes: what class weights are balanced by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.scene import LabelledScene

ROWS = 1024
"""Rows that are counted at once."""


def class_counts(scenes: Sequence[LabelledScene], classes: int) -> NDArray[np.int64]:
    """Pixels of each class, (classes,), in each scene's first level; those that are ignored count nowhere."""
    counts = np.zeros(classes, np.int64)
    for labels in (scene.levels[0].labels for scene in scenes):
        for row in range(0, len(labels), ROWS):
            counts += np.bincount(labels[row : row + ROWS].ravel(), minlength=256)[:classes]
    return counts
