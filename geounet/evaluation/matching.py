"""Which predicted area is which true one: pairs that overlap, and of these the ones that count, one to one."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

_ROUNDING = 1e-9
"""By which an IoU may miss a threshold that it meets in whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """Every predicted and true area that share ground, as k pairs; the geometry is looked at once."""

    predicted: Int64
    """(k,) positions among the n predicted areas."""
    true: Int64
    """(k,) positions among the m true areas."""
    shared: Float64
    """(k,) m² that the two have in common, above 0."""
    predicted_area: Float64
    """(n,) m² of each predicted area."""
    true_area: Float64
    """(m,) m² of each true area."""

    @property
    def iou(self) -> Float64:
        """(k,) intersection over union."""
        both = self.predicted_area[self.predicted] + self.true_area[self.true]
        return self.shared / (both - self.shared)

    def select(self, chosen: NDArray[np.bool_]) -> "Overlaps":
        """Some of the pairs, by a mask (k,)."""
        return replace(
            self, predicted=self.predicted[chosen], true=self.true[chosen], shared=self.shared[chosen]
        )

    def turned(self) -> "Overlaps":
        """The same pairs with what is predicted and what is true turned round."""
        return Overlaps(
            predicted=self.true,
            true=self.predicted,
            shared=self.shared,
            predicted_area=self.true_area,
            true_area=self.predicted_area,
        )


@dataclass(frozen=True, slots=True)
class Matches:
    """Predicted and true areas that are the same object, one to one, in the order in which they were matched."""

    predicted: Int64
    """(k,) positions among the predicted areas."""
    true: Int64
    """(k,) positions among the true areas."""
    iou: Float64
    """(k,) intersection over union."""

    def __len__(self) -> int:
        return len(self.iou)


def overlaps(predicted: NDArray[np.object_], true: NDArray[np.object_]) -> Overlaps:
    """The pairs of predicted (n,) and true (m,) areas, valid and in metres, that share more than a boundary."""
    first, second = shapely.STRtree(true).query(predicted, predicate="intersects")
    shared = shapely.area(shapely.intersection(predicted[first], true[second]))
    some = shared > 0
    return Overlaps(
        predicted=first[some],
        true=second[some],
        shared=shared[some],
        predicted_area=shapely.area(predicted),
        true_area=shapely.area(true),
    )


def match(
    predicted: NDArray[np.object_],
    true: NDArray[np.object_],
    *,
    iou: float = 0.5,
    scores: Float64 | None = None,
) -> Matches:
    """Predicted (n,) and true (m,) areas that are the same object; see `matched`."""
    return matched(overlaps(predicted, true), iou=iou, scores=scores)


def matched(pairs: Overlaps, *, iou: float, scores: Float64 | None = None) -> Matches:
    """One-to-one matches of an IoU of at least `iou`, as SpaceNet counts them (Van Etten, Lindenbaum, Bacastow 2018).

    Predictions choose by falling score, each the true area of highest IoU that is still free. `scores` (n,) may be
    NaN, which comes last. Among equal scores, and without any, the pair of highest IoU comes first; what is still
    equal goes by position. An IoU that misses the threshold by rounding alone (1e-9) meets it.
    """
    overlap = pairs.iou
    enough = np.flatnonzero(overlap >= iou - _ROUNDING)
    first, second, overlap = pairs.predicted[enough], pairs.true[enough], overlap[enough]
    rank = np.zeros(len(enough)) if scores is None else -np.asarray(scores, np.float64)[first]
    # Rounded, so that pairs that are equal in whole numbers are ordered by position on every machine.
    order = np.lexsort((second, first, -np.round(overlap, 9), rank))
    kept = order[_free(first[order], second[order])]
    return Matches(first[kept], second[kept], overlap[kept])


def _free(first: Int64, second: Int64) -> Int64:
    """Positions of the pairs of which neither side is in a pair taken before."""
    taken_first: set[int] = set()
    taken_second: set[int] = set()
    kept = []
    for position, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        if one not in taken_first and other not in taken_second:
            taken_first.add(one)
            taken_second.add(other)
            kept.append(position)
    return np.array(kept, np.int64)
