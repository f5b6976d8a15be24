"""A batch of random scores and labels, of which some pixels do not count, and the same as flat NumPy arrays."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from geounet.training.losses.target import Target
from geounet.training.scenes.labels import IGNORED


@dataclass
class Case:
    logits: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor

    @property
    def target(self):
        return Target.of(self.labels, self.weights)

    @property
    def batch(self):
        return self.logits, self.labels, self.weights

    @property
    def of_class(self):
        """A weight for each class, no two alike."""
        return torch.arange(self.logits.shape[1]) + 0.5

    def counted(self):
        """Of the pixels that count, in float64: scores (P, K), labels (P,), weights (P,)."""
        kept = ((self.labels != IGNORED) & (self.weights > 0)).numpy().ravel()
        logits = self.logits.permute(0, 2, 3, 1).flatten(0, 2).numpy().astype(np.float64)[kept]
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return scores, self.labels.numpy().ravel()[kept], self.weights.numpy().ravel()[kept]


@pytest.fixture(params=[2, 4], ids=["two-classes", "four-classes"])
def case(request):
    """Three crops; some labels are ignored, others weigh nothing; the last of four classes is absent."""
    generator = torch.Generator().manual_seed(request.param)
    logits = 2 * torch.randn(3, request.param, 5, 6, generator=generator)
    labels = torch.randint(max(2, request.param - 1), (3, 5, 6), generator=generator)
    weights = torch.rand(3, 5, 6, generator=generator) + 0.5
    labels[:, :2, :2] = IGNORED
    weights[1:, 3:] = 0
    return Case(logits, labels, weights)
