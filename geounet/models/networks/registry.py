"""Architectures by name: a card's `architecture` → a torch module."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from geounet.errors import InvalidCardError, ModelError
from geounet.models.card import ModelCard
from geounet.models.networks.unet import build_unet

Builder = Callable[[Mapping[str, Any], int, int], nn.Module]
"""(architecture, bands, scores) → module with an `output_stride`."""

ARCHITECTURES: Mapping[str, Builder] = {"Unet": build_unet}


def build(card: ModelCard) -> nn.Module:
    """The card's network, randomly initialised; nothing is fetched.

    It takes float patches (N, len(card.bands), h, w), h and w multiples of its stride, and returns logits
    (N, card.scores, h, w). Raises ModelError where the architecture or its encoder is not known, and
    InvalidCardError where card.stride, if it has one, is not a multiple of the network's own.
    """
    if card.architecture is None:
        raise ModelError(f"model {card.name!r} has no architecture; pass the Segmenter itself, made in code")
    name = card.architecture["name"]
    if name not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ModelError(f"model {card.name!r} has architecture {name!r}; this geounet builds {known}")
    module = ARCHITECTURES[name](card.architecture, len(card.bands), card.scores)
    stride = network_stride(module)
    if card.stride != 1 and card.stride % stride:
        raise InvalidCardError(
            f"card of model {card.name!r}: stride is {card.stride}; its network needs a multiple of {stride}"
        )
    return module


def network_stride(module: nn.Module) -> int:
    """What sides and origins of its tiles must be multiples of: a shift by less changes its scores."""
    return int(module.get_submodule("encoder").output_stride)  # type: ignore[arg-type]


def with_stride(card: ModelCard, module: nn.Module) -> ModelCard:
    """The card with its network's stride where it names none.

    Raises InvalidCardError where its tile or margin do not go with that.
    """
    return card if card.stride != 1 else replace(card, stride=network_stride(module))
