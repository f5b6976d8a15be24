"""A model that costs next to nothing: what is left on the clock is geounet."""

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.models.card import ModelCard, Normalization


@numba.njit(nogil=True, cache=True)
def _scores(patches: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    for number in range(patches.shape[0]):
        for row in range(patches.shape[2]):
            for col in range(patches.shape[3]):
                score = min(max(patches[number, 0, row, col], np.float32(0)), np.float32(1))
                out[number, 0, row, col] = np.float32(1) - score
                out[number, 1, row, col] = score


class NullModel:
    """Class 1 where the first band is bright."""

    def __init__(self, *, tile: int = 1024, margin: int = 32) -> None:
        normalization = Normalization((60.0, 230.0), (2.0, 98.0), (0.0,) * 3, (1.0,) * 3)
        self.card = ModelCard(
            name="null", version="1", description="", task="areas", architecture=None, bands=("red", "green", "blue"),
            classes=("background", "bright"), activation="softmax", gsd_m=None, normalization=normalization, tile=tile,
            margin=margin, license="Apache-2.0", sources=(),
        )  # fmt: skip

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, 2, h, w) of patches (N, 3, h, w)."""
        out = np.empty((patches.shape[0], 2, *patches.shape[2:]), np.float32)
        _scores(patches, out)
        return out
