"""Where crops are drawn in each level of the scenes: at labels, by class, or at any known pixel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.balance import class_shares
from geounet.training.scenes.known import KnownPixels
from geounet.training.scenes.scene import LabelledScene, Level


@dataclass(frozen=True, slots=True, eq=False)
class Centres:
    """What is drawn from; looked up by a scene's place in the list, and a level's in the scene."""

    shares: NDArray[np.float64]
    """(scenes, 256) how often each class is chosen in each scene."""
    known: tuple[tuple[KnownPixels, ...], ...]
    """Those of each scene's levels."""

    @classmethod
    def of(cls, scenes: Sequence[LabelledScene], weights: NDArray[np.float64]) -> Self:
        """What the scenes hold, of which each is drawn by its weight."""
        present = np.zeros((len(scenes), 256), np.bool_)
        for row, scene in zip(present, scenes, strict=True):
            for level in scene.levels:
                row[level.centre_classes] = True
        known = tuple(tuple(KnownPixels.of(level.labels) for level in s.levels) for s in scenes)
        return cls(class_shares(present, weights), known)

    def label(
        self, scene: int, level: Level, *, balanced: bool, random: np.random.Generator
    ) -> NDArray[np.float64]:
        """(row, col) of a labelled point of a level that has some, of each class equally often if `balanced`."""
        points = level.centres
        if balanced:
            chosen = random.choice(256, p=self.shares[scene])
            own = points[level.centre_classes == chosen]
            points = own if len(own) else points  # what is small may be at the finer levels alone
        point: NDArray[np.float64] = points[random.integers(len(points))]
        return point

    def anywhere(
        self, scene: int, number: int, labels: NDArray[np.uint8], *, random: np.random.Generator
    ) -> tuple[float, float]:
        """(row, col) of any known pixel of a level, by its number, each equally often; its middle, where it has none."""
        known = self.known[scene][number]
        if known.count:
            return known.draw(labels, random)
        rows, cols = labels.shape
        return rows / 2, cols / 2
