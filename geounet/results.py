"""What a run gives back: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What `predict` wrote."""

    out: Path
    """The raster that was asked for."""
    class_raster: Path | None
    """The class raster beside it, with `output="both"`."""
    pixels: int
    """Pixels written."""
    valid_pixels: int
    """Of them, those that are not nodata."""
    tiles: int
    """Tiles of the grid that reach into what was written."""
    tiles_skipped: int
    """Of them, those that never reached the model: nothing valid in their core, or nothing wanted."""
    seconds: float
    """Wall time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What `extract` or `vectorize` wrote."""

    out: Path
    """The layer."""
    features: int
    """Features in it."""
    by_class: Mapping[str, int]
    """Features of each class that has any."""
    pixels: int
    """Pixels that were looked at."""
    valid_pixels: int
    """Of them, those that are not nodata."""
    seconds: float
    """Wall time."""
    class_raster: Path | None = None
    """The labels, where they were kept."""
    probability: Path | None = None
    """The probabilities, where they were kept."""
    graph: Path | None = None
    """The roads as a graph, where it was asked for."""
