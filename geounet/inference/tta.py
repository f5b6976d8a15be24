"""Test-time augmentation: the mean of a Segmenter's scores over flips and right-angle rotations."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from geounet.inference.around import Around


class Augmented(Around):
    """A Segmenter that asks another one about all eight views of a square patch, and averages."""

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Mean scores (N, K, h, w) of square patches (N, C, h, w)."""
        total: NDArray[np.float32] | None = None
        for turns, flip in _views():
            view = np.rot90(patches[..., ::-1] if flip else patches, turns, axes=(2, 3))
            scores = np.rot90(self.segmenter(np.ascontiguousarray(view)), -turns, axes=(2, 3))
            scores = scores[..., ::-1] if flip else scores
            total = np.array(scores, np.float32) if total is None else np.add(total, scores, out=total)
        assert total is not None  # noqa: S101 (there are eight views)
        return total / np.float32(8)


def _views() -> Iterator[tuple[int, bool]]:
    """The eight views of a square: (quarter turns, mirrored first)."""
    return ((turns, flip) for flip in (False, True) for turns in range(4))
