"""What a class scores, from counts of pixels."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCounts:
    """Pixels of one class against all others; every figure is None where it is 0 / 0."""

    tp: int
    """Predicted and true."""
    fp: int
    """Predicted, and not true."""
    fn: int
    """True, and not predicted."""
    tn: int
    """Neither."""
    common_band: int
    """Pixels that are near the contour of the prediction and of the truth, and in both."""
    either_band: int
    """Pixels of the prediction near its contour, or of the truth near its own."""
    predicted_near: int
    """Predicted pixels with a true one near."""
    true_near: int
    """True pixels with a predicted one near."""

    def __post_init__(self) -> None:
        for f in fields(self):
            if getattr(self, f.name) < 0:
                raise ValueError(f"{f.name} is {getattr(self, f.name)}; a count is at least 0")

    @property
    def support(self) -> int:
        """True pixels."""
        return self.tp + self.fn

    @property
    def iou(self) -> float | None:
        """Intersection over union (Jaccard index)."""
        return ratio(self.tp, self.tp + self.fp + self.fn)

    @property
    def precision(self) -> float | None:
        """Share of the predicted pixels that is true."""
        return ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Share of the true pixels that is predicted."""
        return ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall (Dice coefficient)."""
        return ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def boundary_iou(self) -> float | None:
        """Intersection over union of the bands along the contours (Cheng et al. 2021)."""
        return ratio(self.common_band, self.either_band)

    @property
    def relaxed_precision(self) -> float | None:
        """Share of the predicted pixels with a true one near (Mnih 2013)."""
        return ratio(self.predicted_near, self.tp + self.fp)

    @property
    def relaxed_recall(self) -> float | None:
        """Share of the true pixels with a predicted one near (Mnih 2013)."""
        return ratio(self.true_near, self.tp + self.fn)

    @property
    def relaxed_f1(self) -> float | None:
        """Harmonic mean of relaxed precision and recall; 0 where both are 0."""
        precision, recall = self.relaxed_precision, self.relaxed_recall
        if precision is None or recall is None:
            return None
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The figures, how many pixels are true, and the confusion matrix [[tn, fp], [fn, tp]]."""
        figures: dict[str, Any] = {name: getattr(self, name) for name in FIGURES}
        return figures | {"support": self.support, "confusion": [[self.tn, self.fp], [self.fn, self.tp]]}


FIGURES = (
    "iou", "precision", "recall", "f1", "boundary_iou", "relaxed_precision", "relaxed_recall", "relaxed_f1",
)  # fmt: skip
"""What is told of each class, and as a mean over classes."""


def ratio(part: float, whole: float) -> float | None:
    """A share; None of nothing."""
    return part / whole if whole else None
