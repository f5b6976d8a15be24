"""Charts as inline SVG: curves of figures between 0 and 1, in colours that the page's style sheet sets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.html.markup import Markup, joined, tag

Float64 = NDArray[np.float64]

WIDTH, HEIGHT = 460, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 14, 44
"""Room for the labels of the axes."""

_LETTER = 7.5
"""About how wide a letter is."""

_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_LEVELS = (0.2, 0.4, 0.6, 0.8)
"""F1 along which a precision–recall chart has lines."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve."""

    name: str
    x: Sequence[float | None]
    y: Sequence[float | None]
    """Between 0 and 1; the curve is broken where either is None."""
    number: int = 1
    """Which of the page's colours it has, from 1."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a curve with a word beside it."""

    text: str
    x: float
    y: float
    number: int = 1
    """Which of the page's colours it has."""
    hollow: bool = False
    """Drawn as a ring: a point to compare the other with."""


def precision_recall(series: Sequence[Series], marks: Sequence[Mark]) -> Markup:
    """Precision over recall, with lines of equal F1 below."""
    return _chart(("recall", "precision"), joined(*map(_equal_f1, _LEVELS)), series, marks)


def over_threshold(series: Sequence[Series], marks: Sequence[Mark]) -> Markup:
    """Figures over the threshold of probability, with a line up to each mark."""
    drops = joined(
        *(
            tag("line", x1=_x(m.x), x2=_x(m.x), y1=_y(0), y2=_y(m.y), class_=f"drop ink{m.number}")
            for m in marks
        )
    )
    return _chart(("threshold", ""), drops, series, marks)


def _chart(axes: tuple[str, str], below: Markup, series: Sequence[Series], marks: Sequence[Mark]) -> Markup:
    words = ", ".join(f"{mark.text} at {axes[0]} {mark.x:.2f}" for mark in marks)
    about = f"{axes[1] or ', '.join(one.name for one in series)} over {axes[0]}{': ' if words else ''}{words}"
    return tag(
        "svg", _axes(*axes), below, *map(_curve, series), *map(_marked, marks),
        viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=about, class_="chart",
    )  # fmt: skip


def _axes(across: str, up: str) -> Markup:
    pieces: list[Markup] = []
    for tick in _TICKS:
        pieces += [
            tag("line", x1=_x(tick), x2=_x(tick), y1=_y(0), y2=_y(1), class_="grid"),
            tag("line", x1=_x(0), x2=_x(1), y1=_y(tick), y2=_y(tick), class_="grid"),
            tag("text", f"{tick:.1f}", x=_x(tick), y=f"{HEIGHT - _BOTTOM + 17}", class_="tick middle"),
            tag("text", f"{tick:.1f}", x=f"{_LEFT - 8}", y=_y(tick, shift=4), class_="tick end"),
        ]
    middle = (HEIGHT - _BOTTOM + _TOP) / 2
    pieces += [
        tag("line", x1=_x(0), x2=_x(1), y1=_y(0), y2=_y(0), class_="axis"),
        tag("line", x1=_x(0), x2=_x(0), y1=_y(0), y2=_y(1), class_="axis"),
        tag("text", across, x=_x(0.5), y=f"{HEIGHT - 8}", class_="name middle"),
        tag("text", up, transform=f"translate(12 {middle:.0f}) rotate(-90)", class_="name middle"),
    ]
    return joined(*pieces)


def _equal_f1(level: float) -> Markup:
    """The line on which F1 is `level`: precision = F1 · recall / (2 · recall − F1)."""
    recall = np.linspace(level / (2 - level), 1, 40)
    precision = level * recall / (2 * recall - level)
    place = tag(
        "text", f"F1 {level}", x=_x(1, shift=-4), y=_y(float(precision[-1]), shift=-4), class_="level end"
    )
    return joined(tag("path", d=_path(recall.tolist(), precision.tolist()), class_="level"), place)


def _curve(series: Series) -> Markup:
    return tag(
        "path", tag("title", series.name), d=_path(series.x, series.y), class_=f"curve ink{series.number}"
    )


def _marked(mark: Mark) -> Markup:
    """A point and its word: to the right and above, where a falling curve leaves room; of a ring to the left and below."""
    edge = (WIDTH - _RIGHT - len(mark.text) * _LETTER - _LEFT) / (WIDTH - _RIGHT - _LEFT)
    if mark.hollow:
        place = {"x": _x(mark.x, shift=-8), "y": _y(mark.y, shift=18), "class_": "mark end"}
    else:
        place = {"x": _x(min(mark.x, edge), shift=6), "y": _y(mark.y, shift=-9), "class_": "mark"}
    dot = f"{'hollow' if mark.hollow else 'full'} ink{mark.number}"
    point = tag("circle", cx=_x(mark.x), cy=_y(mark.y), r="4.5", class_=dot)
    return joined(point, tag("text", mark.text, **place) if mark.text else None)


def _path(x: Sequence[float | None], y: Sequence[float | None]) -> str:
    """The way of a pen through the points that are known, lifted over the others."""
    way, down = [], False
    for across, up in zip(x, y, strict=True):
        if across is None or up is None:
            down = False
            continue
        way.append(f"{'L' if down else 'M'}{_x(across)} {_y(up)}")
        down = True
    return "".join(way)


def _x(value: float, *, shift: float = 0.0) -> str:
    return f"{_LEFT + value * (WIDTH - _LEFT - _RIGHT) + shift:.1f}"


def _y(value: float, *, shift: float = 0.0) -> str:
    return f"{HEIGHT - _BOTTOM - value * (HEIGHT - _BOTTOM - _TOP) + shift:.1f}"
