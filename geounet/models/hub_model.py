"""What a hub gives: a card made of its metadata, and tensors."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from geounet.models.card import ModelCard

TILE, MARGIN, STRIDE = 512, 64, 32
"""For models whose hub says nothing of tiles: what suits the U-Nets of smp at their usual depth."""


@dataclass(frozen=True, slots=True)
class HubModel:
    """A card made of a hub's metadata, and the tensors that go with it."""

    card: ModelCard
    state: Mapping[str, Tensor]


def numbered_classes(scores: int, *, exclusive: bool) -> tuple[str, ...]:
    """Names of classes that a hub does not name: the background, then `class_1` and so on."""
    return ("background", *(f"class_{i}" for i in range(1, scores + (not exclusive))))


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names made distinct: a second `B4` (of another date) is `B4_2`."""
    return tuple(
        name if name not in names[:i] else f"{name}_{names[:i].count(name) + 1}"
        for i, name in enumerate(names)
    )
