"""What a person chose, else what the model's card chooses, for how labels become features."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from geounet.errors import OptionsError
from geounet.options import ExtractOptions, VectorizeOptions

CARDS_CHOICE = ("min_area", "fill_holes", "simplify", "separate", "regularize")
"""Options whose None is the card's `finishing`."""


def finishing_choices(
    options: VectorizeOptions | ExtractOptions, *, task: str | None, finishing: Mapping[str, Any]
) -> VectorizeOptions:
    """The options with `kind` and `centerlines` decided, and the card's finishing where nothing was chosen.

    The card's finishing is for its own task: it counts for nothing where another kind was asked for. Raises
    OptionsError where choices contradict one another.
    """
    values = {f.name: getattr(options, f.name) for f in dataclasses.fields(VectorizeOptions)}
    kind = options.kind or task or "areas"
    lines = kind == "roads" if options.centerlines is None else options.centerlines
    for name in CARDS_CHOICE:
        if values[name] is None and kind == task:
            values[name] = finishing.get(name)
    if options.simplify and options.regularize is None:
        values["regularize"] = False  # a card's choice gives way to a person's
    if values["regularize"] and options.simplify is None:
        values["simplify"] = None  # regularised outlines are simple
    if options.separate is None and options.connectivity == 8:
        values["separate"] = False  # as above
    chosen = VectorizeOptions(**values | {"kind": kind, "centerlines": lines})
    _check(chosen, options)
    return chosen


def _check(chosen: VectorizeOptions, options: VectorizeOptions | ExtractOptions) -> None:
    if chosen.centerlines and (options.separate or options.regularize):
        raise OptionsError(
            "separate and regularize are for areas, and these labels become centrelines; pass --no-centerlines, "
            "or --kind buildings"
        )
    if chosen.regularize and chosen.simplify:
        raise OptionsError("regularize and simplify both change outlines; choose one of them")
    if chosen.separate and chosen.connectivity == 8:
        raise OptionsError(
            "separate needs connectivity 4, found 8: parts that meet at a corner only would be one again; pass one of them"
        )
    if chosen.centerlines and options.min_area is not None:
        raise OptionsError("min_area is for areas, and these labels become centrelines; pass --min-length")
    if chosen.graph is not None and not chosen.centerlines:
        raise OptionsError(
            f"a graph is made of centrelines, and kind is {chosen.kind!r}; pass --centerlines too"
        )
