"""What a card says, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from geounet.models.card.normalization import Normalization


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields of a model card, as they are given; `ModelCard` checks them."""

    name: str
    version: str
    description: str
    task: Literal["buildings", "roads", "areas"]
    """What finishing its labels call for."""
    architecture: Mapping[str, Any] | None
    """`name`, `encoder` and the network's other arguments; None for a Segmenter made in code."""
    bands: tuple[str, ...]
    """Names of the bands it takes, in order; free text. Of a volume, those of one date or slice."""
    classes: tuple[str, ...]
    """Names of the classes, the background first."""
    activation: Literal["softmax", "sigmoid"]
    """softmax: classes exclude one another; sigmoid: a score for each class after the first, which may
    overlap."""
    gsd_m: float | None
    """Metres per pixel that it was trained at; None for any."""
    normalization: Normalization
    tile: int
    """Side of its tiles in pixels."""
    margin: int
    """Context round a tile's core; the default overlap is twice this."""
    license: str
    sources: tuple[str, ...]
    """The data that it was trained on, each with its licence."""
    threshold: float = 0.5
    temperature: float = 1.0
    """Scores are softmax or sigmoid of logits / temperature."""
    finishing: Mapping[str, Any] = field(default_factory=dict)
    """The card's choice of min_area (m²), fill_holes (m²), simplify (m), separate and regularize."""
    auxiliary: tuple[str, ...] = ()
    """Classes that help to separate others: never a label, never a feature."""
    stride: int = 1
    """Tile sides and origins are multiples of this."""
    gsd_range_m: tuple[float, float] | None = None
    """The range of metres per pixel that it holds for."""
    influence: Any = None
    """How far the border of a tile is felt, as measured."""
    axes: Mapping[str, int] | None = None
    """`time` or `depth`, and how many dates or slices a model of volumes takes; None for plain images."""
    trained_on: Any = None
    metrics: Any = None
    attribution: str | None = None
    """Copied into every output's metadata."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Keys that begin with `x-`."""
