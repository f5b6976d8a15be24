"""The classes that labels can have: those of a card that are not auxiliary, numbered anew where one is left out."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.models.card import ModelCard
from geounet.training.scenes.labels import IGNORED


@dataclass(frozen=True, slots=True)
class LabelClasses:
    """The card's classes without the auxiliary ones, the background first."""

    names: tuple[str, ...]
    indices: tuple[int, ...]
    """The number of each among all of the card's classes."""

    @classmethod
    def of(cls, card: ModelCard) -> Self:
        """Those of a softmax card."""
        kept = [(k, name) for k, name in enumerate(card.classes) if name not in card.auxiliary]
        return cls(tuple(name for _, name in kept), tuple(k for k, _ in kept))

    def renumbered(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Labels of all of the card's classes as places in `names`; those of auxiliary classes do not count."""
        table = np.full(IGNORED + 1, IGNORED, np.uint8)
        table[list(self.indices)] = np.arange(len(self.indices), dtype=np.uint8)
        return table[labels]

    def shares(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (K, …) of all classes as those of these, (R, …); what auxiliary ones scored goes to them in proportion."""
        kept = scores[list(self.indices)]
        if len(kept) == len(scores):
            return kept
        total = kept.sum(axis=0)
        share: NDArray[np.float32] = np.divide(kept, total, out=np.zeros_like(kept), where=total > 0)
        return share
