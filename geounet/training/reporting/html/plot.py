"""Charts of any ranges as inline SVG, in the classes that evaluation's style sheet colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geounet.html.markup import Markup, joined, tag

WIDTH, HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 26, 44
"""Room for the labels of the axes."""

_LETTER = 7.0
"""About how wide a letter is."""

_TICKS = 6
"""Labels of an axis, at most."""

_ROUNDING = 1e-9

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along an axis, and from where to where; raises ValueError where that is no range."""

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"axis {self.name!r} runs from {self.low} to {self.high}; expected a range")

    @property
    def ticks(self) -> list[float]:
        """Round numbers in the range, at most six."""
        raw = (self.high - self.low) / (_TICKS - 1)
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - _ROUNDING))
        first, last = math.ceil(self.low / step - _ROUNDING), math.floor(self.high / step + _ROUNDING)
        return [round(k * step, 10) for k in range(first, last + 1)]

    def share(self, value: float) -> float:
        """Where a value lies, 0 … 1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Line:
    """A curve, or its points alone."""

    name: str
    points: Points
    number: int = 1
    """Which of the page's colours it has."""
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Two axes, and what is drawn between them."""

    across: Axis
    up: Axis

    def chart(self, lines: Sequence[Line], *more: Markup) -> Markup:
        """The curves; `more` lies above them."""
        about = f"{', '.join(dict.fromkeys(line.name for line in lines))} over {self.across.name}"
        return tag(
            "svg", self._frame(), *map(self._curve, lines), *more,
            viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=about, class_="chart",
        )  # fmt: skip

    def upright(self, at: float, text: str) -> Markup:
        """A dashed line up from a place of the axis, with a word above its end."""
        half = len(text) * _LETTER / 2
        middle = min(max(self._x(at), _LEFT + half), WIDTH - _RIGHT - half)
        word = tag("text", text, x=f"{middle:.1f}", y=f"{_TOP - 8}", class_="mark middle")
        x = f"{self._x(at):.1f}"
        line = tag("line", x1=x, x2=x, y1=f"{_TOP}", y2=f"{HEIGHT - _BOTTOM}", class_="drop ink8")
        return joined(line, word)

    def dot(self, x: float, y: float, *, number: int, radius: float = 4.5) -> Markup:
        """A point."""
        return tag(
            "circle",
            cx=f"{self._x(x):.1f}",
            cy=f"{self._y(y):.1f}",
            r=f"{radius:.1f}",
            class_=f"full ink{number}",
        )

    def diagonal(self) -> Markup:
        """The line from corner to corner."""
        return tag(
            "path",
            d=self._path([(self.across.low, self.up.low), (self.across.high, self.up.high)]),
            class_="level",
        )

    def _frame(self) -> Markup:
        bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
        pieces = []
        for tick in self.across.ticks:
            x = f"{self._x(tick):.1f}"
            pieces += [
                tag("line", x1=x, x2=x, y1=f"{bottom}", y2=f"{_TOP}", class_="grid"),
                tag("text", _tick(tick), x=x, y=f"{bottom + 17}", class_="tick middle"),
            ]
        for tick in self.up.ticks:
            y = self._y(tick)
            pieces += [
                tag("line", x1=f"{_LEFT}", x2=f"{right}", y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid"),
                tag("text", _tick(tick), x=f"{_LEFT - 8}", y=f"{y + 4:.1f}", class_="tick end"),
            ]
        middle = (bottom + _TOP) / 2
        return joined(
            *pieces,
            tag("line", x1=f"{_LEFT}", x2=f"{right}", y1=f"{bottom}", y2=f"{bottom}", class_="axis"),
            tag("line", x1=f"{_LEFT}", x2=f"{_LEFT}", y1=f"{bottom}", y2=f"{_TOP}", class_="axis"),
            tag(
                "text",
                self.across.name,
                x=f"{(_LEFT + right) / 2:.1f}",
                y=f"{HEIGHT - 8}",
                class_="name middle",
            ),
            tag(
                "text",
                self.up.name,
                transform=f"translate(12 {middle:.0f}) rotate(-90)",
                class_="name middle",
            ),
        )

    def _curve(self, line: Line) -> Markup:
        name = f"curve ink{line.number}{' thin' * line.thin}"
        return tag("path", tag("title", line.name), d=self._path(line.points), class_=name)

    def _path(self, points: Points) -> str:
        return "".join(
            f"{'L' if n else 'M'}{self._x(x):.1f} {self._y(y):.1f}" for n, (x, y) in enumerate(points)
        )

    def _x(self, value: float) -> float:
        return _LEFT + self.across.share(value) * (WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - _BOTTOM - self.up.share(value) * (HEIGHT - _BOTTOM - _TOP)


def _tick(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
