"""How well a network segments whole scenes: IoU at every threshold, tile by tile."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from geounet.grid import TileGrid, mirror
from geounet.models.card import ModelCard
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import Level

BINS = 200
"""Steps of probability at which IoU is known."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Pixels of a class (1) and of none (0) by probability, for one scene: everything that IoU needs."""

    counts: NDArray[np.int64]
    """(2, BINS): valid pixels outside and inside the class, by bin of probability."""

    def iou(self) -> NDArray[np.float64]:
        """Intersection over union with everything from bin `i` on taken as the class, (BINS,); 0 / 0 is 0."""
        outside, inside = self.counts[:, ::-1].cumsum(axis=1)[:, ::-1]
        union = outside + self.counts[1].sum()
        iou: NDArray[np.float64] = inside / np.maximum(union, 1)
        return iou

    def iou_at(self, threshold: float) -> float:
        """IoU with everything at or above the threshold taken as the class."""
        return float(self.iou()[min(round(threshold * BINS), BINS - 1)])


def foreground(network: nn.Module, level: Level, card: ModelCard) -> NDArray[np.float32]:
    """Probability (rows, cols) that a pixel is of any class but the background.

    The scene is mirrored at its border and cut at the tiles' cores, as inference does with window="core".
    """
    image = _normalised(level, card)
    rows, cols = level.labels.shape
    out = np.empty((rows, cols), np.float32)
    device = next(network.parameters()).device
    for tile in TileGrid(rows, cols, card.tile, overlap=2 * card.margin, stride=card.stride):
        y = np.array(mirror(tile.window.row, card.tile, size=rows))
        x = np.array(mirror(tile.window.col, card.tile, size=cols))
        patch = torch.from_numpy(image[:, y[:, None], x])[None].to(device)
        scores = 1 - network(patch).float().softmax(dim=1)[0, 0].cpu().numpy()
        inner = (
            slice(card.margin, card.margin + tile.core.height),
            slice(card.margin, card.margin + tile.core.width),
        )
        out[tile.core.row : tile.core.row_stop, tile.core.col : tile.core.col_stop] = scores[inner]
    return out


def _normalised(level: Level, card: ModelCard) -> NDArray[np.float32]:
    mean, std = (
        np.array(v, np.float32)[:, None, None] for v in (card.normalization.mean, card.normalization.std)
    )
    image = (level.image - mean) / std
    image[:, level.weights == 0] = 0
    return np.asarray(image, np.float32)


def curve(probability: NDArray[np.float32], labels: NDArray[np.uint8]) -> Curve:
    """The curve of one scene, from probabilities and labels (rows, cols)."""
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    known = labels != IGNORED
    counts = [np.bincount(bins[known & ((labels > 0) == inside)], minlength=BINS) for inside in (False, True)]
    return Curve(np.stack(counts))


def best_threshold(curves: Sequence[Curve]) -> float:
    """The threshold with the highest mean IoU over the scenes, from 0.3 to 0.7.

    Beyond, what IoU gains by a few pixels is lost in objects that merge or fall apart.
    """
    mean = np.mean([c.iou() for c in curves], axis=0)
    low, high = BINS * 3 // 10, BINS * 7 // 10
    return (low + int(mean[low : high + 1].argmax())) / BINS
