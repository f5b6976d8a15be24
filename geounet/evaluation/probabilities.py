"""Probability rasters, as `geounet predict` writes them and others may: strips of labels, and of levels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.evaluation.pair import IGNORED, LEVELS
from geounet.evaluation.sides import Reading, auxiliary_classes
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.bands import BandChoice
from geounet.raster.source import Source, file_name

ACTIVATION_TAG = "GEOUNET_ACTIVATION"
"""The tag that says whether classes overlap: `sigmoid`, or `softmax`."""

_SLACK = 1e-3
"""How far outside 0 … 1 a probability may lie, by rounding."""

_ROUNDING = 1e-4
"""Levels by which a probability may miss the one that it was stored as."""

_STRIP_ROWS = 512

Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ProbabilitySide:
    """A raster of probabilities, a band a class.

    Labels are those of `geounet predict`: of two classes the second where its share of the probability of both is at
    least the threshold, of more the most probable one, and where classes may overlap 1 in each band from the threshold
    on. Probabilities that were rounded as they were stored may fall to the other side of it.
    """

    name: str
    """The file's name, without its folder."""
    grid: Georeference
    """Where its pixels lie."""
    source: Source
    """All bands but an alpha band."""
    scale: tuple[float, float]
    """What stored values are multiplied by, and what is added then."""
    class_names: tuple[str, ...]
    """The background first; auxiliary classes are left out."""
    bands: tuple[int, ...]
    """The bands of the classes, from 0: the background's first, if it has one."""
    exclusive: bool
    """Whether a pixel is of one class only."""
    threshold: float

    @property
    def pixel_bytes(self) -> int:
        """Bytes that a pixel takes while it is read."""
        return self.source.count * (self.source.dtype.itemsize + 3 * np.dtype(np.float32).itemsize)

    def readings(self, rows: int) -> Iterator[Reading]:
        """The labels and levels from top to bottom, `rows` rows at once.

        Raises LabelsError where a value is no probability, SceneError where the file cannot be read.
        """
        for first in range(0, self.source.height, rows):
            window = Window(first, 0, min(rows, self.source.height - first), self.source.width)
            probabilities, valid = self._read(window)
            if self.exclusive and len(self.bands) > 2:
                labels, classes = probabilities.argmax(axis=0)[None].astype(np.uint8), probabilities[1:]
            else:
                classes = self._of_classes(probabilities)
                labels = (classes >= self.threshold - _ROUNDING / LEVELS).astype(np.uint8)
            levels = np.floor(classes * np.float32(LEVELS) + np.float32(_ROUNDING)).astype(np.uint8)
            labels[:, ~valid], levels[:, ~valid] = IGNORED, IGNORED
            yield Reading(first, labels, levels)

    def _read(self, window: Window) -> tuple[Probabilities, NDArray[np.bool_]]:
        pixels = self.source.read(window)
        probabilities = _scaled(pixels.values, self.scale)
        wrong = pixels.valid & ~((probabilities >= -_SLACK) & (probabilities <= 1 + _SLACK)).all(axis=0)
        if wrong.any():
            raise LabelsError(
                f"{self.name} holds {probabilities[:, wrong].max():g}; expected probabilities from 0 to 1, or labels "
                "that are stored as whole numbers"
            )
        probabilities[:, ~pixels.valid] = 0
        return probabilities[list(self.bands)].clip(0, 1), pixels.valid

    def _of_classes(self, probabilities: Probabilities) -> Probabilities:
        """Of each class that a threshold decides on, its share of what is not auxiliary's."""
        if len(self.bands) < len(self.class_names):
            return probabilities
        if self.source.count == 2:
            return probabilities[1:]
        both = probabilities.sum(axis=0)
        share: Probabilities = np.zeros_like(probabilities[1:])
        np.divide(probabilities[1:], both, out=share, where=both > 0)
        return share


def is_scaled(dataset: Any) -> bool:  # noqa: ANN401 (an open rasterio dataset)
    """Whether a raster holds whole numbers that stand for fractions."""
    return bool(dataset.scales[0] != 1 and np.dtype(dataset.dtypes[0]).kind in "iu")


def holds_probabilities(dataset: Any) -> bool:  # noqa: ANN401 (an open rasterio dataset)
    """Whether a raster holds probabilities: fractions do, whole numbers are labels."""
    return is_scaled(dataset) or np.dtype(dataset.dtypes[0]).kind == "f"


def probability_side(
    dataset: Any,  # noqa: ANN401 (an open rasterio dataset)
    grid: Georeference,
    *,
    threshold: float,
) -> ProbabilitySide:
    """An open raster of probabilities that lies on `grid`; its bands are named by their descriptions.

    Whether classes overlap is told by its tag; without it they do unless all bands add up to 1. Raises LabelsError
    where the tag of auxiliary classes cannot be read.
    """
    name, tags = file_name(dataset.name), dataset.tags()
    described = [text or "" for text in dataset.descriptions]
    alpha = [k for k, c in enumerate(dataset.colorinterp) if c.name == "alpha" and not described[k]]
    read = [k for k in range(dataset.count) if k not in alpha]
    source = Source(
        dataset, BandChoice(tuple(k + 1 for k in read), alpha[0] + 1 if alpha else None), name=name
    )
    scale = (dataset.scales[0], dataset.offsets[0])
    known = tags.get(ACTIVATION_TAG)
    exclusive = len(read) == 1 or (known == "softmax" if known else _add_up(source, scale))
    auxiliary = auxiliary_classes(name, tags)
    bands = tuple(i for i, k in enumerate(read) if described[k] not in auxiliary)
    names = [described[read[i]] for i in bands]
    with_background = exclusive and len(read) > 1
    names = names if with_background else ["background", *names]
    return ProbabilitySide(
        name=name,
        grid=grid,
        source=source,
        scale=scale,
        class_names=tuple(text or (f"class_{k}" if k else "background") for k, text in enumerate(names)),
        bands=bands,
        exclusive=exclusive or len(bands) == 1,
        threshold=threshold,
    )


def _add_up(source: Source, scale: tuple[float, float]) -> bool:
    """Whether the bands' probabilities add up to 1, as far as the first rows with a valid pixel tell."""
    rounding = _SLACK + source.count * (scale[0] / 2 if source.dtype.kind != "f" else 0)
    for first in range(0, source.height, _STRIP_ROWS):
        window = Window(first, 0, min(_STRIP_ROWS, source.height - first), source.width)
        pixels = source.read(window)
        if pixels.valid.any():
            total = _scaled(pixels.values, scale).sum(axis=0)[pixels.valid]
            return bool((np.abs(total - 1) <= rounding).all())
    return False


def _scaled(values: NDArray[Any], scale: tuple[float, float]) -> Probabilities:
    if values.dtype.kind == "f" and scale == (1, 0):
        return np.array(values, np.float32)
    factor, offset = scale
    return np.asarray(values * np.float32(factor) + np.float32(offset), np.float32)
