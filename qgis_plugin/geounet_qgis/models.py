"""Which models a person can choose: those that came with geounet, and bundles in a folder of their own.

No process is started here. What came with geounet is read from a list that `geounet models list` gave earlier;
before there is one, the two models of version 0.1 are known by heart.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet_qgis.translation import tr

CARD = "card.json"
"""The file that makes a folder a bundle."""
WEIGHTS = "weights.safetensors"
ONNX = "model.onnx"
"""One of these two is its network."""


@dataclass(frozen=True)
class Model:
    """What the plugin needs to know of a model."""

    name: str
    version: str
    task: str
    """`buildings`, `roads` or `areas`."""
    description: str
    gsd_m: float | None
    """Metres per pixel that it works at; None for any."""
    bands: tuple[str, ...]
    classes: tuple[str, ...]
    """The background first."""
    threshold: float | None
    """Its own; None where the card leaves it to the library."""
    folder: str | None = None
    """The bundle's folder; None for a model that came with geounet."""

    @property
    def word(self) -> str:
        """What `--model` is told."""
        return self.name if self.folder is None else self.folder

    @classmethod
    def from_card(cls, card: Mapping[str, Any], *, folder: str | None = None) -> Model:
        """A model from its card; raises ValueError where the card is none."""
        try:
            return cls(
                name=str(card["name"]),
                version=str(card["version"]),
                task=str(card["task"]),
                description=str(card["description"]),
                gsd_m=_number(card.get("gsd_m")),
                bands=_names(card["bands"]),
                classes=_names(card["classes"]),
                threshold=_number(card.get("threshold")),
                folder=folder,
            )
        except KeyError as error:
            raise ValueError(f"card lacks {error}") from error
        except (TypeError, AttributeError) as error:
            raise ValueError(f"card is no model card ({error})") from error


@dataclass(frozen=True)
class BrokenBundle:
    """A folder that should be a bundle and cannot be used."""

    folder: str
    reason: str


BUILT_IN = (
    Model(
        name="buildings",
        version="1.0.0",
        task="buildings",
        description="Roofs in aerial and drone imagery, red, green and blue, at about 0.3 m.",
        gsd_m=0.3,
        bands=("red", "green", "blue"),
        classes=("background", "building"),
        threshold=0.45,
    ),
    Model(
        name="roads",
        version="1.0.0",
        task="roads",
        description="Roads in aerial imagery, red, green and blue, at about 1 m.",
        gsd_m=1.0,
        bands=("red", "green", "blue"),
        classes=("background", "road"),
        threshold=0.375,
    ),
)
"""What comes with geounet 0.1: shown until a cached list is there."""


def available(cache: Path, folder: str) -> list[Model]:
    """The shipped models, as the cached list has them, then those of the bundles in `folder` ("" for none)."""
    return [*shipped(cache), *bundles(folder)[0]]


def shipped(cache: Path) -> list[Model]:
    """The models that came with geounet; those known by heart where the cached list is missing or broken."""
    try:
        return _models(json.loads(cache.read_text(encoding="utf-8"))) or list(BUILT_IN)
    except (OSError, ValueError):
        return list(BUILT_IN)


def save(cache: Path, models_json: object) -> list[Model]:
    """Keep what `geounet models list` said: its result, or the list in it; raises ValueError where it is neither."""
    found = _models(models_json)
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = cache.with_name(f".{cache.name}-{os.getpid()}")
    fresh.write_text(json.dumps(models_json), encoding="utf-8")
    fresh.replace(cache)
    return found


def bundles(folder: str) -> tuple[list[Model], list[BrokenBundle]]:
    """The bundles in a person's folder, by name, and the sub-folders with a card that cannot be used."""
    found = [_read_or_say(bundle) for bundle in _bundle_folders(folder)]
    good = [bundle for bundle in found if isinstance(bundle, Model)]
    broken = [bundle for bundle in found if isinstance(bundle, BrokenBundle)]
    return sorted(good, key=lambda model: (model.name, model.folder or "")), broken


def read_bundle(path: str | Path) -> Model:
    """The model of a bundle's folder, or of the card.json in it; raises OSError or ValueError where there is none."""
    path = Path(path)
    card = path if path.name == CARD else path / CARD
    model = Model.from_card(json.loads(card.read_text(encoding="utf-8")), folder=str(card.parent))
    if not any(card.with_name(name).is_file() for name in (WEIGHTS, ONNX)):
        raise ValueError(tr("{file} is missing").format(file=WEIGHTS))
    return model


def _read_or_say(folder: Path) -> Model | BrokenBundle:
    try:
        return read_bundle(folder)
    except (OSError, ValueError) as error:
        return BrokenBundle(str(folder), " ".join(str(error).split()))


def _bundle_folders(folder: str) -> list[Path]:
    """Sub-folders with a card; a folder that is not there, or may not be looked into, has none."""
    if not folder:
        return []
    try:
        return sorted(path for path in Path(folder).iterdir() if (path / CARD).is_file())
    except OSError:
        return []


def _models(models_json: object) -> list[Model]:
    listed = models_json.get("models") if isinstance(models_json, Mapping) else models_json
    if not isinstance(listed, list):
        raise ValueError("expected the list of models that `geounet models list` gives")  # noqa: TRY004 (JSON's value)
    return [Model.from_card(card) for card in listed]


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise TypeError(f"{value!r} is no list of names")
    return tuple(value)
