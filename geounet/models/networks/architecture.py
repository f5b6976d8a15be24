"""What is known of an architecture: how it is built, whose it is, and what its paper says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

Builder = Callable[[Mapping[str, Any], int, int], nn.Module]
"""(a card's `architecture`, bands, scores) → a randomly initialised module from (N, bands, h, w), of volumes
(N, bands, t, h, w), to logits (N, scores, h, w). It raises ModelError on a key or a value that it does not take.

The module, or its `encoder`, has an `output_stride`: sides and origins of tiles are multiples of it. One whose tiles must
all have one side, because it learns a value a position, has that side as `tile_side`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How many parameters a paper, or the implementation that it is known by, has for a configuration."""

    parameters: int
    architecture: Mapping[str, Any]
    """That configuration, as in a card."""
    bands: int
    scores: int
    source: str
    """Where the figure is from; where it differs from ours, why."""
    tolerance: float = 0.0
    """By how much ours may differ from it, as a share: half of a rounded figure's last digit, or what `source` explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """An architecture of the family."""

    name: str
    """As in a card."""
    paper: str
    """Authors (year), title."""
    build: Builder
    published: tuple[Published, ...]
    """At least one."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The keys of its default card beside `name`: the paper's configuration, or the usual one."""
    tile: int = 256
    """Side of a tile of that card, in pixels."""
    axes: str | None = None
    """`time` or `depth` of a network that takes volumes."""
    steps: int = 1
    """How many dates or slices its default card has; 1 of plain images."""
    extra: str | None = None
    """The extra of this package that it needs."""
