"""Numbers drawn from torch's generator, one or a few an image."""

import math

import torch
from torch import Tensor


def uniform(shape: tuple[int, ...], like: Tensor, *, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Uniform from low to high, where `like` lies."""
    return low + torch.rand(shape, device=like.device) * (high - low)


def by_ratio(shape: tuple[int, ...], like: Tensor, *, low: float, high: float) -> Tensor:
    """From low to high, each ratio as likely: the logarithm is uniform."""
    return uniform(shape, like, low=math.log(low), high=math.log(high)).exp()
