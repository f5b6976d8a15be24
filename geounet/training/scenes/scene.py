"""A labelled scene as training sees it: at one or more GSDs, pixels, labels and weights that belong together."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import TrainingError
from geounet.grid import Window
from geounet.models.card import ModelCard
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.maps import packed, unpacked

FULL = 65535
"""The count that stands for 1 in a level's image."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A labelled scene at one GSD; its arrays may be memory maps. Raises ValueError where they do not fit together."""

    gsd_m: float
    image: NDArray[np.uint16] = field(repr=False)
    """(C, rows, cols): 0 … 65535 is 0 … 1 of the card's stretch, before its mean and std. Under pixels of weight 0 it may
    hold anything; `pixels` gives 0 there."""
    labels: NDArray[np.uint8] = field(repr=False)
    """(rows, cols) class indices; IGNORED where invalid or uncertain."""
    weights: NDArray[np.floating[Any]] = field(repr=False)
    """(rows, cols) weight of each pixel in the loss; 0 where invalid, and there alone."""
    centres: NDArray[np.float64] = field(repr=False)
    """Points on labelled pixels, one inside each object where objects are known, as (row, col), n × 2."""
    centre_classes: NDArray[np.uint8] = field(repr=False)
    """The class that each of them lies on, n."""

    def __post_init__(self) -> None:
        shape = self.labels.shape
        if self.image.dtype != np.uint16 or self.image.shape[1:] != shape or self.weights.shape != shape:
            raise ValueError(
                f"level has an image {self.image.dtype} {self.image.shape}, labels {shape} and weights "
                f"{self.weights.shape}; expected uint16 (C, rows, cols) and (rows, cols) twice"
            )
        if self.centres.shape != (len(self.centre_classes), 2):
            raise ValueError(
                f"{len(self.centre_classes)} classes of centres {self.centres.shape}; expected (n, 2)"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        rows, cols = self.labels.shape
        return rows, cols

    def pixels(self, rows: slice, cols: slice) -> NDArray[np.float32]:
        """The pixels of a window, float32 (C, h, w) in 0 … 1; 0 where they weigh nothing."""
        values = np.divide(self.image[:, rows, cols], np.float32(FULL), dtype=np.float32)
        values *= self.weights[rows, cols] != 0
        return np.asarray(values)

    def __reduce__(self) -> tuple[Any, ...]:
        """Memory maps travel to worker processes as the paths of their files."""
        arrays: tuple[NDArray[Any], ...] = (
            self.image,
            self.labels,
            self.weights,
            self.centres,
            self.centre_classes,
        )
        return _level, (self.gsd_m, *map(packed, arrays))


def _level(gsd_m: float, *arrays: Any) -> Level:  # noqa: ANN401 (arrays, or where they lie)
    return Level(gsd_m, *map(unpacked, arrays))


@dataclass(frozen=True, slots=True)
class Blocks:
    """The parts of a scene that are kept for validation."""

    shape: tuple[int, int]
    """(rows, cols) of the grid that they are windows of: the scene at the card's GSD."""
    windows: tuple[Window, ...]

    def within(self, shape: tuple[int, int]) -> list[tuple[slice, slice]]:
        """The same parts on a grid of another size, as (rows, cols): every pixel that has anything of them.

        On another grid a pixel more on each side is taken: resampling reaches that far.
        """
        return [
            (
                _reach(w.row, w.row_stop, size=self.shape[0], other=shape[0]),
                _reach(w.col, w.col_stop, size=self.shape[1], other=shape[1]),
            )
            for w in self.windows
        ]


def _reach(first: int, stop: int, *, size: int, other: int) -> slice:
    if size == other:
        return slice(first, stop)
    return slice(max(0, first * other // size - 1), min(other, -(-stop * other // size) + 1))


@dataclass(frozen=True, slots=True, eq=False)
class LabelledScene:
    """A scene with its labels, at one or more GSDs."""

    name: str
    levels: tuple[Level, ...]
    weight: float
    """How often crops are drawn from it, relative to other scenes."""
    blocks: Blocks | None = None
    """Its parts that are kept for validation: all that counts of a validation scene, what a training scene is without."""
    cache: SceneCache | None = field(default=None, repr=False)
    """Where its memory maps lie: a temporary folder is removed when nothing holds it any more."""

    @property
    def has_labels(self) -> bool:
        """Whether any valid pixel is of a class other than the background."""
        labels = self.levels[0].labels
        return bool(((labels != 0) & (labels != IGNORED)).any())

    @property
    def is_known(self) -> bool:
        """Whether any pixel at all is trained on, or judged by."""
        return bool((self.levels[0].labels != IGNORED).any())

    def level(self, gsd_m: float) -> Level:
        """The level whose GSD is nearest, by ratio."""
        return min(self.levels, key=lambda level: abs(math.log(level.gsd_m / gsd_m)))


def card_gsd(card: ModelCard) -> float:
    """The card's GSD in metres; raises TrainingError where it has none."""
    if card.gsd_m is None:
        raise TrainingError(f"card of {card.name!r} has no gsd_m; a model that is trained needs one")
    return card.gsd_m
