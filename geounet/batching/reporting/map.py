"""Scenes by state as a map: inline SVG that works without scripts, each state with a colour and a shape of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.batching.reporting.graticule import graticule
from geounet.batching.reporting.place import FlatMap, Place, flat_map
from geounet.figures import count
from geounet.html.markup import Markup, joined, tag
from geounet.html.scale import scale_bar
from geounet.html.switches import layer_class, switch

WIDTH = 1000
"""Of the drawing's own units; it is as wide as the page."""

MOST_NAMED = 2500
"""Rectangles that are drawn one by one, with a name to point at; more are drawn as one shape a state, but for
those that failed."""

LEAST_SIDE = 3.0
"""Smaller rectangles are drawn so large."""

LEAST_FAILED = 7.0
"""Smaller ones that failed are drawn so large: nobody may overlook them."""

_SHAPES: Mapping[str, str] = {
    "pending": "hollow", "running": "hollow, thick", "skipped": "two lines", "done": "full", "partial": "full, one line",
    "failed": "full, a cross",
}  # fmt: skip
"""States from the lowest on the map to the highest, and how each is drawn."""

_WORDS = {"partial": "done without some items"}
"""What a state is called where its name says too little."""


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Rectangles of one state in the drawing's units, rounded to a tenth, each place once."""

    sides: NDArray[np.float64]
    """Left, top, right, bottom: a row each."""
    places: Sequence[Place]


def map_view(places: Sequence[Place], states: Mapping[str, int]) -> Markup:
    """The map, with a switch in its legend for each state; `states` counts all scenes, those without a place too."""
    shown = flat_map([place.bounds for place in places], ratio=(0.24, 0.72), pad=0.05)
    boxes = {state: _boxes(shown, places, state) for state in _SHAPES}
    named = sum(len(some.places) for some in boxes.values()) <= MOST_NAMED
    layers = [
        _layer(state, some, named=named or state == "failed") for state, some in boxes.items() if some.places
    ]
    height = round(WIDTH * shown.height)
    drawing = tag(
        "svg", graticule(shown, WIDTH, height), *layers,
        viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=_in_words(states), class_="scenes",
    )  # fmt: skip
    placed = {state: len(some.places) for state, some in boxes.items() if some.places}
    switches = [_switch(state, number) for state, number in placed.items()]
    stage = tag("div", drawing, scale_bar(shown.across_m), class_="stage plain")
    return tag("div", *reversed(switches), stage, class_="map")


def legend_names() -> tuple[str, ...]:
    """All states that may have a switch."""
    return tuple(_SHAPES)


def _boxes(shown: FlatMap, places: Sequence[Place], state: str) -> _Boxes:
    rows = np.array([place.state == state for place in places])
    sides = WIDTH * np.stack([shown.left, shown.top, shown.right, shown.bottom], axis=1)[rows]
    least = LEAST_FAILED if state == "failed" else LEAST_SIDE
    small = np.maximum(least - (sides[:, 2:] - sides[:, :2]), 0) / 2
    sides = np.round(np.concatenate([sides[:, :2] - small, sides[:, 2:] + small], axis=1), 1)
    return _Boxes(sides, [place for place, chosen in zip(places, rows, strict=True) if chosen])


def _layer(state: str, boxes: _Boxes, *, named: bool) -> Markup:
    """A state's rectangles: one by one where they are named (the first of them), the others as one shape."""
    alone = MOST_NAMED if named else 0
    single = [
        tag("path", tag("title", _title(place)), d=_outline(sides, state))
        for sides, place in zip(boxes.sides[:alone], boxes.places[:alone], strict=True)
    ]
    rest = np.unique(boxes.sides[alone:], axis=0)
    together = "".join(_outline(sides, state) for sides in rest)
    shape = tag("path", tag("title", _WORDS.get(state, state)), d=together) if together else None
    fine = " fine" if _is_fine(boxes.sides) else ""
    return tag("g", shape, *single, class_=f"{layer_class(state)} {state}{fine}")


def _is_fine(sides: NDArray[np.float64]) -> bool:
    """Whether rectangles are so small that outlines would hide them."""
    return bool(np.median(sides[:, 2] - sides[:, 0]) < 8)


def _outline(sides: NDArray[np.float64], state: str) -> str:
    """A rectangle, and the lines that say what it is."""
    left, top, right, bottom = sides
    across, down = _number(right - left), _number(bottom - top)
    path = f"M{_number(left)} {_number(top)}h{across}v{down}h-{across}z"
    if state == "failed":
        path += f"l{across} {down}m0 -{down}l-{across} {down}"
    elif state == "partial":
        path += f"m0 {down}l{across} -{down}"
    elif state == "skipped":
        third, width = _number((bottom - top) / 3), across
        path += f"m0 {third}h{width}m-{width} {third}h{width}"
    return path


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _title(place: Place) -> str:
    return f"{place.name}: {place.line or place.state}"


def _switch(state: str, number: int) -> Markup:
    path = _outline(np.array([1.0, 1.0, 13.0, 13.0]), state)
    swatch = tag(
        "svg", tag("g", tag("path", d=path), class_=state), viewBox="0 0 14 14", class_="scenes sample"
    )
    label = joined(swatch, tag("b", _WORDS.get(state, state)), tag("small", count(number)))
    return switch(state, label)


def _in_words(states: Mapping[str, int]) -> str:
    return "Map of scenes: " + ", ".join(_counted(states))


def _counted(states: Mapping[str, int]) -> Iterator[str]:
    for state, number in states.items():
        yield f"{count(number)} {state}"
