"""Strips of scores → strips of labels, and how sure the model was of each."""

import numpy as np

from geounet.errors import ModelError
from geounet.inference.arithmetic import Arithmetic, Array
from geounet.inference.host import HOST
from geounet.models.card import ModelCard
from geounet.strip import NODATA, LabelStrip, ScoreStrip


def classify(
    strip: ScoreStrip, card: ModelCard, *, threshold: float, arithmetic: Arithmetic = HOST
) -> LabelStrip:
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
        labels, confidence, wrong = arithmetic.above(scores[real], valid, np.float32(threshold))
    elif len(real) > 2:
        labels, confidence, wrong = arithmetic.largest(scores, valid, np.array(real))
    else:
        share = _second_of_two(scores, real, arithmetic)
        labels, confidence, wrong = arithmetic.above(share, valid, np.float32(threshold))
        labels[labels == 1] = real[1]
    if wrong:
        raise ModelError(
            f"model {card.name!r} gave {wrong} scores outside 0 … 1; expected probabilities: apply its activation, "
            "check its weights, or try --precision float32"
        )
    boundary = None
    if card.auxiliary:
        helping = np.array([name in card.auxiliary for name in card.score_names])
        needed = None if card.activation == "softmax" else threshold
        boundary = arithmetic.leads(scores, helping, needed) & (labels != 0) & (labels != NODATA)
    return LabelStrip(strip.first_row, labels, confidence, boundary)


def bands_for_labels(card: ModelCard) -> range:
    """The score bands that labels are made of: of two exclusive classes the second says it all."""
    return range(1, 2) if card.activation == "softmax" and len(card.classes) == 2 else range(card.scores)


def _second_of_two(scores: Array, real: list[int], arithmetic: Arithmetic) -> Array:
    """The second real class's share of the score of both, (1, rows, cols), from its own score or from all classes'."""
    if len(scores) <= 2:
        return scores[-1:]
    return arithmetic.share(scores[real[0]], scores[real[1]])[None]
