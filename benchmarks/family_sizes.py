"""The cards that the family is trained with: as they are by default, or so small that two minutes of a core teach them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from geounet.models.card import ModelCard
from geounet.models.networks.architecture import Architecture
from geounet.models.networks.default_card import default_card

GSD_M = 0.3
"""Of the towns."""

TINY = {"hidden": 192, "heads": 3, "mlp": 768}
"""Tokens of a small transformer: ViT-Tiny's."""

SMALL: Mapping[str, Mapping[str, Any]] = {
    "Unet": {"encoder": "mobilenet_v2"},
    "ClassicUnet": {"channels": 16},
    "UnetPlusPlus": {"encoder": "mobilenet_v2", "decoder_channels": (64, 32, 16, 16, 8)},
    "AttentionUnet": {"channels": 16},
    "ResUNet": {"channels": 16},
    "MultiResUNet": {"channels": 8},
    "R2UNet": {"channels": 8},
    "LadderNet": {},
    "DenseUnet": {"layers": (2, 2, 3, 3, 4, 4), "growth": 8, "channels": 16},
    "TernausNet": {"filters": 8},
    "TransUNet": TINY
    | {"units": (2, 2, 2), "width": 16, "layers": 4, "decoder_channels": (128, 64, 32, 16, 16)},
    "CATS": TINY | {"features": (12, 12, 24, 48, 96, 12), "layers": 4},
    "SegFormer": {},
    "Unet3D": {"channels": 6, "halvings": 2},
    "UNETR": TINY | {"channels": 4},
    "ContinuousUnet": {"filters": 4},
}
"""What a small network has in the place of its default card's options. TernausNet's encoder has one size alone."""

DATES = {"Unet3D": 4}
"""Dates that a small network sees where they are fewer than by default."""

POSITIONS = {"TransUNet": ("grid", 16), "CATS": ("grid", 16), "UNETR": ("image", 1)}
"""The option that says how large the map is whose positions are learnt, and how many pixels of a tile it counts in."""


def family_card(architecture: Architecture, *, small: bool, crop: int) -> ModelCard:
    """The card that an architecture is trained with; its tiles are as large as the crops."""
    name, options, steps = architecture.name, dict(architecture.options), architecture.steps
    if small:
        options, steps = options | dict(SMALL[name]), DATES.get(name, steps)
    if name in POSITIONS:
        key, pixels = POSITIONS[name]
        options[key] = crop // pixels
    plain = default_card(
        replace(architecture, options=options, steps=steps, tile=crop), classes=("background", "building")
    )
    return replace(
        plain, task="buildings", gsd_m=GSD_M, normalization=replace(plain.normalization, range="dtype"),
        license="Apache-2.0", sources=("towns drawn by geounet",),
    )  # fmt: skip


def in_words(options: Mapping[str, Any]) -> str:
    """Options for a table's cell."""
    return ", ".join(f"{key} {_short(value)}" for key, value in options.items() if key != "name")


def _short(value: object) -> str:
    """A value, a row of numbers with strokes between them."""
    return "/".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
