"""What a graph was made of, as it says in its metadata: it serves only what is still the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geounet.models.card import ModelCard

KEY = "geounet"
"""The metadata's key."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Bearing:
    """The weights and the part of a card that a graph holds, and what only its network knew."""

    weights: str
    """sha256 of the file of weights."""
    network: Mapping[str, Any]
    """What the card says of the network and of what it gives."""
    stride: int
    """What sides and origins of its tiles are multiples of."""

    def to_json(self) -> str:
        """As text for the metadata."""
        values = {"format": _FORMAT, "weights": self.weights, "stride": self.stride, "network": self.network}
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Bearing":
        """The value that `to_json` gave; raises ValueError on anything else."""
        values = json.loads(text)
        if not isinstance(values, dict) or values.get("format") != _FORMAT:
            raise ValueError(f"it is not of format {_FORMAT}")
        try:
            return cls(str(values["weights"]), dict(values["network"]), int(values["stride"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"it lacks {error}") from error


def network_of(card: ModelCard) -> Mapping[str, Any]:
    """The part of a card that decides a graph, as JSON has it."""
    values = {
        "architecture": card.architecture,
        "axes": card.axes,
        "channels": card.channels,
        "scores": card.scores,
        "activation": card.activation,
        "temperature": float(card.temperature),
    }
    plain: Mapping[str, Any] = json.loads(json.dumps(values, default=_plain))
    return plain


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload]  # else a sequence
