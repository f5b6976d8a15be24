"""What a finished run says of itself: what a person should know before trusting the model, and what may help."""

from collections.abc import Iterator, Sequence

from geounet.training.report import gain_in_words
from geounet.training.reporting.places import PlaceFigures
from geounet.training.validation import temperature
from geounet.training.validation.history import Validation, at_start
from geounet.training.validation.judge import Judged
from geounet.training.validation.verdict import Verdict, limits

_LATE, _EARLY = 0.95, 0.5
"""Shares of a run: best weights after the one, or before the other, say something of its length."""

_FAR = 0.75
"""A place below this share of the mean is far below it."""

_FEW_PIXELS = 2_000
"""A class with fewer true pixels is judged by little."""


def advice(
    found: Verdict,
    figures: PlaceFigures,
    judged: Sequence[Judged],
    *,
    history: Sequence[Validation],
    step: int,
) -> tuple[str, ...]:
    """Sentences, the gravest first; none where nothing stands out."""
    return (
        *start_advice(found, history, step=step),
        *_of_places(found, judged),
        *_of_classes(figures),
        *_of_length(history, step),
    )


def start_advice(found: Verdict, history: Sequence[Validation], *, step: int) -> Iterator[str]:
    """What is said of a run that gained nothing over the model that it started from; `step` is that of its weights."""
    first = at_start(history)
    if first is None:
        return
    if step == 0:
        later = max((one.iou for one in history[1:]), default=0.0)
        yield (
            "The run gained nothing over the model that it started from: its weights are kept; the best of later steps "
            f"came to IoU {later:.3f}, they have {first.iou:.3f}. A lower optimizer.rate, optimizer.freeze or more "
            "labels may help."
        )
    elif found.iou <= first.iou:
        yield (
            "The run gained nothing over the model that it started from "
            f"({gain_in_words(first.iou, found.iou)}): rather use that one, or train on more labels."
        )


def temperature_advice(value: float) -> Iterator[str]:
    """What is said of a temperature that has no good value."""
    if not temperature.LOWEST * 1.01 < value < temperature.HIGHEST * 0.99:
        yield (
            f"The temperature is at the end of its range ({value:.3g}): the validation labels are too few, or too easy, to "
            "say how sure the model may be."
        )


def left_advice(refused: float, kept: float) -> str:
    """What is said of a temperature that was not taken, since no threshold at it reaches the IoU without."""
    return (
        f"The temperature was left at {kept:g}: {refused:.3g}, at which the labels are likeliest, would have lowered IoU. "
        "Probabilities are less to be trusted."
    )


def threshold_advice(threshold: float, temperature: float) -> Iterator[str]:
    """What is said of a chosen threshold that has no good value at a temperature."""
    low, high = limits(temperature)
    if not low < threshold < high:
        yield (
            f"The threshold is at the end of its range ({threshold:g}): IoU would be higher beyond it, and objects "
            "would merge or fall apart."
        )


def _of_places(found: Verdict, judged: Sequence[Judged]) -> Iterator[str]:
    if len(found.by_place) == 1:
        yield (
            "There is one place to judge by: what was chosen there may not hold elsewhere. List more places under "
            "[[data.validation]], or train with --folds."
        )
    bare = [one.name for one in judged if one.name not in found.by_place]
    if bare:
        yield f"No class is labelled in {', '.join(bare)}: that place does not count in IoU."
    for name, iou in sorted(found.by_place.items(), key=lambda item: item[1]):
        if iou < _FAR * found.iou:
            yield (
                f"{name} is far below the others (IoU {iou:.3f}, mean {found.iou:.3f}): look whether its labels lie right; "
                "if they do, train on places like it."
            )


def _of_classes(figures: PlaceFigures) -> Iterator[str]:
    for name, counts in list(figures.pooled().items())[1:]:
        if counts.support < _FEW_PIXELS:
            yield f"There are {counts.support:,} true pixels of {name} to judge by: its figures say little."


def _of_length(history: Sequence[Validation], step: int) -> Iterator[str]:
    last = max((one.step for one in history), default=0)
    if len(history) > 2 and step >= _LATE * last:
        yield f"The best weights came at the end (step {step:,} of {last:,}): more steps may help."
    if len(history) > 2 and 0 < step < _EARLY * last:
        yield (
            f"The best weights came early (step {step:,} of {last:,}): what was learnt later did not hold on the validation "
            "places. More data or more augmentation may help."
        )
