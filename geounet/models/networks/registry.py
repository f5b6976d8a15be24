"""Architectures by name: a card's `architecture` → a torch module."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from torch import nn

from geounet.errors import InvalidCardError, ModelError
from geounet.models.card import ModelCard
from geounet.models.networks.architecture import Architecture

MODULES = {
    "Unet": "unet",
    "ClassicUnet": "classic_unet",
    "UnetPlusPlus": "unet_plus_plus",
    "AttentionUnet": "attention_unet",
    "ResUNet": "res_unet",
    "MultiResUNet": "multires_unet",
    "R2UNet": "r2_unet",
    "LadderNet": "ladder_net",
    "DenseUnet": "dense_unet",
    "TernausNet": "ternaus_net",
    "TransUNet": "trans_unet",
    "CATS": "cats",
    "SegFormer": "segformer",
    "Unet3D": "unet_3d",
    "UNETR": "unetr",
    "ContinuousUnet": "continuous_unet",
}
"""Where each is; a module is imported when its architecture is built, so that none needs the libraries of another."""


def find_architecture(name: str) -> Architecture:
    """What is known of an architecture; raises ModelError on an unknown name."""
    if name not in MODULES:
        raise ModelError(
            f"architecture {name!r} is not known; this geounet builds {', '.join(sorted(MODULES))}"
        )
    found: Architecture = import_module(f"geounet.models.networks.{MODULES[name]}").ARCHITECTURE
    return found


def build(card: ModelCard) -> nn.Module:
    """The card's network, randomly initialised; nothing is fetched.

    It takes float patches (N, card.channels, h, w), h and w multiples of its stride, and returns logits
    (N, card.scores, h, w). Raises ModelError where the architecture or its encoder is not known, and
    InvalidCardError where card.stride, if it has one, is not a multiple of the network's own, or where one of card
    and network is of volumes and the other of plain images.
    """
    if card.architecture is None:
        raise ModelError(f"model {card.name!r} has no architecture; pass the Segmenter itself, made in code")
    found = find_architecture(card.architecture["name"])
    module = found.build(_options(card, found), len(card.bands), card.scores)
    stride, side = network_stride(module), getattr(module, "tile_side", card.tile)
    if card.stride != 1 and card.stride % stride:
        raise InvalidCardError(
            f"card of model {card.name!r}: stride is {card.stride}; its network needs a multiple of {stride}"
        )
    if card.tile != side:
        raise InvalidCardError(
            f"card of model {card.name!r}: tile is {card.tile}; its network takes {side} alone"
        )
    return module


def _options(card: ModelCard, architecture: Architecture) -> Mapping[str, Any]:
    """The card's architecture, with an encoder where it has one; of volumes, with the number of dates or slices."""
    own = {key: value for key, value in architecture.options.items() if key == "encoder"}
    options = own | dict(card.architecture or {})
    if architecture.axes is None and card.axes is not None:
        raise InvalidCardError(
            f"card of model {card.name!r} has axes {dict(card.axes)}; its network {architecture.name} takes plain images: "
            "choose Unet3D, or name every band of every date and leave axes out"
        )
    if architecture.axes is None:
        return options
    if card.axes is None:
        raise InvalidCardError(
            f"card of model {card.name!r} has no axes; its network {architecture.name} takes volumes: "
            f"add axes, such as {{'{architecture.axes}': {architecture.steps}}}"
        )
    if options.get("steps", card.steps) != card.steps:
        raise InvalidCardError(
            f"card of model {card.name!r} has {card.steps} steps in its axes, and {options['steps']} in its architecture; "
            "leave them out of the architecture"
        )
    return {**options, "steps": card.steps}


def network_stride(module: nn.Module) -> int:
    """What sides and origins of its tiles must be multiples of: a shift by less changes its scores."""
    owner = module if hasattr(module, "output_stride") else module.get_submodule("encoder")
    return int(owner.output_stride)  # type: ignore[arg-type]  # what a module has is a tensor or a module to mypy


def takes_any_tile(module: nn.Module) -> bool:
    """Whether tiles of any side that is a multiple of its stride will do."""
    return not hasattr(module, "tile_side")


def with_stride(card: ModelCard, module: nn.Module) -> ModelCard:
    """The card with its network's stride where it names none.

    Raises InvalidCardError where its tile or margin do not go with that.
    """
    return card if card.stride != 1 else replace(card, stride=network_stride(module))
