"""How good weights are over all places, and the threshold that makes them so."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.pair import LEVELS
from geounet.models.card import ModelCard
from geounet.training.validation.judge import Judged
from geounet.training.validation.sample import Sample

LOWEST, HIGHEST = 0.3, 0.7
"""Where a threshold is looked for, at temperature 1. Beyond, what IoU gains by a few pixels is lost in objects that merge or
fall apart."""

_ROUNDING = 1e-9

_LEAST = 1e-6
"""The least threshold that is moved: the logit of 0 is none."""

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How good weights are at a threshold; a class does not count at a place that has no pixel of it."""

    threshold: float
    iou: float
    """Mean over the places; 0 where none has a pixel of a class."""
    by_place: Mapping[str, float]
    """Mean over the classes after the background, of each place that has any."""
    by_class: Mapping[str, float]
    """Mean over the places that have it, of each class after the background that is somewhere."""
    nll: float
    """Mean negative log-likelihood of the labels at temperature 1."""


def verdict(judged: Sequence[Judged], card: ModelCard, threshold: float | None) -> Verdict:
    """The mean IoU of scenes, at least one, at a threshold.

    Without one it is that of the highest mean IoU within the `limits` of the card's temperature, of equals the nearest
    to 0.5. Labels of more than two classes do not depend on a threshold: the card's own is kept. At the threshold that
    scenes were judged at, IoU is that of their labels, at another that of the curve, which knows steps of 1/250.
    """
    if threshold is None:
        threshold = (
            best_threshold(judged, card.temperature) if len(judged[0].classes) == 2 else card.threshold
        )
    table = np.stack([_iou_by_class(one, threshold) for one in judged])
    places = {one.name: _mean(row) for one, row in zip(judged, table, strict=True)}
    classes = {name: _mean(col) for name, col in zip(judged[0].classes[1:], table.T, strict=True)}
    by_place = {name: iou for name, iou in places.items() if iou is not None}
    return Verdict(
        threshold=threshold,
        iou=_mean(np.array(list(by_place.values()))) or 0.0,
        by_place=by_place,
        by_class={name: iou for name, iou in classes.items() if iou is not None},
        nll=Sample.joined([one.sample for one in judged]).nll(),
    )


def limits(temperature: float) -> tuple[float, float]:
    """Where a threshold is looked for at a temperature, in steps of 1/250.

    It is the range from 0.3 to 0.7, and what a temperature below 1 makes of that: probabilities move away from 0.5, and the
    pixels that were at 0.3 must be in reach still. One above 1 draws them together, inside the range.
    """
    low, high = (moved_threshold(value, temperature) for value in (LOWEST, HIGHEST))
    steps = (
        max(1, math.floor(low * LEVELS + _ROUNDING)),
        min(LEVELS - 1, math.ceil(high * LEVELS - _ROUNDING)),
    )
    return min(LOWEST, steps[0] / LEVELS), max(HIGHEST, steps[1] / LEVELS)


def moved_threshold(threshold: float, temperature: float) -> float:
    """Where a temperature moves a probability, and with it the threshold that parts two classes as before."""
    inner = min(max(threshold, _LEAST), 1 - _LEAST)
    logit = (math.log(inner) - math.log1p(-inner)) / temperature
    return (1 + math.tanh(logit / 2)) / 2


def best_threshold(judged: Sequence[Judged], temperature: float = 1.0) -> float:
    """The threshold of the highest mean IoU over scenes of two classes; 0.5 where none has a pixel of the second."""
    curves = [one.curves[one.classes[1]].iou for one in judged if one.confusion[1].any()]
    low, high = limits(temperature)
    steps = np.arange(round(low * LEVELS), round(high * LEVELS) + 1)
    if not curves:
        return 0.5
    mean = np.mean(curves, axis=0)[steps - 1]
    best = steps[mean >= mean.max() - 1e-12]
    return float(best[np.abs(best / LEVELS - 0.5).argmin()] / LEVELS)


def _iou_by_class(judged: Judged, threshold: float) -> Float64:
    """IoU of each class after the background, (R − 1,); NaN where the place has no pixel of it."""
    if len(judged.classes) > 2 or threshold == judged.threshold:
        found = confusion_iou(judged.confusion)[1:]
    else:
        [curve] = judged.curves.values()
        step = min(max(1, int(np.ceil(threshold * LEVELS - 1e-6))), LEVELS)
        found = np.array([curve.iou[step - 1]])
    return np.where(judged.confusion[1:].any(axis=1), found, np.nan)


def confusion_iou(confusion: NDArray[np.int64]) -> Float64:
    """IoU of each class, (R,), from pixels by true and predicted class; NaN where it is nowhere."""
    both = np.diagonal(confusion)
    either = confusion.sum(axis=0) + confusion.sum(axis=1) - both
    out: Float64 = np.divide(both, either, out=np.full(len(both), np.nan), where=either > 0)
    return out


def _mean(values: Float64) -> float | None:
    """The mean of those that are numbers; None where none is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
