"""The figures that a page begins with: a few large numbers, and what each says in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from geounet.html.markup import Markup, tag

_MOST_IN_A_ROW = 6
"""Cards that stand beside one another; more make two rows."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure."""

    name: str
    value: str
    words: str
    """What it says here."""


def cards_view(cards: Sequence[Card]) -> Markup:
    """The cards beside one another, the first set off."""
    boxes = [
        tag(
            "div", tag("span", card.name), tag("b", card.value), tag("small", card.words),
            class_="card first" if number == 0 else "card",
        )
        for number, card in enumerate(cards)
    ]  # fmt: skip
    half = -(-len(cards) // 2)
    columns = len(cards) if len(cards) <= _MOST_IN_A_ROW else half
    return tag("div", *boxes, class_="cards", style=f"--columns:{columns};--few:{half}")
