"""Refinement: scores that follow the edges of the picture, tile by tile, before tiles are joined."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from geounet.inference.around import Around
from geounet.inference.guided import guided_filter
from geounet.inference.host import HIGHEST, LOWEST
from geounet.inference.mean_field import Field, Joined
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter

GUIDE_BANDS: Final = 4
"""Bands of the picture that guides; where a model takes more, these are means of neighbouring ones."""

RADIUS, EPS = 3, 1e-3
"""Of the guided filter: pixels, and a variance of values in 0 … 1."""

FIELD: Final = Field()
"""Of the conditional random field."""

_PIXELS_AT_ONCE: Final = 1 << 20
"""Of tiles that are refined at once, in threads: each pixel takes some 400 bytes for as long."""


class Refined(Around):
    """A Segmenter that refines the scores of another one by the patches themselves.

    `crf` is the mean field of a conditional random field, which is even where the threshold is, so that labels, not only
    scores, follow the edges; it makes scores surer than they were. `guided` is the guided filter. A score then depends on
    pixels `FIELD.reach`, or twice `RADIUS`, farther away. Invalid pixels are 0 in a patch, as they are for the model.
    """

    def __init__(self, segmenter: Segmenter, method: Literal["crf", "guided"], *, threshold: float) -> None:
        super().__init__(segmenter)
        self.method = method
        self._odds = _log_odds(threshold)

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Refined scores (N, K, h, w) of patches (N, C, h, w)."""
        scores = np.asarray(self.segmenter(patches), np.float32)
        if scores.shape != (len(patches), self.card.scores, *patches.shape[2:]):
            return scores  # whoever asked says what is wrong with them
        guides = _guides(patches, self.card)
        rows, cols = patches.shape[2:]
        threads = min(os.cpu_count() or 1, len(patches), max(1, _PIXELS_AT_ONCE // (rows * cols)))
        with ThreadPoolExecutor(threads) as pool:
            return np.stack(list(pool.map(self._refined, guides, scores)))

    def _refined(self, guide: NDArray[np.float32], scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """One tile's scores (K, h, w); what are no probabilities stay as they are, to be found later."""
        if not ((scores >= LOWEST) & (scores <= HIGHEST)).all():
            return scores
        if self.method == "guided":
            return guided_filter(guide, scores, radius=RADIUS, eps=EPS).clip(0, 1)
        joined = Joined.of(guide, FIELD)
        if self.card.activation == "softmax":
            return joined.mean_field(scores, _bias(self.card, self._odds))
        bias = np.array([0, self._odds], np.float32)
        return np.stack([joined.mean_field(np.stack([1 - each, each]), bias)[1] for each in scores])


def _guides(patches: NDArray[np.float32], card: ModelCard) -> NDArray[np.float32]:
    """The pictures that guide, (N, C, h, w): patches in units of the stretched counts, so that 0 … 1 is their range."""
    std = np.tile(np.array(card.normalization.std, np.float32), card.steps)
    pictures = patches * std[:, None, None]
    if pictures.shape[1] <= GUIDE_BANDS:
        return pictures
    groups = np.array_split(pictures, GUIDE_BANDS, axis=1)
    return np.stack([group.mean(axis=1) for group in groups], axis=1)


def _bias(card: ModelCard, odds: float) -> NDArray[np.float32]:
    """The log odds at which classes are on a par, a class: those of the threshold where it tells two classes apart."""
    bias = np.zeros(card.scores, np.float32)
    real = [k for k, name in enumerate(card.score_names) if name not in card.auxiliary]
    if len(real) == 2:
        bias[real[1]] = odds
    return bias


def _log_odds(threshold: float) -> float:
    inside = min(max(threshold, 1e-3), 1 - 1e-3)
    return float(np.log(inside / (1 - inside)))
