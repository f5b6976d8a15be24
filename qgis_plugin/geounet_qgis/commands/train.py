"""A training run: its TOML config, and the words of `geounet train`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geounet_qgis.commands.toml import toml
from geounet_qgis.commands.words import option, switch

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

RATE, GENTLE_RATE = 1e-3, 3e-4
"""The learning rate at its highest, of a model that begins anew and of one that goes on from another's weights."""

CHECKPOINT = "checkpoint/checkpoint.json"
"""The file in a run's folder that it can go on from."""

BLOCKS = 25
"""How many squares a small scene is cut into, to keep some of them for validation."""


@dataclass(frozen=True)
class Begin:
    """What the weights are before the first step."""

    model: str = ""
    """A model that the run goes on from: a name, a folder or an address; empty for none."""
    init: str = "imagenet"
    """The encoder's first weights where there is no such model: `imagenet`, `none` or a file."""
    same_bands: bool = True
    """Whether the new model sees as many bands as that one: else its encoder's first layer begins anew."""

    @property
    def is_pretrained(self) -> bool:
        """Whether the encoder has learnt something before."""
        return bool(self.model) or self.init != "none"

    def table(self) -> dict[str, Any]:
        """Return the config's keys: one of the two, since a model brings its encoder."""
        return {"start": self.model} if self.model else {"init": self.init}


@dataclass(frozen=True)
class Labels:
    """How features become classes and pixels."""

    field: str = ""
    """The field that names a feature's class; empty for `class`, where the layer has it."""
    values: str = ""
    """What the field's values mean: `house=building, ruin=`; one with nothing behind it is not trained on."""
    width_m: float | None = None
    """How wide lines are drawn."""

    def table(self) -> dict[str, Any]:
        """Return the keys of the config's `data`; raises ValueError for values without `=`."""
        classes = meanings(self.values)
        return {
            "attribute": self.field or None,
            "width_m": self.width_m,
            "classes": {value: name for value, name in classes.items() if name} or None,
            "ignored": [value for value, name in classes.items() if not name] or None,
        }


def meanings(values: str) -> dict[str, str]:
    """Return the class of each value, empty for one that is not trained on; raises ValueError for one without `=`."""
    pairs = [pair for pair in values.split(",") if pair.strip()]
    for pair in pairs:
        value, sign, _ = pair.partition("=")
        if not sign or not value.strip():
            raise ValueError(pair.strip())
    return {value.strip(): name.strip() for value, _, name in (pair.partition("=") for pair in pairs)}


@dataclass(frozen=True)
class Size:
    """How large a scene is on the ground."""

    across_m: float
    up_m: float

    def block_m(self, crop_m: float) -> float:
        """Return the side of the squares that it is cut into, some of them for validation.

        Four crops, as the library has it, or less in a small scene; half a crop at least.
        """
        side = math.sqrt(self.across_m * self.up_m / BLOCKS)
        return max(crop_m / 2, min(4 * crop_m, side))

    def blocks(self, crop_m: float) -> int:
        """Return how many squares that makes."""
        side = self.block_m(crop_m)
        return max(1, round(self.across_m / side)) * max(1, round(self.up_m / side))


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

    steps: int = 500
    batch: int = 8
    rate: float | None = None
    """The learning rate at its highest; None for what fits what it begins with."""
    crop: int = 256
    max_minutes: float | None = None

    def optimizer(self, begin: Begin) -> dict[str, Any]:
        """Return the config's table: a short run warms up sooner, and averages no weights.

        Of a model that the run goes on from, the encoder rests for the first fifth: what is new finds its place before it
        moves what is not. Where the encoder's first layer is new, it can't.
        """
        return {
            "steps": self.steps,
            "batch": self.batch,
            "rate": self.rate or (GENTLE_RATE if begin.model else RATE),
            "encoder_rate": 0.3 if begin.is_pretrained else 1.0,
            "freeze": self.steps // 5 if begin.model and begin.same_bands else None,
            "warmup": min(100, self.steps // 10),
            "average": 0.99 if self.steps >= 500 else 0.0,
            "max_minutes": self.max_minutes,
        }


@dataclass(frozen=True)
class Run:
    """A training run."""

    card: Mapping[str, Any]
    train: Place
    validation: Place | None = None
    """Another place than that trained on; None keeps squares of that one."""
    begin: Begin = Begin()
    labels: Labels = Labels()
    schedule: Schedule = field(default_factory=Schedule)
    size: Size | None = None
    """How large the place is that is trained on; None leaves it to the library what squares are kept."""

    def config(self) -> str:
        """Return the config, as TOML."""
        return toml(
            {
                **self.begin.table(),
                "validate_every": max(1, min(200, self.schedule.steps // 10)),
                "card": self.card,
                "data": {
                    "crop": self.schedule.crop,
                    **self.labels.table(),
                    **self._borders(),
                    **self._places(),
                },
                "augment": AUGMENT,
                "optimizer": self.schedule.optimizer(self.begin),
            }
        )

    def _borders(self) -> dict[str, Any]:
        """What parts neighbours: a class of their boundary where the model has one, else a gap between walls."""
        if self.card.get("auxiliary"):
            return {"boundary_m": 2 * self.card["gsd_m"]}
        if self.card["task"] == "buildings":  # as in U-Net's own training
            return {"gap_m": 2 * self.card["gsd_m"], "gap_weight": 3.0}
        return {}

    def _places(self) -> dict[str, Any]:
        if self.validation is not None:
            return {"train": [self.train.table()], "validation": [self.validation.table()]}
        crop_m = self.schedule.crop * self.card["gsd_m"]
        split = {"block_m": round(self.size.block_m(crop_m), 2)} if self.size else None
        return {"split": split, "train": [self.train.table()]}


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
    resume: bool = False
    """Go on with a run that was interrupted, where there is one."""

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "train",
            self.config,
            *option("--device", self.device),
            *option("--seed", self.seed),
            *option("--out", self.out),
            *switch("--overwrite", self.overwrite or None),
            *switch("--resume", self.resume or None),
        ]


def run_folder(out: Path) -> Path:
    """Return where the run keeps what is not the model: beside it, as the library has it."""
    return out.with_name(f"{out.name}-run")


def has_checkpoint(out: Path) -> bool:
    """Whether there is an interrupted run to go on with."""
    return (run_folder(out) / CHECKPOINT).is_file()
