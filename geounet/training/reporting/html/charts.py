"""The charts of a run: loss and IoU over its steps, and how often probabilities are right."""

import math
from collections.abc import Mapping, Sequence

from geounet.evaluation.html.stylesheet import INKS
from geounet.html.markup import Markup, joined, tag
from geounet.training.reporting.conclusion import Calibration
from geounet.training.reporting.html.plot import Axis, Line, Plot
from geounet.training.validation.calibration import Reliability
from geounet.training.validation.history import Validation

_ROOM = 0.06
"""Free room above and below a curve, as a share of its range."""

_MOST_NAMED = 6
"""Places whose curves are drawn one by one."""


def loss_chart(history: Sequence[Validation], kept: int) -> Markup:
    """The training loss, and the likelihood of the validation labels, over the steps."""
    training = [(one.step, one.loss) for one in history if one.loss is not None]
    judged = [(one.step, one.nll) for one in history if math.isfinite(one.nll)]
    values = [y for _, y in (*training, *judged) if math.isfinite(y)]
    plot = Plot(_steps(history), _around("loss", values, least=0.0))
    key = _key({"training loss": 1, "cross-entropy on validation": 2})
    lines = [Line("training loss", training, 1), Line("cross-entropy on validation", judged, 2)]
    return joined(key, plot.chart(lines, plot.upright(kept, f"kept {kept:,}")))


def iou_chart(history: Sequence[Validation], kept: int) -> Markup:
    """IoU over the steps: its mean, and that of each place where they are few."""
    places = list(history[0].by_place)
    named = places if 1 < len(places) <= _MOST_NAMED else []
    inks = {name: 2 + number % (INKS - 2) for number, name in enumerate(named)}
    lines = [
        Line(
            name, [(one.step, one.by_place[name]) for one in history if name in one.by_place], ink, thin=True
        )
        for name, ink in inks.items()
    ]
    lines.append(Line("mean", [(one.step, one.iou) for one in history], 1))
    plot = Plot(_steps(history), _around("IoU", [y for line in lines for _, y in line.points], least=0.0))
    best = next((one.iou for one in history if one.step == kept), None)
    dot = None if best is None else plot.dot(kept, best, number=1)
    return joined(
        _key({"mean": 1} | inks), plot.chart(lines, joined(plot.upright(kept, f"kept {kept:,}"), dot))
    )


def reliability_chart(calibration: Calibration) -> Markup:
    """How often pixels are right over how sure the model is; on the diagonal it is as sure as it may be."""
    plot = Plot(Axis("confidence", 0, 1), Axis("share that is right", 0, 1))
    curves = {"without temperature": (calibration.before, 2), "with temperature": (calibration.after, 1)}
    if calibration.temperature == 1:
        curves = {"no temperature": (calibration.after, 1)}
    lines = [Line(name, _points(found), ink, thin=ink == 2) for name, (found, ink) in curves.items()]
    key = _key({name: ink for name, (_, ink) in curves.items()})
    return joined(key, plot.chart(lines, plot.diagonal(), _dots(plot, calibration.after)))


def _dots(plot: Plot, found: Reliability) -> Markup:
    """A dot a bin, as large as it has pixels."""
    largest = max(1, int(found.counts.max()))
    sizes = [2 + 4 * math.sqrt(count / largest) for count in found.counts if count]
    return joined(
        *(plot.dot(x, y, number=1, radius=r) for (x, y), r in zip(_points(found), sizes, strict=True))
    )


def _points(found: Reliability) -> list[tuple[float, float]]:
    bins = zip(found.counts, found.confidence, found.frequency, strict=True)
    return [(float(x), float(y)) for count, x, y in bins if count]


def _steps(history: Sequence[Validation]) -> Axis:
    return Axis("step", 0, max(1, *(one.step for one in history)) if history else 1)


def _around(name: str, values: Sequence[float], *, least: float) -> Axis:
    """An axis with all values and a little room."""
    if not values:
        return Axis(name, 0, 1)
    low, high = min(values), max(values)
    room = _ROOM * (high - low) or 0.05 * (abs(high) or 1)
    return Axis(name, max(least, low - room) if low >= least else low - room, high + room)


def _key(inks: Mapping[str, int]) -> Markup:
    """Which curve has which colour."""
    items = [tag("li", tag("i", class_=f"ink{ink}"), name) for name, ink in inks.items()]
    return tag("ul", *items, class_="key")
