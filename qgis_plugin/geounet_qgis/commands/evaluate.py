"""The words of `geounet evaluate`, and the figures that a dialog shows of what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geounet_qgis.commands.words import option, repeated
from geounet_qgis.layers.source import Source

KINDS = ("auto", "labels", "objects", "lines")
"""What can be compared: the first finds it out."""

FIGURES = {
    "labels": {"F1": "f1", "MEAN_IOU": "iou", "PRECISION": "precision", "RECALL": "recall"},
    "objects": {"F1": "f1", "PRECISION": "precision", "RECALL": "recall"},
    "lines": {"APLS": "apls", "MEAN_IOU": "quality", "PRECISION": "correctness", "RECALL": "completeness"},
}
"""The main figures of each kind: names of outputs, and of the library's figures (quality is an IoU of lengths)."""


@dataclass(frozen=True)
class Tolerances:
    """How far apart what is the same may be; None is the library's own choice."""

    threshold: float | None = None
    iou: float | None = None
    buffer_m: float | None = None
    snap_m: float | None = None
    boundary_px: int | None = None
    relax_px: int | None = None

    def words(self) -> list[str]:
        """Return their options."""
        return [
            *option("--threshold", self.threshold),
            *option("--iou", self.iou),
            *option("--buffer", self.buffer_m),
            *option("--snap", self.snap_m),
            *option("--boundary", self.boundary_px),
            *option("--relax", self.relax_px),
        ]


@dataclass(frozen=True)
class Evaluate:
    """A prediction is held against the truth."""

    prediction: Source
    truth: Source
    kind: str = "auto"
    aoi: Source | None = None
    valid: Source | None = None
    """A scene: what is not valid in it does not count."""
    classes: str = ""
    """Names of the classes that count, separated by commas; empty for all."""
    tolerances: Tolerances = Tolerances()
    report: str = ""
    """The page; empty for none."""
    json: str = ""
    """The figures' file; empty for none."""

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "evaluate",
            self.prediction.path,
            self.truth.path,
            *option("--kind", "" if self.kind == "auto" else self.kind),
            *option("--aoi", self.aoi.path if self.aoi else None),
            *option("--valid", self.valid.path if self.valid else None),
            *option("--classes", ",".join(name.strip() for name in self.classes.split(",") if name.strip())),
            *option("--assume-crs", self._assumed()),
            *self._config(),
            *self.tolerances.words(),
            *option("--report", self.report),
            *option("--json", self.json),
            *(["--overwrite"] if self.report or self.json else []),
        ]

    def _sources(self) -> list[Source]:
        return [each for each in (self.prediction, self.truth, self.aoi, self.valid) if each]

    def _assumed(self) -> str | None:
        """The CRS of files that name none: there is one word for all of them."""
        return next((each.assume_crs for each in self._sources() if each.assume_crs), None)

    def _config(self) -> list[str]:
        pairs = dict.fromkeys(pair for each in self._sources() for pair in each.config)
        return repeated("--config", [f"{name}={value}" for name, value in pairs])


def figures(result: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the main figures of the library's result, by the output's name; those that are undefined are not there."""
    found = {}
    for kind, names in FIGURES.items():
        scores = (result or {}).get(kind) or {}
        found.update({output: scores[name] for output, name in names.items() if scores.get(name) is not None})
    return found
