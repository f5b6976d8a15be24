"""The card of a model that is yet to be trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINE = frozenset(
    ("metrics", "threshold", "temperature", "trained_on", "influence", "attribution", "gsd_range_m")
)
"""What a card says of its own weights: no other model's business."""


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
        if not set(card.get("auxiliary", ())) <= set(card["classes"]):
            card.pop("auxiliary")
        return card


def _for_bands(normalization: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The normalisation for so many bands: the first band's mean and deviation for each where they are others."""
    fitted = dict(normalization)
    for key in ("mean", "std"):
        if len(fitted[key]) != count:
            fitted[key] = [fitted[key][0]] * count
    if isinstance(fitted["range"], list) and len(fitted["mean"]) != len(normalization["mean"]):
        fitted["range"] = "scene"
    return fitted
