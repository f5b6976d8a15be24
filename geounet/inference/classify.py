"""Strips of scores → strips of labels, and how sure the model was of each."""

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.card import ModelCard
from geounet.strip import CONFIDENCE_SCALE, NODATA, LabelStrip, ScoreStrip


def classify(strip: ScoreStrip, card: ModelCard, *, threshold: float, bands: range) -> LabelStrip:
    """Labels of scores whose bands are `bands` of the card's.

    With two exclusive classes a pixel is class 1 where its score ≥ threshold; with more, the class with the
    largest score (the first of equals), auxiliary classes left out. Classes that may overlap have a 0/1 band
    each: 1 where the score ≥ threshold. Raises ModelError when a valid pixel's score is not a number.
    """
    exclusive = card.activation == "softmax"
    if exclusive and len(card.classes) > 2:
        candidates = [k for k, name in enumerate(card.classes) if name not in card.auxiliary]
        labels, confidence, wrong = _largest(strip.scores, strip.valid, np.array(candidates))
    else:
        first = 1 - bands.start if exclusive else 0
        labels, confidence, wrong = _above(strip.scores[first:], strip.valid, np.float32(threshold))
    if wrong:
        raise ModelError(
            f"model {card.name!r} gave {wrong} scores that are not numbers; expected probabilities: "
            "check its weights and its precision (--precision float32)"
        )
    return LabelStrip(strip.first_row, labels, confidence)


def bands_for_labels(card: ModelCard) -> range:
    """The score bands that labels are made of: of two exclusive classes the second says it all."""
    return range(1, 2) if card.activation == "softmax" and len(card.classes) == 2 else range(card.scores)


def quantize(scores: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Probabilities (K, rows, cols) as uint8: × 250, rounded; 255 where not valid."""
    out = np.empty(scores.shape, np.uint8)
    _quantize(scores, valid, out)
    return out


@numba.njit(nogil=True, cache=True)
def _byte(score: np.float32) -> np.uint8:
    return np.uint8(
        min(max(score, np.float32(0)), np.float32(1)) * np.float32(CONFIDENCE_SCALE) + np.float32(0.5)
    )


@numba.njit(nogil=True, cache=True)
def _quantize(scores: NDArray[np.float32], valid: NDArray[np.bool_], out: NDArray[np.uint8]) -> None:
    bands, rows, cols = scores.shape
    for band in range(bands):
        for row in range(rows):
            for col in range(cols):
                out[band, row, col] = _byte(scores[band, row, col]) if valid[row, col] else NODATA


@numba.njit(nogil=True, cache=True)
def _above(
    scores: NDArray[np.float32], valid: NDArray[np.bool_], threshold: np.float32
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    """A 0/1 band for each band of scores; the confidence of 0 is that of not being in the class."""
    bands, rows, cols = scores.shape
    labels = np.empty((bands, rows, cols), np.uint8)
    confidence = np.empty((bands, rows, cols), np.uint8)
    wrong = 0
    for band in range(bands):
        for row in range(rows):
            for col in range(cols):
                score = scores[band, row, col]
                known = valid[row, col]
                is_in = score >= threshold
                wrong += known and score != score  # noqa: PLR0124 (not a number)
                labels[band, row, col] = np.uint8(is_in) if known else np.uint8(NODATA)
                sure = score if is_in else np.float32(1) - score
                confidence[band, row, col] = _byte(sure) if known else np.uint8(NODATA)
    return labels, confidence, wrong


@numba.njit(nogil=True, cache=True)
def _largest(
    scores: NDArray[np.float32], valid: NDArray[np.bool_], candidates: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    _, rows, cols = scores.shape
    labels = np.full((1, rows, cols), NODATA, np.uint8)
    confidence = np.full((1, rows, cols), NODATA, np.uint8)
    wrong = 0
    for row in range(rows):
        for col in range(cols):
            if not valid[row, col]:
                continue
            best = candidates[0]
            for band in candidates[1:]:
                if scores[band, row, col] > scores[best, row, col]:
                    best = band
                wrong += scores[band, row, col] != scores[band, row, col]
            wrong += scores[candidates[0], row, col] != scores[candidates[0], row, col]
            labels[0, row, col] = best
            confidence[0, row, col] = _byte(scores[best, row, col])
    return labels, confidence, wrong
