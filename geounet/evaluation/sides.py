"""One side of a comparison: labels that come in strips, whatever they are read from."""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geounet.errors import GeounetWarning, LabelsError
from geounet.evaluation.pair import IGNORED
from geounet.georeference import Georeference
from geounet.raster.aligned import aligned_labels
from geounet.raster.labels import LabelRaster

AUXILIARY_TAG = "GEOUNET_AUXILIARY"
"""The tag that names classes which are never a label, as a JSON list."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Full-width rows of one side."""

    first_row: int
    """Row of the grid that it begins with."""
    labels: NDArray[np.uint8]
    """(bands, rows, width): one band of class indices, or one 0/1 band a class; 255 does not count."""
    levels: NDArray[np.uint8] | None = None
    """Probability × 250, rounded down, of each class after the background, (classes, rows, width); 255 not known."""


class Side(Protocol):
    """What is predicted, or true."""

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        ...

    @property
    def exclusive(self) -> bool:
        """One band of class indices; otherwise one 0/1 band a class."""
        ...

    @property
    def pixel_bytes(self) -> int:
        """Bytes that a pixel takes while it is read."""
        ...

    def readings(self, rows: int) -> Iterator[Reading]:
        """The labels from top to bottom, `rows` rows at once."""
        ...


@dataclass(frozen=True, slots=True)
class LabelSide:
    """A label raster."""

    raster: LabelRaster
    moved: bool = False
    """Whether it lies on another grid than its own, so that 255 may be what lies outside."""

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.raster.name

    @property
    def exclusive(self) -> bool:
        """One band of class indices; otherwise one 0/1 band a class."""
        return self.raster.exclusive

    @property
    def pixel_bytes(self) -> int:
        """Bytes that a pixel takes while it is read."""
        return sum(source.dtype.itemsize + 2 for source in self.raster.bands)

    @property
    def grid(self) -> Georeference:
        """Where the labels lie."""
        return self.raster.grid

    @property
    def class_names(self) -> tuple[str, ...]:
        """The background first, and then the names that the file gives, without auxiliary classes at the end.

        Of several bands each has one, and be it `class_1`; labels of one band need not.
        """
        names = self.raster.class_names
        if self.exclusive:
            names = _given(names)
        auxiliary = auxiliary_classes(self.name, self.raster.tags)
        while len(names) > 1 and names[-1] in auxiliary:
            names = names[:-1]
        return names

    def on(self, grid: Georeference) -> "LabelSide":
        """The same labels on another grid, nodata outside of their own."""
        raster = aligned_labels(self.raster, grid)
        return LabelSide(raster, moved=raster is not self.raster)

    def readings(self, rows: int) -> Iterator[Reading]:
        """The labels from top to bottom, `rows` rows at once."""
        seen = np.zeros(IGNORED + 1, np.bool_)
        for strip in self.raster.strips(rows):
            seen[np.unique(strip.labels)] = True
            yield Reading(strip.first_row, strip.labels)
        if seen[IGNORED] and not seen[1:IGNORED].any() and not self.moved and self.raster.all_valid:
            warnings.warn(
                f"{self.name} holds no label but 0 and 255, and 255 counts as nodata: if it is a class, write it as 1",
                GeounetWarning,
                stacklevel=2,
            )


def auxiliary_classes(source: str, tags: Mapping[str, str]) -> list[str]:
    """The classes that a raster's tag says are never a label; raises LabelsError where it is no JSON list."""
    try:
        found = json.loads(tags.get(AUXILIARY_TAG, "[]"))
    except ValueError as error:
        raise LabelsError(f"{source}: tag {AUXILIARY_TAG} is not a JSON list ({error}); remove it") from error
    return [str(name) for name in found]


def _given(names: Sequence[str]) -> tuple[str, ...]:
    """Names without those at the end that only number a label."""
    last = max((k for k, name in enumerate(names) if k and name != f"class_{k}"), default=0)
    return tuple(names[: last + 1])
