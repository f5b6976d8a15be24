"""Several Segmenters as one, whose scores are the mean of theirs."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from geounet.models.ensembles.common_card import common_card
from geounet.models.segmenter import Segmenter


class Ensemble:
    """A Segmenter that asks several others about the same patches, and averages.

    Raises ModelError where their cards do not agree on bands, classes, ground sampling distance, normalisation and tile.
    """

    def __init__(self, segmenters: Sequence[Segmenter]) -> None:
        self.segmenters = tuple(segmenters)
        self.card = common_card([each.card for each in self.segmenters])
        self.digest = common_digest(str(getattr(each, "digest", "")) for each in self.segmenters)
        """Names exactly these models in this order; empty where one was made in code."""
        self.any_tile = all(getattr(each, "any_tile", False) for each in self.segmenters)
        """Whether all of them take tiles that are smaller than the card's."""

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Mean scores (N, K, h, w) of patches (N, C, h, w)."""
        total: NDArray[np.float32] | None = None
        for segmenter in self.segmenters:
            scores = segmenter(patches)
            total = np.array(scores, np.float32) if total is None else np.add(total, scores, out=total)
        assert total is not None  # noqa: S101 (there is one at least: `common_card`)
        return total / np.float32(len(self.segmenters))

    @property
    def batch_pixels(self) -> int | None:
        """Pixels of a batch, the fewest that one of them says; None where none does."""
        said = [getattr(each, "batch_pixels", None) for each in self.segmenters]
        return min((pixels for pixels in said if pixels is not None), default=None)

    @batch_pixels.setter
    def batch_pixels(self, pixels: int | None) -> None:
        for each in self.segmenters:
            if hasattr(each, "batch_pixels"):
                each.batch_pixels = pixels

    def suggest_batch(self, tile: int) -> int:
        """The smallest of the batch sizes that they suggest for tiles of this side; 1 where none does."""
        asked = [getattr(each, "suggest_batch", None) for each in self.segmenters]
        return min((suggest(tile) for suggest in asked if suggest is not None), default=1)

    def describe(self) -> dict[str, str | int]:
        """What they say of themselves: once where they say the same, else each, with a + between them."""
        described: list[dict[str, str | int]] = [
            getattr(each, "describe", dict)() for each in self.segmenters
        ]
        names = dict.fromkeys(name for each in described for name in each)
        return {name: _said([each[name] for each in described if name in each]) for name in names}


def common_digest(digests: Iterable[str]) -> str:
    """sha256 of the digests of several models, in their order; empty where one of them has none."""
    each = list(digests)
    if len(each) == 1 or not all(each):
        return each[0] if len(each) == 1 else ""
    return hashlib.sha256("+".join(each).encode()).hexdigest()


def _said(values: list[str | int]) -> str | int:
    return values[0] if len(set(values)) == 1 else "+".join(map(str, values))
