"""How well objects are found: each predicted area is a true one, or is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.matching import Matches, Overlaps, matched, overlaps
from geounet.evaluation.polis import polis

Float64 = NDArray[np.float64]

AVERAGED_IOUS = tuple(percent / 100 for percent in range(50, 100, 5))
"""The thresholds over which `f1_average` is the mean: COCO's 0.50, 0.55 … 0.95."""

SIZES_M2 = (0.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0)
"""Where classes of size begin, in m²: sheds and huts to fields; the last has no end."""

_MOST = 0.5
"""The share of an area that is more than any other can have of it."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """How many of the true areas of one size are found."""

    min_m2: float
    """Smallest area in it."""
    max_m2: float | None
    """Smallest area that is too large for it; None where none is."""
    true: int
    """True areas of that size."""
    found: int
    """Of them, those that are matched."""

    @property
    def recall(self) -> float | None:
        """Share of them that is found; None without any."""
        return _ratio(self.found, self.true)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectScores:
    """What comparing n predicted areas with m true ones came to; a ratio is None where it is 0 / 0."""

    iou_threshold: float
    """Intersection over union from which two areas are the same object."""
    tp: int
    """Predicted areas that are true ones: matches, one to one."""
    fp: int
    """Predicted areas that are none."""
    fn: int
    """True areas that are not found."""
    f1_average: float | None
    """Mean F1 over IoU thresholds of 0.50, 0.55 … 0.95."""
    polis_m: float | None
    """Mean PoLiS distance of the matches, in metres; None without any."""
    area_predicted_m2: float
    """Sum of the predicted areas; ground that two of them cover counts twice."""
    area_true_m2: float
    """Sum of the true areas, likewise."""
    over_segmented: int
    """True areas that the prediction cuts into pieces: see `over_segmented`."""
    under_segmented: int
    """Predicted areas that run true ones together: see `over_segmented`."""
    by_size: tuple[SizeClass, ...]
    """Recall by the size of the true areas."""
    matches: Matches = field(compare=False, repr=False)
    """Which predicted area is which true one."""

    @property
    def precision(self) -> float | None:
        """Share of the predicted areas that are true ones."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Share of the true areas that are found."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def count_error(self) -> float | None:
        """(predicted − true) / true, of their numbers."""
        return _ratio(self.fp - self.fn, self.tp + self.fn)

    @property
    def area_error(self) -> float | None:
        """(predicted − true) / true, of the sums of their areas."""
        return _ratio(self.area_predicted_m2 - self.area_true_m2, self.area_true_m2)

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON has them."""
        return {
            "iou_threshold": self.iou_threshold,
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "f1_average": self.f1_average,
            "polis_m": self.polis_m,
            "count_predicted": self.tp + self.fp,
            "count_true": self.tp + self.fn,
            "count_error": self.count_error,
            "area_predicted_m2": self.area_predicted_m2,
            "area_true_m2": self.area_true_m2,
            "area_error": self.area_error,
            "over_segmented": self.over_segmented,
            "under_segmented": self.under_segmented,
            "by_size": [
                {"min_m2": s.min_m2, "max_m2": s.max_m2, "true": s.true, "found": s.found, "recall": s.recall}
                for s in self.by_size
            ],
        }


def object_scores(
    predicted: NDArray[np.object_],
    true: NDArray[np.object_],
    *,
    scores: Float64 | None = None,
    iou: float = 0.5,
) -> ObjectScores:
    """Compare predicted (n,) with true (m,) areas, valid and in metres; `scores` (n,) say which choose first."""
    pairs = overlaps(predicted, true)
    found = matched(pairs, iou=iou, scores=scores)
    distances = polis(predicted[found.predicted], true[found.true])
    return ObjectScores(
        iou_threshold=iou,
        tp=len(found),
        fp=len(predicted) - len(found),
        fn=len(true) - len(found),
        f1_average=_f1_average(pairs, scores),
        polis_m=float(distances.mean()) if len(found) else None,
        area_predicted_m2=float(pairs.predicted_area.sum()),
        area_true_m2=float(pairs.true_area.sum()),
        over_segmented=over_segmented(pairs),
        under_segmented=over_segmented(pairs.turned()),
        by_size=_by_size(pairs.true_area, found, SIZES_M2),
        matches=found,
    )


def over_segmented(pairs: Overlaps) -> int:
    """How many true areas are cut into pieces, as Hoover et al. (1996) count them, with a tolerance of a half.

    These are the true areas in which two or more predicted ones lie with more than half of their own area each,
    and which these cover to more than a half together. With the sides turned round: predicted areas that run true
    ones together. An area that is rightly found as well may still count, when something small lies in it too.
    """
    inside = pairs.shared > _MOST * pairs.predicted_area[pairs.predicted]
    owner = pairs.true[inside]
    pieces = np.bincount(owner, minlength=len(pairs.true_area))
    covered = np.bincount(owner, pairs.shared[inside], len(pairs.true_area))
    return int(((pieces >= 2) & (covered > _MOST * pairs.true_area)).sum())


def _f1_average(pairs: Overlaps, scores: Float64 | None) -> float | None:
    """Mean F1 over `AVERAGED_IOUS`; None where nothing is predicted and nothing is true."""
    areas = len(pairs.predicted_area) + len(pairs.true_area)
    if not areas:
        return None
    hits = [len(matched(pairs, iou=threshold, scores=scores)) for threshold in AVERAGED_IOUS]
    return 2 * sum(hits) / areas / len(hits)


def _by_size(true_area: Float64, found: Matches, sizes: Sequence[float]) -> tuple[SizeClass, ...]:
    ends: list[float | None] = [*sizes[1:], None]
    size = np.searchsorted(sizes, true_area, side="right") - 1
    true = np.bincount(size, minlength=len(sizes)).tolist()
    hits = np.bincount(size[found.true], minlength=len(sizes)).tolist()
    return tuple(map(SizeClass, sizes, ends, true, hits))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
