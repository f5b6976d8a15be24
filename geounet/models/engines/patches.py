"""Whether patches are what a model takes."""

import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.card import ModelCard


def check_bands(patches: NDArray[np.float32], card: ModelCard) -> None:
    """Raise ModelError unless patches are (N, C, h, w) of the card's channels."""
    if patches.ndim != 4 or patches.shape[1] != card.channels:
        raise ModelError(
            f"patches are {patches.shape}; model {card.name!r} expects (N, {card.channels}, h, w): bands "
            f"{', '.join(card.channel_names)}"
        )


def check_sides(patches: NDArray[np.float32], card: ModelCard) -> None:
    """Raise ModelError unless the sides of patches (N, C, h, w) are multiples of the card's stride."""
    rows, cols = patches.shape[2:]
    if rows % card.stride or cols % card.stride:
        raise ModelError(
            f"patches are {rows} × {cols}; model {card.name!r} takes multiples of {card.stride}: pass such a --tile"
        )
