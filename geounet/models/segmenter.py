"""The one protocol between the pipeline and whatever computes scores."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from geounet.models.card import ModelCard


@runtime_checkable
class Segmenter(Protocol):
    """Patches in, class probabilities out, numpy both ways.

    `card` says what patches must look like and what the scores mean. The pipeline applies no activation. More is asked
    for only where it is there: `digest`, `describe()`, `suggest_batch(tile)`, and `any_tile`, which says that tiles smaller
    than the card's will do.
    """

    @property
    def card(self) -> ModelCard:
        """What the model expects and gives."""
        ...

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, K, h, w) of normalised patches (N, C, h, w), both float32, K = card.scores."""
        ...
