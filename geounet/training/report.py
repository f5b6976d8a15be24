"""What a training run has made."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """A bundle, and how good it is."""

    bundle: Path
    """Folder of the best weights, with card and MODEL.md."""
    metrics: Mapping[str, float]
    """IoU of the final weights at the card's threshold, by validation scene, and their `mean`."""
    threshold: float
    """The card's threshold."""
    steps: int
    """Steps that were run."""
    best_step: int
    """Step of the best weights."""
    seconds: float
    """How long the run took, all parts of a resumed one."""
    temperature: float = 1.0
    """The card's temperature."""
    run_folder: Path | None = None
    """What the run was told, its checkpoint, metrics and report."""
    report: Path | None = None
    """The page about the run."""
    start_iou: float | None = None
    """Mean IoU, at the same places, of the model that the run started from; None where it started from none."""

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {
            name: str(value)
            if isinstance(value, Path)
            else dict(value)
            if isinstance(value, Mapping)
            else value
            for name, value in values.items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The report that `to_dict` gave."""
        paths = {name: Path(values[name]) for name in ("bundle", "run_folder", "report") if values.get(name)}
        return cls(**{**values, **paths})


def gain_in_words(before: float, after: float) -> str:
    """What a run made of the mean IoU of the model that it started from."""
    return f"before {before:.3f} → after {after:.3f}"
