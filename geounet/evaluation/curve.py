"""Precision, recall and IoU of a class at every threshold of its probability, and the best threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.pair import IGNORED, LEVELS, LabelPair
from geounet.vector.compiled import cached

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """Pixels inside and outside of a class by the level of their probability: everything that the curve needs."""

    outside: NDArray[np.int64]
    """(251,) pixels that are not of the class, by level: probability × 250, rounded down."""
    inside: NDArray[np.int64]
    """(251,) pixels that are."""

    def __post_init__(self) -> None:
        for counts in (self.outside, self.inside):
            if counts.shape != (LEVELS + 1,):
                raise ValueError(f"counts are {counts.shape}; expected ({LEVELS + 1},)")

    @property
    def thresholds(self) -> Float64:
        """(250,): 1/250 … 1; a pixel is taken for the class where its probability is the threshold at least."""
        return np.arange(1, LEVELS + 1) / LEVELS

    @property
    def precision(self) -> Float64:
        """(250,) share of the taken pixels that are of the class; NaN where none is taken."""
        tp, fp = self._taken()
        return _ratio(tp, tp + fp)

    @property
    def recall(self) -> Float64:
        """(250,) share of the class's pixels that are taken; NaN where it has none."""
        tp, _ = self._taken()
        return _ratio(tp, np.full(LEVELS, self.inside.sum()))

    @property
    def f1(self) -> Float64:
        """(250,) harmonic mean of precision and recall."""
        tp, fp = self._taken()
        return _ratio(2 * tp, tp + fp + self.inside.sum())

    @property
    def iou(self) -> Float64:
        """(250,) intersection over union."""
        tp, fp = self._taken()
        return _ratio(tp, fp + self.inside.sum())

    @property
    def best_threshold(self) -> float | None:
        """The threshold of the greatest F1, of equals the one nearest to 0.5; None where the class has no pixel."""
        if not self.inside.any():
            return None
        best = np.flatnonzero(self.f1 == np.nanmax(self.f1))
        return float(self.thresholds[best[np.abs(self.thresholds[best] - 0.5).argmin()]])

    @property
    def best_f1(self) -> float | None:
        """F1 at the best threshold."""
        return float(np.nanmax(self.f1)) if self.inside.any() else None

    @property
    def average_precision(self) -> float | None:
        """The mean of precision over the steps of recall, Σ (Rₙ − Rₙ₋₁) Pₙ; None where the class has no pixel."""
        if not self.inside.any():
            return None
        tp, every = (counts[::-1].cumsum() for counts in (self.inside, self.inside + self.outside))
        precision = tp / np.maximum(every, 1)
        return float((precision * self.inside[::-1]).sum() / self.inside.sum())

    def to_dict(self) -> dict[str, Any]:
        """The curve as a JSON object; undefined is None."""
        curves = {name: getattr(self, name) for name in ("thresholds", "precision", "recall", "f1", "iou")}
        figures = {name: getattr(self, name) for name in ("best_threshold", "best_f1", "average_precision")}
        return {k: [None if np.isnan(x) else float(x) for x in v] for k, v in curves.items()} | figures

    def _taken(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pixels that are taken at each threshold, right and wrong, (250,)."""
        tp, fp = (counts[::-1].cumsum()[::-1][1:] for counts in (self.inside, self.outside))
        return tp, fp


class CurveTally:
    """Counts pixels by the level of their probability, for each class after the background."""

    def __init__(self, class_names: Sequence[str]) -> None:
        self._names = tuple(class_names)
        self._counts: dict[int, NDArray[np.int64]] = {}

    def watched(self, pairs: Iterable[LabelPair]) -> Iterator[LabelPair]:
        """The pairs as they come, counted; those without levels are passed on."""
        for pair in pairs:
            self.add(pair)
            yield pair

    def add(self, pair: LabelPair) -> None:
        """Count a pair's pixels, those that count."""
        if pair.levels is None:
            return
        overlapping = len(pair.levels) < len(self._names) - 1
        for i, levels in enumerate(pair.levels):
            label = 1 + pair.band + i
            counts = self._counts.setdefault(label, np.zeros((2, IGNORED + 1), np.int64))
            _count_levels(levels, pair.truth, 1 if overlapping else label, counts)

    def curves(self) -> dict[str, ThresholdCurve]:
        """The curve of each class that had probabilities, by name."""
        return {
            self._names[label]: ThresholdCurve(counts[0, : LEVELS + 1], counts[1, : LEVELS + 1])
            for label, counts in sorted(self._counts.items())
        }


@cached
def _count_levels(
    levels: NDArray[np.uint8], truth: NDArray[np.uint8], label: int, counts: NDArray[np.int64]
) -> None:
    for row in range(truth.shape[0]):
        for col in range(truth.shape[1]):
            if truth[row, col] != IGNORED:
                counts[int(truth[row, col] == label), levels[row, col]] += 1


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Float64:
    out: Float64 = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return out
