"""Pixel outcomes on a small grid: label pairs are counted into a picture's pixels as they pass."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.pair import LabelPair
from geounet.evaluation.picture import Outcome, Overlay
from geounet.georeference import Georeference
from geounet.raster.thumbnail import reduced
from geounet.strip import NODATA
from geounet.vector.compiled import cached

_OUTCOMES: tuple[Outcome, ...] = ("not counted", "hits", "misses", "false alarms", "wrong class")
"""In the order of the counts, and from the lowest overlay to the topmost."""

_STRENGTH: dict[Outcome, float] = {"hits": 0.5, "not counted": 0.6}
"""How much of what lies below an outcome hides; errors hide more."""

_WORDS: dict[Outcome, str] = {
    "not counted": "outside, or not valid",
    "hits": "predicted and true",
    "misses": "true, not predicted",
    "false alarms": "predicted, not true",
    "wrong class": "true of another class",
}

_ERRORS_STRENGTH = 0.75


class LabelCanvas:
    """Counts hits, misses and false alarms of label pairs by the pixel of a picture that they fall into.

    A pixel of two classes that are not the background counts as a wrong class. Background that is rightly so is not
    drawn.
    """

    def __init__(self, grid: Georeference) -> None:
        self.grid = reduced(grid)
        """The picture's grid: that of the pairs, reduced."""
        rows, cols = np.arange(grid.height), np.arange(grid.width)
        self._rows = rows * self.grid.height // grid.height
        self._cols = cols * self.grid.width // grid.width
        self._counts = np.zeros((self.grid.height, self.grid.width, len(_OUTCOMES)), np.uint32)

    def watched(self, pairs: Iterable[LabelPair]) -> Iterator[LabelPair]:
        """Hand pairs on, and count them."""
        for pair in pairs:
            rows = self._rows[pair.first_row : pair.first_row + len(pair.truth)]
            _count(pair.prediction, pair.truth, rows, self._cols, self._counts)
            yield pair

    def overlays(self) -> tuple[Overlay, ...]:
        """What was counted, each outcome as opaque as the share of a pixel that it fills."""
        totals = self._counts.sum(axis=(0, 1), dtype=np.int64)
        return tuple(
            Overlay(outcome, f"{int(total):,} px, {_WORDS[outcome]}", self._opacity(number))
            for number, (outcome, total) in enumerate(zip(_OUTCOMES, totals, strict=True))
            if total
        )

    def _opacity(self, number: int) -> NDArray[np.uint8]:
        """One outcome's opacity: of classes that may overlap, a pixel shows any."""
        pixels = np.outer(np.bincount(self._rows), np.bincount(self._cols))
        share = np.minimum(self._counts[..., number] / pixels, 1)
        strength = _STRENGTH.get(_OUTCOMES[number], _ERRORS_STRENGTH)
        return np.rint(255 * strength * share).astype(np.uint8)


@cached
def _count(
    prediction: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    rows: NDArray[np.int64],
    cols: NDArray[np.int64],
    counts: NDArray[np.uint32],
) -> None:
    """Add each pixel's outcome to `counts` (rows, cols, outcomes) of the picture's row and column that it lies in."""
    for i in range(prediction.shape[0]):
        for j in range(prediction.shape[1]):
            found, true = prediction[i, j], truth[i, j]
            if NODATA in (found, true):
                outcome = 0
            elif found == true:
                if true == 0:
                    continue
                outcome = 1
            elif found == 0:
                outcome = 2
            elif true == 0:
                outcome = 3
            else:
                outcome = 4
            counts[rows[i], cols[j], outcome] += 1
