"""Strips of any height → blocks with the rows round them, so that what a pixel's surroundings decide is exact.

          ┌──────────────┐ ─┐
          │    margin    │  │ rows of the block before, or IGNORED beyond the raster
          ├──────────────┤  │
          │     core     │  ├─ what a block holds
          ├──────────────┤  │
          │    margin    │  │ rows of the block after
          └──────────────┘ ─┘

Cores partition the raster: what is counted in them is counted once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.pair import IGNORED

BLOCK_ROWS = 256
"""Rows of a core, unless its margins are larger."""

Labels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Block:
    """Labels of the same rows, predicted and true, with `margin` rows more on either side."""

    prediction: Labels
    """(margin + rows + margin, width); IGNORED where the truth is."""
    truth: Labels
    """(margin + rows + margin, width); IGNORED where the prediction is."""
    margin: int
    """Rows before the core, and after it."""

    @property
    def core(self) -> slice:
        """The rows that this block alone answers for."""
        return slice(self.margin, len(self.truth) - self.margin)


class Blocks:
    """Blocks with margins, from strips of any heights that come in order.

    Beyond the raster all is IGNORED, and so is in both what is IGNORED in one.
    """

    def __init__(self, margin: int) -> None:
        self._margin = margin
        self._wanted = 2 * margin + max(BLOCK_ROWS, 2 * margin)
        self._held: list[Labels] = []

    def feed(self, prediction: Labels, truth: Labels) -> Iterator[Block]:
        """The blocks that the next rows complete; both are (rows, width)."""
        both = np.stack([prediction, truth])
        both[:, (prediction == IGNORED) | (truth == IGNORED)] = IGNORED
        if not self._held:
            self._held.append(self._beyond(both.shape[2]))
        self._held.append(both)
        while sum(part.shape[1] for part in self._held) >= self._wanted:
            rows = np.concatenate(self._held, axis=1)
            self._held = [rows[:, self._wanted - 2 * self._margin :]]
            yield self._block(rows[:, : self._wanted])

    def end(self) -> Iterator[Block]:
        """The last block, if there is one; no more rows come."""
        if self._held:
            rows = np.concatenate([*self._held, self._beyond(self._held[0].shape[2])], axis=1)
            self._held = []
            if rows.shape[1] > 2 * self._margin:
                yield self._block(rows)

    def _beyond(self, width: int) -> Labels:
        return np.full((2, self._margin, width), IGNORED, np.uint8)

    def _block(self, rows: Labels) -> Block:
        return Block(rows[0], rows[1], self._margin)
