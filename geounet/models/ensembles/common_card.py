"""The cards of several models → the card of their ensemble."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geounet.errors import ModelError
from geounet.models.card import ModelCard

AGREED = ("task", "bands", "axes", "classes", "auxiliary", "activation", "gsd_m", "normalization", "tile")
"""What must be the same in all cards: patches are made once for all, and scores are averaged class by class."""


def common_card(cards: Sequence[ModelCard]) -> ModelCard:
    """The card of an ensemble: it has the widest margin, the mean threshold, and the finishing of the first.

    Raises ModelError where the cards do not agree, naming what differs.
    """
    if not cards:
        raise ModelError("an ensemble has no models; expected one at least")
    first = cards[0]
    if len(cards) == 1:
        return first
    for other in cards[1:]:
        _check(first, other)
    stride = math.lcm(*(card.stride for card in cards))
    return replace(
        first,
        name="+".join(card.name for card in cards),
        version="+".join(card.version for card in cards),
        description=f"The mean of {len(cards)} models: {_each(card.description for card in cards)}",
        architecture=None,
        margin=_margin(max(card.margin for card in cards), stride),
        stride=stride,
        threshold=sum(card.threshold for card in cards) / len(cards),
        temperature=1.0,  # each model's own is in its scores
        gsd_range_m=_range(cards),
        license=_each((card.license for card in cards), " AND "),
        sources=tuple(dict.fromkeys(source for card in cards for source in card.sources)),
        attribution=_each(card.attribution for card in cards if card.attribution) or None,
        influence=None,
        trained_on=None,
        metrics=None,
        extras={},
    )


def _check(first: ModelCard, other: ModelCard) -> None:
    differing = [
        f"{name} {_shown(first, name)} and {_shown(other, name)}"
        for name in AGREED
        if getattr(first, name) != getattr(other, name)
    ]
    if differing:
        raise ModelError(
            f"models {first.name!r} and {other.name!r} cannot be averaged, they have {'; '.join(differing)}: "
            "choose models of one kind, or run them apart"
        )


def _shown(card: ModelCard, name: str) -> str:
    value = getattr(card, name)
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


def _margin(widest: int, stride: int) -> int:
    """The widest margin, or a little more: twice it must be a multiple of the stride."""
    step = math.lcm(stride, 2)
    return -(-2 * widest // step) * step // 2


def _range(cards: Sequence[ModelCard]) -> tuple[float, float] | None:
    """Metres per pixel that all hold for."""
    ranges = {card.name: card.gsd_range_m for card in cards if card.gsd_range_m is not None}
    if not ranges:
        return None
    low, high = max(low for low, _ in ranges.values()), min(high for _, high in ranges.values())
    if low >= high:
        found = ", ".join(f"{name!r} for {low:g} to {high:g}" for name, (low, high) in ranges.items())
        raise ModelError(
            f"models hold for other metres per pixel: {found}; expected ranges that meet: run them apart"
        )
    return low, high


def _each(texts: Iterable[str], sign: str = "; ") -> str:
    """Texts in a row, each once."""
    return sign.join(dict.fromkeys(texts))
