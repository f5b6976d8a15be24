"""Crops drawn from labelled scenes: where the labels are, and at a random scale.

A crop is larger than what is trained on: the final square is cut out of its middle, turned and deformed
(augmentation/). What reaches past the scene is mirrored, as in inference.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from geounet.errors import TrainingError
from geounet.grid import mirror
from geounet.training.config import TrainConfig
from geounet.training.config.augment import AugmentConfig
from geounet.training.scenes.centres import Centres
from geounet.training.scenes.gather import gathered
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import LabelledScene, Level, card_gsd

STRAY = 1 / 3
"""How far from a label a crop's centre may lie, as a share of its side along each axis: the label is in every such crop."""

STRAYS = 8
"""How often such a centre is drawn anew where it is not on a known pixel; then it is the label itself."""


class Crops(Dataset[dict[str, Tensor]]):
    """Crop `i` of a run; which scene, place and scale it has follows from the seed and `i` alone.

    At the centre of each lies a pixel that is trained on. Cheap to send to worker processes, which
    read the same memory maps. Raises TrainingError where no scene has such a pixel, or any weight.
    """

    def __init__(self, scenes: Sequence[LabelledScene], config: TrainConfig) -> None:
        self.scenes = [scene for scene in scenes if scene.is_known]
        self.config = config
        weights = np.array([s.weight for s in self.scenes])
        if not weights.sum() > 0:
            raise TrainingError(
                "no scene to draw crops from: all weigh 0, or none has a valid pixel; add [[data.train]]"
            )
        self.shares = weights / weights.sum()
        self.centres = Centres.of(self.scenes, self.shares)
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
        scene = int(random.choice(len(self.scenes), p=self.shares))
        gsd = math.exp(random.uniform(*np.log(self.gsd_m)))
        level = self.scenes[scene].level(gsd)
        zoom = gsd / level.gsd_m
        centre = self._centre(scene, level, zoom=zoom, random=random)
        row, col = _inwards(level, centre, half=self.config.data.crop * zoom / 2)
        return _cut(level, int(row) - self.side // 2, int(col) - self.side // 2, side=self.side) | {
            "zoom": torch.tensor(zoom, dtype=torch.float32)
        }

    def _centre(
        self, scene: int, level: Level, *, zoom: float, random: np.random.Generator
    ) -> tuple[float, float]:
        """Where a crop's centre lies: near an object, or anywhere that is known."""
        data = self.config.data
        if len(level.centres) and random.random() < data.labelled:
            label = self.centres.label(scene, level, balanced=data.balanced, random=random)
            reach = STRAY * data.crop * zoom
            strays = (label + random.uniform(-reach, reach, 2) for _ in range(STRAYS))
            row, col = next((at for at in strays if _is_known(level, at)), label)
            return float(row), float(col)
        number = self.scenes[scene].levels.index(level)
        return self.centres.anywhere(scene, number, level.labels, random=random)


def source_side(final: int, config: AugmentConfig, *, zoom: float) -> int:
    """Side of the crop that a final square is cut from, turned by 45°, scaled and deformed."""
    diagonal = final * zoom * (math.sqrt(2) if config.rotate else 1)
    return math.ceil(diagonal + 4 * config.elastic * zoom)


def _inwards(level: Level, centre: tuple[float, float], *, half: float) -> tuple[float, float]:
    """The centre, moved so far that a crop round it shows the level and not its mirror image, where that can be."""
    row, col = (
        min(max(at, half), size - half) if size >= 2 * half else at
        for at, size in zip(centre, level.shape, strict=True)
    )
    return (row, col) if _is_known(level, np.array([row, col])) else centre


def _is_known(level: Level, at: NDArray[np.float64]) -> bool:
    """Whether a point lies in a level, on a pixel that is trained on."""
    row, col = np.floor(at).astype(int).tolist()
    rows, cols = level.shape
    return 0 <= row < rows and 0 <= col < cols and bool(level.labels[row, col] != IGNORED)


def _cut(level: Level, row: int, col: int, *, side: int) -> dict[str, Tensor]:
    """A square of a level from a row and column on, mirrored where it reaches past it."""
    rows, cols = (
        np.array(mirror(first, side, size=size)) for first, size in zip((row, col), level.shape, strict=True)
    )
    image, labels, weights = (torch.from_numpy(plane) for plane in gathered(level, rows, cols))
    return {"image": image, "labels": labels, "weights": weights}
