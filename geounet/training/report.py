"""What a training run has made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TrainReport:
    """A bundle, and how good it is."""

    bundle: Path
    """Folder of the best weights, with card and MODEL.md."""
    metrics: Mapping[str, float]
    """IoU of the best weights at the card's threshold, by validation scene, and their `mean`."""
    threshold: float
    """The card's threshold."""
    steps: int
    """Steps that were run."""
    best_step: int
    """Step of the best weights."""
    seconds: float
