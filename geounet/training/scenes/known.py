"""Pixels with a label that counts: one of them drawn at random, however few and wherever they are."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.labels import IGNORED

BLOCK = 64
"""Side of the blocks that pixels are counted in."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownPixels:
    """How many known pixels there are in each block of a level, so that each is drawn equally often, at once."""

    ends: NDArray[np.int64]
    """Known pixels up to and with each block, row by row of blocks, (n,)."""
    across: int
    """Blocks in a row of blocks."""

    @classmethod
    def of(cls, labels: NDArray[np.uint8]) -> Self:
        """Count the pixels of labels (rows, cols) that are not ignored."""
        cols = np.arange(0, labels.shape[1], BLOCK)
        counts = [
            np.add.reduceat((labels[row : row + BLOCK] != IGNORED).sum(axis=0), cols)
            for row in range(0, labels.shape[0], BLOCK)
        ]
        return cls(np.concatenate(counts).cumsum(), len(cols))

    @property
    def count(self) -> int:
        """Known pixels in all."""
        return int(self.ends[-1])

    def draw(self, labels: NDArray[np.uint8], random: np.random.Generator) -> tuple[int, int]:
        """(row, col) of one of the known pixels, of which there must be some; `labels` are those that were counted."""
        number = int(random.integers(self.count))
        block = int(np.searchsorted(self.ends, number, side="right"))
        before = int(self.ends[block - 1]) if block else 0
        row, col = (BLOCK * n for n in divmod(block, self.across))
        part = labels[row : row + BLOCK, col : col + BLOCK]
        at = int(np.flatnonzero(part != IGNORED)[number - before])
        down, along = divmod(at, part.shape[1])
        return row + down, col + along
