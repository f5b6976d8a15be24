"""Labels of a raster small enough to be held whole: what segmentation challenges count of them."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
from scipy.ndimage import label

from geounet.evaluation.challenges import rand_error, seg_score
from geounet.evaluation.pair import IGNORED, LabelPair
from geounet.evaluation.warping import warping_error
from geounet.georeference import Georeference

MOST_PIXELS = 1 << 22
"""Pixels of the largest raster that is held whole: four times those of a frame of any challenge."""


class WholeLabels:
    """Keeps what is not background in a prediction and in the truth, as the pairs pass."""

    def __init__(self, grid: Georeference) -> None:
        self._foreground = np.zeros((2, grid.height, grid.width), np.bool_)

    @staticmethod
    def fit(grid: Georeference, *, exclusive: bool) -> bool:
        """Whether labels on a grid can be held whole, and are of one band."""
        return exclusive and grid.height * grid.width <= MOST_PIXELS

    def watched(self, pairs: Iterable[LabelPair]) -> Iterator[LabelPair]:
        """Hand pairs on, and keep them; what does not count is background in both."""
        for pair in pairs:
            counts = (pair.prediction != IGNORED) & (pair.truth != IGNORED)
            rows = slice(pair.first_row, pair.first_row + len(pair.truth))
            self._foreground[0, rows] = counts & (pair.prediction > 0)
            self._foreground[1, rows] = counts & (pair.truth > 0)
            yield pair

    def figures(self) -> dict[str, float | None]:
        """`rand_error`, `warping_error` and `seg` of all that is not background; undefined is None.

        Segments are what hangs together by the sides of pixels.
        """
        found, true = self._foreground
        segments = label(found)[0], label(true)[0]
        figures = {
            "rand_error": rand_error(*segments),
            "warping_error": warping_error(found, true),
            "seg": seg_score(*segments),
        }
        return {name: float(value) if math.isfinite(value) else None for name, value in figures.items()}
