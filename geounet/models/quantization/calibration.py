"""What a float graph's tensors hold on calibration tiles: all that makes integers of it, as JSON beside its weights."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet.errors import ModelError

CALIBRATION = "calibration.json"
"""The file's name in a bundle. It is no part of the bundle's digest: it changes nothing that runs in float32."""

METHODS = ("percentile", "entropy", "minmax")
"""How a tensor's range follows from the values that it held."""

_LARGEST = 3.4e38
"""What single precision holds, in which ranges are handed on."""

_FORMAT = 1
_DIGITS = 5
"""Significant digits that are kept: far more than an eighth bit needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Ranges and means of a graph's tensors; raises ModelError on values that are none."""

    graph: str
    """sha256 of the file of the graph whose tensors these are."""
    method: str
    """`percentile`, `entropy` or `minmax`."""
    tiles: int
    """Tiles that it was taken from."""
    ranges: Mapping[str, tuple[float, float]]
    """What becomes the least and the largest integer, a tensor each."""
    means: Mapping[str, tuple[float, ...]]
    """Mean of each channel of what a convolution takes."""
    notes: Mapping[str, Any]
    """What is told of it: scenes, figures."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ModelError(
                f"calibration is by {self.method!r}; expected one of {', '.join(METHODS)}: calibrate again"
            )
        for name, (low, high) in self.ranges.items():
            if not -_LARGEST <= low <= high <= _LARGEST:  # NaN is neither
                raise ModelError(f"calibration has a range {low} … {high} of {name}; calibrate again")
        for name, means in self.means.items():
            if not all(math.isfinite(mean) for mean in means):
                raise ModelError(f"calibration has means of {name} that are no numbers; calibrate again")

    @property
    def digest(self) -> str:
        """sha256 of all that decides the integers, in hexadecimal."""
        return hashlib.sha256(json.dumps(self._decisive(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> str:
        """The file's text: numbers with five digits, a tensor a line."""
        values = self._decisive()
        lines = [f' "{key}": {json.dumps(values[key])}' for key in ("format", "graph", "method", "tiles")]
        for key in ("ranges", "means"):
            inner = ",\n".join(
                f"  {json.dumps(name)}: {json.dumps(numbers, separators=(',', ':'))}"
                for name, numbers in values[key].items()
            )
            lines.append(f' "{key}": {{\n{inner}\n }}')
        lines.append(f' "notes": {json.dumps(dict(self.notes), ensure_ascii=False, sort_keys=True)}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """The value that `to_json` gave; raises ModelError on anything else."""
        try:
            values = json.loads(text)
            if values["format"] != _FORMAT:
                raise ModelError(
                    f"calibration has format {values['format']!r}; this geounet reads {_FORMAT}: upgrade it, or calibrate "
                    "again"
                )
            return cls(
                graph=str(values["graph"]),
                method=str(values["method"]),
                tiles=int(values["tiles"]),
                ranges={name: _range(name, pair) for name, pair in values["ranges"].items()},
                means={name: _numbers(name, means) for name, means in values["means"].items()},
                notes=dict(values["notes"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ModelError(f"calibration is not readable ({error}); calibrate again") from error

    def _decisive(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "graph": self.graph,
            "method": self.method,
            "tiles": self.tiles,
            "ranges": {name: [_short(value) for value in self.ranges[name]] for name in sorted(self.ranges)},
            "means": {name: [_short(value) for value in self.means[name]] for name in sorted(self.means)},
        }


def read_calibration(folder: Path) -> Calibration | None:
    """The calibration in a bundle's folder; None where it has none. Raises ModelError where it is damaged."""
    path = folder / CALIBRATION
    if not path.is_file():
        return None
    try:
        return Calibration.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); calibrate again") from error


def _range(name: str, pair: object) -> tuple[float, float]:
    low, high = _numbers(name, pair)
    return low, high


def _numbers(name: str, values: object) -> tuple[float, ...]:
    """A JSON list of numbers; a text of digits is none."""
    if not isinstance(values, list) or not all(isinstance(value, int | float) for value in values):
        raise TypeError(f"{name} is no list of numbers")
    return tuple(float(value) for value in values)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
