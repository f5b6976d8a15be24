"""What a finished run says of itself: what a person should know before trusting the model, and what may help."""

from collections.abc import Iterator, Sequence

from geounet.training.reporting.places import PlaceFigures
from geounet.training.validation import temperature, verdict
from geounet.training.validation.history import Validation
from geounet.training.validation.judge import Judged
from geounet.training.validation.verdict import Verdict

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
        *_of_places(found, judged),
        *_of_classes(figures),
        *_of_length(history, step),
        *_of_choices(found),
    )


def temperature_advice(value: float) -> Iterator[str]:
    """What is said of a temperature that has no good value."""
    if not temperature.LOWEST * 1.01 < value < temperature.HIGHEST * 0.99:
        yield (
            f"The temperature is at the end of its range ({value:.3g}): the validation labels are too few, or too easy, to "
            "say how sure the model may be."
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
    if len(history) > 2 and step < _EARLY * last:
        yield (
            f"The best weights came early (step {step:,} of {last:,}): what was learnt later did not hold on the validation "
            "places. More data or more augmentation may help."
        )


def _of_choices(found: Verdict) -> Iterator[str]:
    if found.threshold in (verdict.LOWEST, verdict.HIGHEST):
        yield (
            f"The threshold is at the end of its range ({found.threshold:g}): IoU would be higher beyond it, and objects "
            "would merge or fall apart."
        )
