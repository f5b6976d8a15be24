"""Meridians and parallels of a map, with their degrees."""

import math
from collections.abc import Iterator

from geounet.batching.reporting.place import FlatMap
from geounet.html.markup import Markup, joined, tag

_STEPS = (
    30.0,
    15.0,
    10.0,
    5.0,
    2.0,
    1.0,
    *(step * 10.0**-power for power in range(1, 7) for step in (5, 2, 1)),
)
"""Degrees between lines."""

_FEWEST = 3
"""Lines that there are at least, over the width of the map."""

_ROOM = 36
"""What the labels of meridians take at the top."""


def graticule(shown: FlatMap, width: int, height: int) -> Markup:
    """The lines and their labels, for a drawing of that width and height."""
    step = next((step for step in _STEPS if shown.degrees / step >= _FEWEST), _STEPS[-1])
    south, north = shown.south_north
    meridians = [
        joined(_line(x1=x, x2=x, y1=0, y2=height), _text(_degrees(_turned(at), step, "WE"), x + 5, 16))
        for at in _multiples(shown.west, shown.west + shown.degrees, step)
        for x in [shown.x(at) * width]
    ]
    parallels = [
        joined(_line(x1=0, x2=width, y1=y, y2=y), _text(_degrees(at, step, "SN"), 6, y - 5))
        for at in _multiples(south, north, step)
        for y in [shown.y(at) * width]
        if y > _ROOM
    ]
    return tag("g", *meridians, *parallels, class_="graticule")


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield number * step


def _line(**ends: float) -> Markup:
    return tag("line", **{name: f"{value:.1f}" for name, value in ends.items()})


def _text(words: str, x: float, y: float) -> Markup:
    return tag("text", words, x=f"{x:.1f}", y=f"{y:.1f}")


def _turned(longitude: float) -> float:
    """A longitude between −180 and 180."""
    return (longitude + 180) % 360 - 180


def _degrees(value: float, step: float, sides: str) -> str:
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    side = "" if min(abs(value), abs(abs(value) - 180)) < step / 2 else sides[value > 0]
    return f"{abs(value):.{decimals}f}°{side}"
