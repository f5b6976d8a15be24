"""What a finished run came to: the values that card, page and report are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet.training.reporting.places import PlaceFigures
from geounet.training.validation.calibration import Reliability
from geounet.training.validation.history import Validation, at_start
from geounet.training.validation.judge import Judged
from geounet.training.validation.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The temperature, and what it changed."""

    temperature: float
    before: Reliability
    """At temperature 1."""
    after: Reliability
    """At that temperature."""
    nll_before: float
    """Mean negative log-likelihood of the labels at temperature 1: what the temperature makes least."""
    nll: float
    """At that temperature."""

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {
            "temperature": self.temperature,
            "error_before": self.before.error,
            "error": self.after.error,
            "nll_before": self.nll_before,
            "nll": self.nll,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The final weights, in the bundle's own precision, on the validation places."""

    bundle: Path
    report: Path
    """The page."""
    step: int
    """Of the weights that were kept."""
    verdict: Verdict
    """At the card's threshold and temperature."""
    figures: PlaceFigures
    calibration: Calibration
    judged: tuple[Judged, ...]
    history: tuple[Validation, ...]
    warnings: tuple[str, ...]
    """What a person should know before trusting the model."""

    @property
    def start_iou(self) -> float | None:
        """Mean IoU of the model that the run started from; None where it started from none."""
        first = at_start(self.history)
        return None if first is None else first.iou


def total_confusion(judged: Sequence[Judged]) -> list[list[int]]:
    """Pixels of all places by true and predicted class."""
    confusion: list[list[int]] = sum(one.confusion for one in judged).tolist()  # type: ignore[union-attr]  # 0 of none, to mypy
    return confusion
