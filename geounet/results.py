"""What a run gives back: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What `batch` came to."""

    out: str
    """The folder, or the address on shared storage, that holds all outputs."""
    done: int
    """Jobs that are done, those of earlier runs among them."""
    failed: int
    skipped: int
    """Jobs without anything to do: outside the area of interest."""
    pending: int
    """Jobs that are left: other shards', or those that other runs may take."""
    running: int
    """Jobs that other runs work on right now."""
    features: int
    pixels: int
    seconds: float
    """Wall time of this run."""
    report: str
    """The page that tells it all."""
    merged: str | None = None
    """The layer of all scenes, where it was asked for."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Why each failed job failed, by its name; items that a mosaic was done without are among them."""

    @property
    def complete(self) -> bool:
        """Whether every job is done or had nothing to do, and every item could be read."""
        return not (self.failed or self.pending or self.running or self.failures)
