"""A crop as a small picture: its bands as colours, its labels' outlines, and hatching where nothing is trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.palette import colour_of
from geounet.training.scenes.labels import IGNORED

_HATCH = 8
"""Pixels from one line of the hatching to the next."""

_PALE, _DARK = (235, 235, 235), (70, 70, 70)
"""Lines over pixels that are seen and not trained on, and the ground of those that are invalid."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A crop, or what became of it."""

    image: NDArray[np.float32]
    """(C, h, w) in 0 … 1."""
    labels: tuple[NDArray[np.int64], ...]
    """Class indices (h, w); of a mixture each crop's, the one with the larger share last."""
    weights: NDArray[np.float32]
    """(h, w); 0 where invalid."""

    def drawn(self, bands: tuple[int, int, int], *, zoom: int = 1) -> NDArray[np.uint8]:
        """(h · zoom, w · zoom, 3): red, green and blue from those bands, outlines and lines one pixel wide."""
        shown = np.clip(self.image[list(bands)], 0, 1)
        picture = _enlarged(np.rint(shown * 255).astype(np.uint8), zoom).transpose(1, 2, 0).copy()
        lines = np.add.outer(np.arange(picture.shape[0]), np.arange(picture.shape[1])) % _HATCH == 0
        ignored = np.all([labels == IGNORED for labels in self.labels], axis=0)
        picture[_enlarged(self.weights == 0, zoom)] = _DARK
        picture[_enlarged(ignored, zoom) & lines] = _PALE
        for labels in self.labels:
            _outline(picture, _enlarged(labels, zoom))
        return picture


def shown_bands(names: tuple[str, ...]) -> tuple[int, int, int]:
    """The bands that are shown as red, green and blue: those of that name, else the first three, or the last again."""
    lower = [name.lower() for name in names]
    if {"red", "green", "blue"} <= set(lower):
        return lower.index("red"), lower.index("green"), lower.index("blue")
    last = len(names) - 1
    # Two bands are no three colours, and one is grey.
    return 0, min(1, last), min(2, last)


def _enlarged(values: NDArray[Any], zoom: int) -> NDArray[Any]:
    return values.repeat(zoom, axis=-2).repeat(zoom, axis=-1)


def _outline(picture: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
    """Draw the outermost pixels of each patch of a class in its colour, and those round it pale: seen on any roof."""
    padded = np.pad(labels, 1, mode="edge")
    around = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    edge = np.any([beside != labels for beside in around], axis=0)
    bare = (labels == 0) | (labels == IGNORED)
    picture[edge & bare & np.any([(b != 0) & (b != IGNORED) for b in around], axis=0)] = _PALE
    for number in np.unique(labels[~bare]):
        picture[edge & (labels == number)] = colour_of(int(number))
