"""Deepness, a QGIS plugin that runs ONNX: the keys by which a file tells it of itself ↔ our card.

Its own reading of them is `ModelBase` in github.com/PUTvision/qgis-plugin-deepness, their list is on its page "Adding
metadata to ONNX model". It takes layers of 8 bits, divides by 255, subtracts `standardization_mean` and divides by
`standardization_std`; what the network gives are probabilities already.
"""

import ast
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from geounet.errors import ModelError
from geounet.models.card import ModelCard, Normalization
from geounet.models.engines.onnx_file import OnnxFile
from geounet.models.hub_model import STRIDE

T = TypeVar("T")

Activation = Literal["softmax", "sigmoid"]

CARD_KEY = "geounet_card"
"""Where a file of ours has its card, whole; Deepness passes over it."""

WHITE = 255.0
"""Counts that Deepness makes 1."""

RGB = ("red", "green", "blue")
"""What three bands are; of other numbers Deepness asks its user."""

DEFAULT_OVERLAP = 15.0
"""Per cent of a tile that Deepness's tiles overlap where a file does not say."""


def metadata_of(card: ModelCard) -> dict[str, str]:
    """The keys for a card, its own among them, each value as JSON."""
    mean, std = _standardization(card)
    values: dict[str, Any] = {
        "model_type": "Segmentor",
        "class_names": dict(enumerate(_class_names(card))),
        "tile_size": card.tile,  # its code reads this,
        "tiles_size": card.tile,  # and its documentation writes this
        "tiles_overlap": math.ceil(200 * card.margin / card.tile),
        "seg_thresh": card.threshold if _counts_threshold(card) else 0,
        "seg_small_segment": 0,
        "standardization_mean": mean,
        "standardization_std": std,
        CARD_KEY: card.to_dict(),
    }
    if card.gsd_m is not None:
        values["resolution"] = card.gsd_m * 100
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def _counts_threshold(card: ModelCard) -> bool:
    """Whether a threshold decides: of several classes that exclude one another the largest score does, however small."""
    return card.activation == "sigmoid" or card.scores <= 2


def _class_names(card: ModelCard) -> tuple[str, ...]:
    """Names of what Deepness shows: of one score alone it makes two classes, what is below the threshold the first."""
    names = card.score_names
    return (card.classes[0], *names) if len(names) == 1 else names


def differences(card: ModelCard) -> list[str]:
    """What Deepness does otherwise than geounet with this model, each in words."""
    notes = []
    if card.normalization.takes_statistics:
        low, high = card.normalization.percentiles
        notes.append(
            f"Deepness takes a layer of 8 bits as it is: stretch it to the scene's percentiles {low:g} and {high:g} first"
        )
    elif any(isinstance(one, tuple) and one[1] > WHITE for one in card.normalization.band_ranges):
        notes.append("Deepness takes layers of 8 bits alone: bring counts to 0 … 255 first")
    if card.activation == "softmax" and card.threshold < 0.5:
        notes.append(f"Deepness takes the largest score: a threshold of {card.threshold:g} is 0.5 there")
    if card.activation == "sigmoid" and card.scores > 1:
        notes.append(
            f"Deepness gives each pixel one class, and where none reaches the threshold the first, {card.score_names[0]}: "
            "classes that overlap, or none of them, it does not know"
        )
    if card.gsd_m is None:
        notes.append("the card names no GSD: choose the resolution in Deepness")
    return notes


def card_of(file: OnnxFile, *, name: str) -> ModelCard:
    """The card that a file's keys make: its own where geounet wrote it, else from what Deepness reads.

    Raises ModelError where a key is missing or cannot be meant, and InvalidCardError on a card that is none.
    """
    keys = _Keys(file.metadata, name)
    if CARD_KEY in file.metadata:
        return ModelCard.from_dict(keys.get(CARD_KEY, dict))
    found = keys.get("model_type", str)
    if found.lower() != "segmentor":
        raise ModelError(f"{name} is a {found}; expected a Segmentor: geounet maps classes, not boxes")
    classes, activation = _classes(keys, scores=file.scores, name=name)
    tile = file.side or keys.get("tiles_size" if "tiles_size" in file.metadata else "tile_size", int)
    stride = math.gcd(tile, STRIDE)
    percent = keys.get("tiles_overlap", float, default=DEFAULT_OVERLAP)
    return ModelCard(
        name=name.removesuffix(".onnx"),
        version="deepness",
        description=f"{name}, made for the QGIS plugin Deepness",
        task="areas",
        architecture=None,
        bands=RGB if file.bands == len(RGB) else tuple(f"band_{i}" for i in range(1, file.bands + 1)),
        classes=classes,
        activation=activation,
        gsd_m=keys.get("resolution", float) / 100,
        normalization=_normalization(keys, bands=file.bands),
        tile=tile,
        margin=_margin(tile, percent=percent, stride=stride),
        license="unknown: see where the file came from",
        sources=(name,),
        threshold=keys.get("seg_thresh", float, default=0.5) or 0.5,  # 0 is none: the largest score counts
        stride=stride,
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """A file's metadata, and the file's name for what is wrong with them."""

    metadata: Mapping[str, str]
    name: str

    def get(self, key: str, read: Callable[[Any], T], *, default: T | None = None) -> T:
        """A key's value; ModelError where it is missing and has no default, or is not what `read` takes."""
        text = self.metadata.get(key)
        if text is None and default is not None:
            return default
        if text is None:
            raise ModelError(
                f"{self.name} has no key {key!r} in its metadata, by which Deepness knows models; "
                "add it, or pass --card card.json"
            )
        try:
            return read(_parsed(text))
        except (ValueError, TypeError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise ModelError(
                f"{self.name} has {key} {text[:60]!r} in its metadata ({reason}); correct it, or pass --card card.json"
            ) from error


def _parsed(text: str) -> object:
    """JSON, or where a program wrote Python's dict in its place, that: a literal, never code."""
    try:
        return json.loads(text)
    except ValueError:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return text


def _standardization(card: ModelCard) -> tuple[list[float], list[float]]:
    """The card's mean and deviation for counts divided by 255, channel by channel; clipping is left out."""
    values = card.normalization.over(card.steps)
    ranges = [one if isinstance(one, tuple) else (0.0, WHITE) for one in values.band_ranges]
    mean = [(low + m * (high - low)) / WHITE for (low, high), m in zip(ranges, values.mean, strict=True)]
    std = [s * (high - low) / WHITE for (low, high), s in zip(ranges, values.std, strict=True)]
    return mean, std


def _classes(keys: _Keys, *, scores: int | None, name: str) -> tuple[tuple[str, ...], Activation]:
    """The card's classes and activation: one score is of the class beside the background, several exclude one another."""
    old = "names" in keys.metadata and "class_names" not in keys.metadata
    found = keys.get("names" if old else "class_names", _names)
    scores = scores or len(found)
    if scores == 1 and len(found) in (1, 2):
        return (found if len(found) == 2 else ("background", *found)), "sigmoid"
    if scores != len(found):
        raise ModelError(
            f"{name} names {len(found)} classes ({', '.join(found)}) and gives {scores} scores; expected a name for each: "
            "correct its class_names, or pass --card card.json"
        )
    return found, "softmax"


def _names(value: object) -> tuple[str, ...]:
    """Names in the order of their numbers, of the first output where there are several."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        raise TypeError("expected an object of numbers and names")
    ordered = sorted((int(number), str(text)) for number, text in first.items())
    if [number for number, _ in ordered] != list(range(len(ordered))):
        raise ValueError("expected the numbers 0, 1, 2 and so on")
    return tuple(text for _, text in ordered)


def _margin(tile: int, *, percent: float, stride: int) -> int:
    """Half of the overlap, so that twice it is a multiple of the stride and a core is left."""
    step = stride if stride % 2 else stride // 2
    wanted = math.ceil(tile * percent / 200 / step) * step
    most = (tile - 1) // 2 // step * step
    return max(0, min(wanted, most))


def _normalization(keys: _Keys, *, bands: int) -> Normalization:
    def numbers(value: object) -> tuple[float, ...]:
        found = tuple(float(v) for v in value) if isinstance(value, list) else ()
        if len(found) != bands:
            raise ValueError(f"expected {bands} numbers, one a band")
        return found

    mean = keys.get("standardization_mean", numbers, default=(0.0,) * bands)
    std = keys.get("standardization_std", numbers, default=(1.0,) * bands)
    return Normalization(range="dtype", percentiles=(2.0, 98.0), mean=mean, std=std)
