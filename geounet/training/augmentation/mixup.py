"""Mixup: a batch is trained on as mixtures of two crops each (Zhang et al. 2018)."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Mix:
    """What was mixed into a batch's images."""

    labels: Tensor
    """Labels of the second crops, (N, h, w) int64."""
    weights: Tensor
    """Their weights, (N, h, w) float32."""
    share: Tensor
    """λ, the share of the first crops in the images and in the loss: a scalar, one for the batch."""


def mix_up(
    images: Tensor, labels: Tensor, weights: Tensor, *, concentration: float
) -> tuple[Tensor, Mix | None]:
    """Images (N, C, h, w) mixed with a random permutation of themselves, by a share from Beta(α, α).

    `concentration` is α; at 0 the images stay as they are. A pixel that is invalid in one of two crops keeps its share
    of the other one.
    """
    if not concentration:
        return images, None
    share = _symmetric_beta(concentration).to(images.device)
    partner = torch.randperm(len(images), device=images.device)
    return torch.lerp(images[partner], images, share), Mix(labels[partner], weights[partner], share)


def _symmetric_beta(alpha: float) -> Tensor:
    """A draw from Beta(α, α), a scalar on the CPU: the share of one of two Gamma(α) variables in their sum.

    Taken as logarithms, with Gamma(α) = Gamma(α + 1) · U^(1 / α), since those of a small α are 0 to any float.
    """
    one, two = torch.distributions.Gamma(alpha + 1, 1.0).sample((2,)).log() + torch.rand(2).log() / alpha
    return torch.sigmoid(one - two)
