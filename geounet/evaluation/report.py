"""What an evaluation found, as a value and as JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Kind = Literal["labels", "objects", "lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How good a prediction is; what was not compared is None."""

    metadata: Mapping[str, Any]
    """What was compared: `version`, `kind`, `inputs`, `crs`, `grid` and `options`."""
    labels: Mapping[str, Any] | None = None
    """Pixel by pixel: see `LabelScores.to_dict`."""
    objects: Mapping[str, Any] | None = None
    """Areas one to one: see `ObjectScores.to_dict`."""
    lines: Mapping[str, Any] | None = None
    """Networks of lines: see `LineScores.to_dict`."""
    curves: Mapping[str, Mapping[str, Any]] | None = None
    """Where probabilities were given, the figures of each class at every threshold: see `ThresholdCurve.to_dict`."""

    @property
    def kind(self) -> Kind:
        """What was compared."""
        kind: Kind = self.metadata["kind"]
        return kind

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, keys always the same and in the same order; what is undefined (0/0) is None."""
        parts = {name: getattr(self, name) for name in ("labels", "objects", "lines", "curves", "metadata")}
        return {name: _plain(part) for name, part in parts.items()}

    def to_json(self) -> str:
        """The report as a JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """A value as JSON has it: numpy's own as Python's, no number as None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
