"""Labelled pixels as objects: which of them belong together, and of what class each is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy import ndimage

from geounet.training.scenes.footprints import Footprints
from geounet.training.scenes.labels import IGNORED

UNKNOWN = -1
"""The number of a pixel of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects as numbered pixels."""

    numbers: NDArray[np.int32]
    """(rows, cols): 0 background, 1 … n an object's own number, UNKNOWN where a raster says nothing."""
    classes: NDArray[np.uint8]
    """(n + 1,): the class of each number, that of the background first; IGNORED of objects that are not trained on."""

    @property
    def labels(self) -> NDArray[np.uint8]:
        """(rows, cols) class indices, or IGNORED."""
        labels = np.take(self.classes, self.numbers, mode="clip")
        labels[self.numbers == UNKNOWN] = IGNORED
        return labels

    @property
    def things(self) -> NDArray[np.int32]:
        """(rows, cols): the numbers of objects that are trained on, 0 elsewhere."""
        counts = (self.classes > 0) & (self.classes != IGNORED)
        return np.where(np.take(counts, self.numbers, mode="clip"), self.numbers, np.int32(0))

    @property
    def regions(self) -> NDArray[np.int32]:
        """(rows, cols): numbers above 0 of all that has an edge, the background too; 0 where nothing is known."""
        return self.numbers + np.int32(1)

    @classmethod
    def of_footprints(cls, footprints: Footprints, shape: tuple[int, int]) -> Self:
        """Footprints as objects: a pixel is an area's where its centre lies in it, the last one's of several.

        Areas are objects of their own; lines are one where they meet or cross.
        """
        classes = np.concatenate([np.zeros(1, np.uint8), footprints.classes])
        if not len(footprints.shapes):
            return cls(np.zeros(shape, np.int32), classes)
        pairs = list(zip(footprints.shapes, range(1, len(classes)), strict=True))
        numbers: NDArray[np.int32] = rasterize(pairs, shape, transform=Affine.identity(), dtype="int32")
        numbers[np.take(classes == 0, numbers)] = 0
        return cls(*_joined(numbers, classes, np.concatenate([[False], footprints.linear])))

    @classmethod
    def of_labels(cls, labels: NDArray[np.uint8]) -> Self:
        """A label raster (rows, cols) as objects, one a class."""
        numbers = np.where(labels == IGNORED, np.int32(UNKNOWN), labels.astype(np.int32))
        return cls(numbers, np.arange(IGNORED, dtype=np.uint8))

    def parts(self) -> Self:
        """The connected parts of each class as objects: pixels that share edges."""
        labels = self.labels
        found = [k for k, count in enumerate(np.bincount(labels.ravel())[:IGNORED]) if k and count]
        masks = ((label, labels == label) for label in found)
        return type(self)(
            *_numbered(np.minimum(self.numbers, 0), np.zeros(1, np.uint8), masks, connectivity=1)
        )


def _joined(
    numbers: NDArray[np.int32], classes: NDArray[np.uint8], linear: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Numbers and classes, where those of one class that are `linear` (n + 1,) are one if they touch, also at a corner."""
    if not linear.any():
        return numbers, classes
    of_lines, labels = np.take(linear, numbers), np.take(classes, numbers)
    masks = ((label, of_lines & (labels == label)) for label in np.unique(classes[linear]))
    return _numbered(numbers, classes, masks, connectivity=2)


def _numbered(
    numbers: NDArray[np.int32],
    classes: NDArray[np.uint8],
    masks: Iterable[tuple[int, NDArray[np.bool_]]],
    *,
    connectivity: int,
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Numbers and classes with the connected parts of masks, each a label's, in place of what was there."""
    for label, mask in masks:
        parts, count = ndimage.label(mask, ndimage.generate_binary_structure(2, connectivity))
        numbers = np.where(mask, parts + np.int32(len(classes) - 1), numbers)
        classes = np.concatenate([classes, np.full(count, label, np.uint8)])
    return numbers, classes
