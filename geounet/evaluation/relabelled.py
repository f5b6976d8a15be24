"""One side of a comparison under the labels that are compared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.classes import Table
from geounet.evaluation.pair import IGNORED
from geounet.evaluation.sides import Reading, Side


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A side, and what its labels are compared under."""

    side: Side
    table: Table
    """By the side's own label; of one that has a band a class, by the band's number from 1."""
    classes: int
    """Classes that are compared, without the background."""
    exclusive: bool
    """One band of class indices; otherwise one 0/1 band a class."""

    def readings(self, rows: int) -> Iterator[Reading]:
        """The labels from top to bottom, `rows` rows at once, with the levels of every class that is compared."""
        for reading in self.side.readings(rows):
            labels = self._labels(reading.labels)
            yield Reading(reading.first_row, labels, self._levels(reading.levels))

    def _labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.exclusive:
            return np.take(self.table, labels)
        return np.stack([self._band(labels, k) for k in range(1, self.classes + 1)])

    def _band(self, labels: NDArray[np.uint8], label: int) -> NDArray[np.uint8]:
        if self.side.exclusive:
            mapped = np.take(self.table, labels[0])
            found, unknown = mapped == label, mapped == IGNORED
        else:
            bands = labels[[k for k in range(len(labels)) if self.table[k + 1] == label]]
            found = (bands == 1).any(axis=0)
            unknown = (bands == IGNORED).any(axis=0) & ~found
        return np.where(unknown, np.uint8(IGNORED), found.astype(np.uint8))

    def _levels(self, levels: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
        """The levels of the classes that are compared; 0 of one that this side does not have."""
        if levels is None:
            return None
        of_classes = np.zeros((self.classes, *levels.shape[1:]), np.uint8)
        for place, own in zip(self.table[1 : len(levels) + 1], levels, strict=True):
            if 1 <= place <= self.classes:
                of_classes[place - 1] = own
        return of_classes
