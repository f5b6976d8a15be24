"""A training run: its TOML config, and the words of `geounet train`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geounet_qgis.commands.words import option

MINE = frozenset(
    ("metrics", "threshold", "temperature", "trained_on", "influence", "attribution", "gsd_range_m")
)
"""What a card says of its own weights: no other model's business."""

AUGMENT: Mapping[str, Any] = {
    "scale": [0.8, 1.25],
    "rotate": 0.5,
    "elastic": 2.0,
    "brightness": 0.2,
    "contrast": 0.3,
    "saturation": 0.3,
    "gamma": 0.4,
    "band": 0.1,
    "blur": 0.5,
    "noise": 0.03,
}
"""How crops are changed: less than for the shipped models, since one's own scenes are more alike."""


@dataclass(frozen=True)
class NewCard:
    """What is told of the model that will be trained, on the card that it starts from."""

    name: str
    task: str = ""
    """`buildings`, `roads` or `areas`; empty for the other card's."""
    bands: Sequence[str] = ()
    """Names of the bands; none for the other card's."""
    classes: Sequence[str] = ()
    """Names, the background first; none for the other card's."""
    gsd_m: float | None = None
    """Metres per pixel; None for the other card's."""
    license: str = ""
    sources: Sequence[str] = ()

    def on(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return the new card, made of the card `base`; raises ValueError where neither says the metres per pixel."""
        kept = {key: value for key, value in base.items() if key not in MINE and not key.startswith("x-")}
        bands = list(self.bands) or list(base["bands"])
        gsd_m = self.gsd_m or base.get("gsd_m")
        if not gsd_m:
            raise ValueError(
                "the base model works at any resolution; say how many metres per pixel to train at"
            )
        card = {
            **kept,
            "name": self.name,
            "version": "0.1.0",
            "description": f"{self.name}, trained in QGIS.",
            "task": self.task or base["task"],
            "bands": bands,
            "classes": list(self.classes) or list(base["classes"]),
            "activation": "softmax",
            "gsd_m": gsd_m,
            "normalization": _for_bands(base["normalization"], len(bands)),
            "license": self.license or "not stated",
            "sources": list(self.sources),
        }
        if card["task"] != base["task"]:
            card.pop("finishing", None)
        return card


@dataclass(frozen=True)
class Place:
    """A scene with its labels, both files on this machine."""

    scene: str
    labels: str

    def table(self) -> dict[str, Any]:
        """Return its table in the config."""
        return {"scene": self.scene, "labels": self.labels}


@dataclass(frozen=True)
class Schedule:
    """How long and how it is trained."""

    steps: int = 1000
    batch: int = 8
    rate: float = 1e-3
    crop: int = 256
    max_minutes: float | None = None
    init: str = "imagenet"
    """The encoder's first weights: `imagenet`, `none` or a file."""

    def optimizer(self) -> dict[str, Any]:
        """Return the config's table: a short run warms up sooner, and averages no weights."""
        return {
            "steps": self.steps,
            "batch": self.batch,
            "rate": self.rate,
            "encoder_rate": 1.0 if self.init == "none" else 0.3,
            "warmup": min(100, self.steps // 10),
            "average": 0.99 if self.steps >= 500 else 0.0,
            "max_minutes": self.max_minutes,
        }


@dataclass(frozen=True)
class Run:
    """A training run."""

    card: Mapping[str, Any]
    train: Sequence[Place]
    validation: Sequence[Place]
    """Other places than those trained on."""
    schedule: Schedule = field(default_factory=Schedule)

    def config(self) -> str:
        """Return the config, as TOML."""
        is_buildings = self.card["task"] == "buildings"
        steps = self.schedule.steps
        return toml(
            {
                "init": self.schedule.init,
                "validate_every": max(1, min(200, steps // 10)),
                "card": self.card,
                "data": {
                    "crop": self.schedule.crop,
                    # Walls that meet come apart, as in U-Net's own training.
                    "gap_m": 2 * self.card["gsd_m"] if is_buildings else None,
                    "gap_weight": 3.0 if is_buildings else None,
                    "train": [place.table() for place in self.train],
                    "validation": [place.table() for place in self.validation],
                },
                "augment": AUGMENT,
                "optimizer": self.schedule.optimizer(),
            }
        )


@dataclass(frozen=True)
class Train:
    """A config becomes a bundle."""

    config: str
    """The file."""
    out: str
    """The bundle's folder."""
    device: str = "auto"
    seed: int | None = None
    overwrite: bool = False

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "train",
            self.config,
            *option("--device", self.device),
            *option("--seed", self.seed),
            *option("--out", self.out),
            *(["--overwrite"] if self.overwrite else []),
        ]


def toml(values: Mapping[str, Any], path: str = "") -> str:
    """Return values as TOML: tables after plain values, lists of tables as such; what is None is left out."""
    values = {key: value for key, value in values.items() if value is not None}
    plain = {key: value for key, value in values.items() if not _is_nested(value)}
    lines = [f"{json.dumps(key)} = {_plain(value)}" for key, value in plain.items()]
    parts = ["\n".join(lines)] if lines else []
    for key in (key for key in values if key not in plain):
        name = f"{path}{json.dumps(key)}"
        tables = [values[key]] if isinstance(values[key], Mapping) else values[key]
        head = f"[{name}]" if isinstance(values[key], Mapping) else f"[[{name}]]"
        parts += [f"{head}\n{toml(table, f'{name}.')}" for table in tables]
    return "\n\n".join(parts)


def _is_nested(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return (
        isinstance(value, (list, tuple)) and bool(value) and all(isinstance(each, Mapping) for each in value)
    )


def _plain(value: object) -> str:
    """A text, a number, a truth value or a list of them: TOML has JSON's way with these."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007F")


def _for_bands(normalization: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The normalisation for so many bands: the first band's mean and deviation for each where they are others."""
    fitted = dict(normalization)
    for key in ("mean", "std"):
        if len(fitted[key]) != count:
            fitted[key] = [fitted[key][0]] * count
    if isinstance(fitted["range"], list) and len(fitted["mean"]) != len(normalization["mean"]):
        fitted["range"] = "scene"
    return fitted
