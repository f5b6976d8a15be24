"""The card that an architecture has where nobody asked for anything else: three bands, two classes, its own tile."""

from collections.abc import Sequence

from geounet.models.card import ModelCard, Normalization
from geounet.models.networks.architecture import Architecture

BANDS = ("red", "green", "blue")
CLASSES = ("background", "thing")

_MARGINS = 16
"""Margins are multiples of this: twice that is the coarsest stride of the family."""


def default_card(
    architecture: Architecture, *, bands: Sequence[str] = BANDS, classes: Sequence[str] = CLASSES
) -> ModelCard:
    """A card with the architecture's own options, tile and number of dates or slices."""
    half = (0.5,) * len(bands)
    return ModelCard(
        name=architecture.name.lower(),
        version="0.0.0",
        description=f"{architecture.name} as it is by default, untrained.",
        task="areas",
        architecture={"name": architecture.name} | dict(architecture.options),
        bands=tuple(bands),
        classes=tuple(classes),
        activation="softmax",
        gsd_m=None,
        normalization=Normalization(range="scene", percentiles=(2.0, 98.0), mean=half, std=half),
        tile=architecture.tile,
        margin=architecture.tile // 8 // _MARGINS * _MARGINS,
        license="unspecified",
        sources=(),
        axes=None if architecture.axes is None else {architecture.axes: architecture.steps},
    )
