"""What was found at each validation of a run, and what follows from it: best weights, patience, plateaus."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geounet.training.config.optimizer import PLATEAU
from geounet.training.durable import write_durably


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """One validation; all of a run are its history."""

    step: int
    """Steps that were run before it; 0 where the model that a run starts from is judged."""
    loss: float | None
    """Mean of the training loss since the last one; None before the first step."""
    rate: float
    """Learning rate of the last step, at its highest over the groups of weights; 0 before the first."""
    seconds: float
    """Seconds of training and validation so far, of earlier parts of a resumed run too."""
    threshold: float
    iou: float
    by_place: Mapping[str, float]
    """IoU of each validation scene."""
    by_class: Mapping[str, float]
    """IoU of each class, mean over the scenes."""
    nll: float
    """Mean negative log-likelihood of the validation labels."""


def at_start(history: Sequence[Validation]) -> Validation | None:
    """What was found of the model that the run starts from, before the first step; None where it starts from none."""
    return history[0] if history and not history[0].step else None


def ranked(history: Sequence[Validation]) -> list[Validation]:
    """The best validations first; of equal ones, the earlier."""
    return sorted(history, key=lambda one: (-one.iou, one.step))


def stale(history: Sequence[Validation]) -> int:
    """Validations since the best one."""
    return len(history) - 1 - history.index(ranked(history)[0]) if history else 0


def halvings(history: Sequence[Validation]) -> int:
    """How often a plateau was met: PLATEAU validations without gain, counted anew after each."""
    best, waiting, met = float("-inf"), 0, 0
    for one in history:
        waiting = 0 if one.iou > best else waiting + 1
        best = max(best, one.iou)
        if waiting == PLATEAU:
            met, waiting = met + 1, 0
    return met


def write_metrics(history: Sequence[Validation], path: Path) -> None:
    """The history as CSV, a row a validation, whole or not at all."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    places, classes = (list(kind) for kind in (history[0].by_place, history[0].by_class))
    figures = ["step", "loss", "rate", "seconds", "threshold", "nll", "iou"]
    table.writerow([*figures, *(f"iou/{name}" for name in (*places, *classes))])
    for one in history:
        values = [one.step, one.loss, one.rate, round(one.seconds, 1), one.threshold, one.nll, one.iou]
        table.writerow(
            [*values, *(one.by_place.get(n) for n in places), *(one.by_class.get(n) for n in classes)]
        )
    write_durably(path, text.getvalue().encode())
