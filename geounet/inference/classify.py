"""Strips of scores → strips of labels, and how sure the model was of each."""

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.card import ModelCard
from geounet.strip import CONFIDENCE_SCALE, NODATA, LabelStrip, ScoreStrip

LOWEST, HIGHEST = np.float32(-1e-3), np.float32(1 + 1e-3)
"""What passes for a probability, rounding allowed for."""


def classify(strip: ScoreStrip, card: ModelCard, *, threshold: float) -> LabelStrip:
    """Labels of the card's scores, or of those that `bands_for_labels` asks for.

    Auxiliary classes are left out, and what they scored goes to the others; where they scored most, the strip's
    `boundary` says so. With two exclusive classes a pixel is
    of the second where its share of the score ≥ threshold; with more, of the class with the largest score (the
    first of equals). Classes that may overlap have a 0/1 band each: 1 where the score ≥ threshold. Raises
    ModelError when a valid pixel's score is no probability.
    """
    scores, valid = strip.scores, strip.valid
    real = [k for k, name in enumerate(card.score_names) if name not in card.auxiliary]
    if card.activation == "sigmoid":
        labels, confidence, wrong = _above(scores[real], valid, np.float32(threshold))
    elif len(real) > 2:
        labels, confidence, wrong = _largest(scores, valid, np.array(real))
    else:
        labels, confidence, wrong = _above(_second_of_two(scores, real), valid, np.float32(threshold))
        labels[labels == 1] = real[1]
    if wrong:
        raise ModelError(
            f"model {card.name!r} gave {wrong} scores outside 0 … 1; expected probabilities: apply its activation, "
            "check its weights, or try --precision float32"
        )
    return LabelStrip(strip.first_row, labels, confidence, _boundary(scores, labels, card, threshold))


def _boundary(
    scores: NDArray[np.float32], labels: NDArray[np.uint8], card: ModelCard, threshold: float
) -> NDArray[np.bool_] | None:
    """Pixels of a class, (bands, rows, cols), that an auxiliary class would have had; None without such a class."""
    if not card.auxiliary:
        return None
    helping = np.array([name in card.auxiliary for name in card.score_names])
    found = scores[helping].max(axis=0)
    needed = scores[~helping].max(axis=0) if card.activation == "softmax" else np.float32(threshold)
    boundary: NDArray[np.bool_] = (found >= needed) & (labels != 0) & (labels != NODATA)
    return boundary


def bands_for_labels(card: ModelCard) -> range:
    """The score bands that labels are made of: of two exclusive classes the second says it all."""
    return range(1, 2) if card.activation == "softmax" and len(card.classes) == 2 else range(card.scores)


def _second_of_two(scores: NDArray[np.float32], real: list[int]) -> NDArray[np.float32]:
    """The second real class's share of the score of both, (1, rows, cols), from its own score or from all classes'."""
    if len(scores) <= 2:
        return scores[-1:]
    first, second = scores[real[0]], scores[real[1]]
    total = first + second
    share: NDArray[np.float32] = np.divide(second, total, out=np.zeros_like(total), where=total > 0)
    return share[None]


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
                wrong += known and not (LOWEST <= score <= HIGHEST)
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
