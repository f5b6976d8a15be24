"""Figures at every threshold of probability as two charts side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from geounet.evaluation.html.charts import Mark, Series, over_threshold, precision_recall
from geounet.evaluation.html.stylesheet import INKS
from geounet.figures import ratio
from geounet.html.markup import Markup, section, tag

Curve: TypeAlias = "Mapping[str, Any]"
"""What `ThresholdCurve.to_dict` gives."""

Chart: TypeAlias = "Callable[[Sequence[Series], Sequence[Mark]], Markup]"


@dataclass(frozen=True, slots=True)
class _Place:
    """A threshold that is marked on a curve."""

    name: str
    at: int
    """Its number among the curve's thresholds."""
    text: str
    hollow: bool


def curves_view(curves: Mapping[str, Curve], *, used: float | None) -> Markup:
    """Precision over recall, and figures over the threshold; the best threshold is marked, and the one `used`."""
    inks = {name: number % INKS + 1 for number, name in enumerate(curves)}
    alone = len(curves) == 1
    places = [place for name, curve in curves.items() for place in _places(name, curve, used, alone=alone)]

    def chart(draw: Chart, x: str, y: str, *more: Series) -> Markup:
        series = [Series(name, curve[x], curve[y], inks[name]) for name, curve in curves.items()]
        marks = [
            Mark(p.text, curves[p.name][x][p.at], curves[p.name][y][p.at], inks[p.name], p.hollow)
            for p in places
        ]
        return draw([*series, *more], marks)

    left = section(
        "Precision and recall", _best(curves, inks), chart(precision_recall, "recall", "precision")
    )
    if not alone:
        right = section("F1 over the threshold", _key(inks), chart(over_threshold, "thresholds", "f1"))
        return tag("div", left, right, class_="pair")
    [curve] = curves.values()
    iou = Series("IoU", curve["thresholds"], curve["iou"], 2)
    right = section(
        "F1 and IoU over the threshold",
        _key({"F1": 1, "IoU": 2}),
        chart(over_threshold, "thresholds", "f1", iou),
    )
    return tag("div", left, right, class_="pair")


def _places(name: str, curve: Curve, used: float | None, *, alone: bool) -> Iterator[_Place]:
    """The best threshold of a class, and of one class alone the one that was used, where it is another."""
    best = curve["best_threshold"]
    if best is None:
        return
    thresholds = np.array(curve["thresholds"])
    at = int(np.abs(thresholds - best).argmin())
    yield _Place(name, at, f"best {best:.3g}" if alone else "", hollow=False)
    if alone and used is not None:
        other = int(np.abs(thresholds - used).argmin())
        if other != at and curve["precision"][other] is not None:
            yield _Place(name, other, f"used {used:.3g}", hollow=True)


def _best(curves: Mapping[str, Curve], inks: Mapping[str, int]) -> Markup:
    """Which curve has which colour, and where it is best."""
    items = [
        tag("li", tag("i", class_=f"ink{inks[name]}"), tag("b", name), f": {_best_in_words(curve)}")
        for name, curve in curves.items()
    ]
    return tag("ul", *items, class_="key long")


def _best_in_words(curve: Curve) -> str:
    if curve["best_threshold"] is None:
        return "no true pixel"
    return (
        f"best F1 {ratio(curve['best_f1'])} at threshold {curve['best_threshold']:.3g}, "
        f"average precision {ratio(curve['average_precision'])}"
    )


def _key(inks: Mapping[str, int]) -> Markup:
    """Which curve has which colour."""
    items = [tag("li", tag("i", class_=f"ink{ink}"), name) for name, ink in inks.items()]
    return tag("ul", *items, class_="key")
