"""Mean field of a dense conditional random field: scores that change where the picture does.

P. Krähenbühl and V. Koltun, "Efficient inference in fully connected CRFs with Gaussian edge potentials", NIPS 2011: two
pixels are the likelier of one class the nearer they lie and the more alike they look. Here a pixel is joined to those of a
window round it, not to all, so that what a score depends on has a reach, as a network's has; and the weights of a pixel's
neighbours sum to one, so that what is the same everywhere stays so, at a border too.
"""

from dataclasses import dataclass
from typing import Self

import numba
import numpy as np
from numpy.typing import NDArray

FLOOR = np.float32(1e-4)
"""The least probability that a pixel begins with: what the network is surest of can still be doubted a little."""


@dataclass(frozen=True, slots=True)
class Field:
    """How pixels are joined."""

    radius: int = 5
    """Pixels as far as which a pixel has neighbours."""
    spread: float = 3.0
    """Standard deviation, in pixels, of how neighbours count that look alike."""
    tone: float = 0.06
    """Standard deviation of how unlike they may look: of the guide's values in 0 … 1, over three bands."""
    near: float = 1.0
    """Standard deviation, in pixels, of how neighbours count whatever they look like."""
    smoothness: float = 0.2
    """The share of those, against neighbours that look alike."""
    strength: float = 2.0
    """Log odds by which all neighbours together can move a pixel."""
    steps: int = 5
    """Updates of all pixels."""

    @property
    def reach(self) -> int:
        """Pixels as far as which a score depends on others."""
        return self.radius * self.steps


@dataclass(frozen=True, slots=True)
class Joined:
    """The pixels of one patch, joined."""

    field: Field
    offsets: NDArray[np.int64]
    """(pairs, 2): row and column from a pixel to those of its neighbours that come after it."""
    alike: NDArray[np.float32]
    """(pairs, rows, cols): how much a pixel and that neighbour count for one another."""
    total: NDArray[np.float32]
    """(rows, cols): the sum over all neighbours."""

    @classmethod
    def of(cls, guide: NDArray[np.float32], field: Field) -> Self:
        """The pixels of a picture (C, rows, cols) with values in 0 … 1."""
        offsets = _offsets(field.radius)
        squared = (offsets**2).sum(axis=1)
        far = np.exp(-squared / (2 * field.spread**2)).astype(np.float32)
        near = np.exp(-squared / (2 * field.near**2)).astype(np.float32)
        alike = np.zeros((len(offsets), *guide.shape[1:]), np.float32)
        sharp = np.float32(3 / len(guide) / (2 * field.tone**2))
        share = np.float32(field.smoothness)
        _join(np.ascontiguousarray(guide), offsets, (1 - share) * far, share * near, sharp, alike)
        total = np.zeros(guide.shape[1:], np.float32)
        _add_weights(alike, offsets, total)
        return cls(field, offsets, alike, total)

    def mean_field(self, scores: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (K, rows, cols) after some steps from `scores`, of that shape, which sum to one.

        `bias` (K) is taken from the log scores on the way: it says at which scores classes are on a par.
        """
        # Contiguous: the kernels are compiled for that, and would be anew, and slower, for any other order.
        unary = np.log(np.maximum(np.ascontiguousarray(scores), FLOOR)) - bias[:, None, None]
        beliefs = _softmax(unary)
        # A single pixel has no neighbours; it stays as it is.
        share = np.float32(self.field.strength) / np.maximum(self.total, np.float32(1e-30))
        differences = np.empty_like(beliefs)
        for _ in range(self.field.steps):
            differences[...] = 0
            _add_differences(beliefs, self.alike, self.offsets, differences)
            differences *= share
            beliefs = _softmax(unary + np.float32(self.field.strength) * beliefs + differences)
        return _softmax(np.log(np.maximum(beliefs, np.float32(1e-30))) + bias[:, None, None])


def _offsets(radius: int) -> NDArray[np.int64]:
    """Half of the offsets within a disc, row by row: the other half are the same pairs, seen from the other pixel."""
    rows, cols = np.mgrid[0 : radius + 1, -radius : radius + 1]
    after = ((rows > 0) | (cols > 0)) & (rows**2 + cols**2 <= radius**2)
    return np.stack([rows[after], cols[after]], axis=1).astype(np.int64)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=0))
    result: NDArray[np.float32] = powers / powers.sum(axis=0)
    return result


@numba.njit(nogil=True, cache=True)
def _join(  # noqa: PLR0913, PLR0917 (a kernel takes plain arrays)
    guide: NDArray[np.float32],
    offsets: NDArray[np.int64],
    far: NDArray[np.float32],
    near: NDArray[np.float32],
    sharp: np.float32,
    alike: NDArray[np.float32],
) -> None:
    """Fill `alike`; a pair that leaves the patch stays 0."""
    bands, rows, cols = guide.shape
    for row in range(rows):
        for pair in range(offsets.shape[0]):
            down, along = offsets[pair]
            if row + down >= rows:
                continue
            for col in range(max(0, -along), min(cols, cols - along)):
                distance = np.float32(0)
                for band in range(bands):
                    step = guide[band, row + down, col + along] - guide[band, row, col]
                    distance += step * step
                alike[pair, row, col] = far[pair] * np.exp(-distance * sharp) + near[pair]


@numba.njit(nogil=True, cache=True)
def _add_weights(alike: NDArray[np.float32], offsets: NDArray[np.int64], total: NDArray[np.float32]) -> None:
    """Add to each pixel the weights of all its neighbours."""
    rows, cols = total.shape
    for row in range(rows):
        for pair in range(offsets.shape[0]):
            down, along = offsets[pair]
            if row + down >= rows:
                continue
            for col in range(max(0, -along), min(cols, cols - along)):
                total[row, col] += alike[pair, row, col]
                total[row + down, col + along] += alike[pair, row, col]


@numba.njit(nogil=True, cache=True)
def _add_differences(
    beliefs: NDArray[np.float32],
    alike: NDArray[np.float32],
    offsets: NDArray[np.int64],
    differences: NDArray[np.float32],
) -> None:
    """Add to each pixel how its neighbours' beliefs differ from its own, weighted.

    Differences, not beliefs, are added: where all pixels believe the same they are zero, to the bit.
    """
    bands, rows, cols = beliefs.shape
    for row in range(rows):
        for pair in range(offsets.shape[0]):
            down, along = offsets[pair]
            if row + down >= rows or abs(along) >= cols:  # a slice must not begin or end outside
                continue
            start, stop = max(0, -along), min(cols, cols - along)
            weights = alike[pair, row, start:stop]
            for band in range(bands):
                own = beliefs[band, row, start:stop]
                other = beliefs[band, row + down, start + along : stop + along]
                near = differences[band, row, start:stop]
                far = differences[band, row + down, start + along : stop + along]
                for col in range(weights.shape[0]):
                    near[col] += weights[col] * (other[col] - own[col])
                # A loop of its own: in one row the two overlap, and this becomes vector instructions.
                for col in range(weights.shape[0]):
                    far[col] += weights[col] * (own[col] - other[col])
