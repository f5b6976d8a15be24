"""A scale bar of a round length."""

import math

from geounet.figures import metres
from geounet.html.markup import Markup, tag

_SHARE = 0.25
"""The longest a scale bar gets, as a share of the picture's width."""


def scale_bar(across: float) -> Markup:
    """A bar for a picture that is `across` metres wide."""
    length = round_length(_SHARE * across)
    text = metres(length) if length < 1 else f"{length:g} m" if length < 1000 else f"{length / 1000:,g} km"
    return tag("div", tag("span", text), class_="scale", style=f"width:{length / across:.2%}")


def round_length(longest: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no longer."""
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest * (1 + 1e-9))
