"""Crops drawn from labelled scenes: where the labels are, and at a random scale.

A crop is larger than what is trained on: the final square is cut out of its middle, turned and deformed
(deform.py). What reaches past the scene is mirrored, as in inference.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from geounet.grid import mirror
from geounet.training.augmentation.deform import source_side
from geounet.training.config import TrainConfig
from geounet.training.scenes.scene import LabelledScene, Level, card_gsd


class Crops(Dataset[dict[str, Tensor]]):
    """Crop `i` of a run; which scene, place and scale it has follows from the seed and `i` alone."""

    def __init__(self, scenes: Sequence[LabelledScene], config: TrainConfig) -> None:
        self.scenes = scenes
        self.config = config
        weights = np.array([s.weight for s in scenes])
        self.shares = weights / weights.sum()
        low, high = config.augment.scale
        self.gsd_m = low * card_gsd(config.card), high * card_gsd(config.card)
        self.side = source_side(config.data.crop, config.augment, zoom=self._largest_zoom())

    def _largest_zoom(self) -> float:
        """Most source pixels per final pixel that a scale in the range can need."""
        ladder = np.geomspace(*self.gsd_m, 65)
        return max(float(g / s.level(g).gsd_m) for s in self.scenes for g in ladder)

    def __len__(self) -> int:
        return self.config.optimizer.steps * self.config.optimizer.batch

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """`image` (C, s, s) in 0 … 1, `labels` (s, s) uint8, `weights` (s, s), `zoom`: crop pixels per final pixel."""
        random = np.random.default_rng([self.config.seed, index])
        scene = self.scenes[random.choice(len(self.scenes), p=self.shares)]
        gsd = math.exp(random.uniform(*np.log(self.gsd_m)))
        level = scene.level(gsd)
        row, col = self._place(level, random)
        return {
            "image": torch.from_numpy(_cut(level.image, row, col, side=self.side)),
            "labels": torch.from_numpy(_cut(level.labels, row, col, side=self.side)),
            "weights": torch.from_numpy(_cut(level.weights, row, col, side=self.side)),
            "zoom": torch.tensor(gsd / level.gsd_m, dtype=torch.float32),
        }

    def _place(self, level: Level, random: np.random.Generator) -> tuple[int, int]:
        """First row and column of a crop: round an object, off its centre by up to a third of a crop, or anywhere."""
        centre = random.uniform((0, 0), level.labels.shape)
        if len(level.centres) and random.random() < self.config.data.labelled:
            reach = self.config.data.crop / 3
            centre = level.centres[random.integers(len(level.centres))] + random.uniform(-reach, reach, 2)
        row, col = (int(c) - self.side // 2 for c in centre)
        return row, col


def _cut(values: NDArray[Any], row: int, col: int, *, side: int) -> NDArray[Any]:
    """A square of (…, rows, cols), mirrored where it reaches past them."""
    height, width = values.shape[-2:]
    if row >= 0 and col >= 0 and row + side <= height and col + side <= width:
        return values[..., row : row + side, col : col + side].copy()
    rows, cols = np.array(mirror(row, side, size=height)), np.array(mirror(col, side, size=width))
    part = values[..., rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
    mirrored: NDArray[Any] = part.take(rows - rows.min(), axis=-2).take(cols - cols.min(), axis=-1)
    return mirrored
