"""What a batch's scores are compared with: labels, weights, and which pixels count."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from geounet.errors import TrainingError
from geounet.training.scenes.labels import IGNORED

TINY = torch.finfo(torch.float32).tiny
"""Least sum that is divided by: a sum over no pixel is 0, and so is its share of the loss."""


@dataclass(frozen=True, slots=True)
class Target:
    """The truth of a batch. A pixel counts where it has a label and a weight above 0; `of` makes the two agree."""

    labels: Tensor
    """(N, h, w) int64 class indices, IGNORED where a pixel does not count."""
    weights: Tensor
    """(N, h, w) float32, 0 where a pixel does not count."""

    def __post_init__(self) -> None:
        if self.labels.shape != self.weights.shape:
            raise TrainingError(
                f"labels are {tuple(self.labels.shape)} and weights {tuple(self.weights.shape)}; expected one (N, h, w)"
            )

    @classmethod
    def of(cls, labels: Tensor, weights: Tensor) -> Self:
        """The target of labels and weights as a batch brings them: either may say that a pixel does not count."""
        counted = (labels != IGNORED) & (weights > 0)
        return cls(labels.masked_fill(~counted, IGNORED), weights.float().masked_fill(~counted, 0.0))

    @property
    def counted(self) -> Tensor:
        """(N, h, w) bool: which pixels count."""
        return self.labels != IGNORED

    def truth(self, classes: int) -> Tensor:
        """(N, K, h, w) bool: which pixels are of which class; an ignored one is of none."""
        indices = torch.arange(classes, device=self.labels.device)[:, None, None]
        return self.labels[:, None] == indices

    def emphasis(self, class_weights: Tensor | None) -> Tensor:
        """(N, h, w): each pixel's weight, times that of its class where classes (K,) have one."""
        if class_weights is None:
            return self.weights
        return self.weights * class_weights[self.labels.masked_fill(~self.counted, 0)]


def mean_over_present(each: Tensor, pixels: Tensor) -> Tensor:
    """Mean of a loss a class (K,) over the classes that have pixels (K,); 0 where none has."""
    present = pixels > 0
    return torch.where(present, each, 0.0).sum() / present.sum().clamp_min(1)
