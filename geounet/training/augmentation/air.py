"""What the air does to light on its way to a roof, and back: shadows and haze."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from geounet.training.augmentation.chance import by_ratio, uniform

_HALF_SIDES = (0.05, 2.0)
"""Half the sides of what casts a shadow, where half a crop's side is 1: from a house to more than the crop."""

_SOFTEST = 0.25
"""Widest edge of a shadow, as a share of the crop's side; the sharpest is one pixel."""

_SHALLOWEST = 0.3
"""Least depth of a shadow, as a share of the deepest."""

_SKY = 0.8
"""Share of a shadow's depth that a band has at least: what is left of the light is the sky's, and has its colour."""


class Shadow(nn.Module):
    """The soft-edged shadow of a rectangle that lies in any direction, on half of the images.

    Small ones are houses' and trees', long ones walls'; those that reach past the crop are straight edges of a cloud's.
    """

    def __init__(self, deepest: float) -> None:
        super().__init__()
        self.deepest = deepest

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1, darkened by at most a share `deepest` of each pixel."""
        count, bands = image.shape[:2]
        chosen = uniform((count, 1, 1, 1), image) < 0.5
        depth = chosen * self.deepest * uniform((count, 1, 1, 1), image, low=_SHALLOWEST)
        depth = depth * uniform((count, bands, 1, 1), image, low=_SKY)
        return image - image * depth * self.cover(image)[:, None]

    @staticmethod
    def cover(image: Tensor) -> Tensor:
        """How much of each pixel lies in the shadow, 0 … 1, (N, h, w)."""
        count, _, height, width = image.shape
        x, y = (torch.linspace(-1, 1, n, device=image.device) for n in (width, height))
        angle = uniform((count, 1, 1), image, high=torch.pi)
        middle = uniform((2, count, 1, 1), image, low=-1)
        half = by_ratio((2, count, 1, 1), image, low=_HALF_SIDES[0], high=_HALF_SIDES[1])
        pixel = 2 / width
        edge = by_ratio((count, 1, 1), image, low=pixel, high=max(pixel, 2 * _SOFTEST))
        along, across = x - middle[0], y[:, None] - middle[1]
        cos, sin = angle.cos(), angle.sin()
        inside = torch.minimum(
            half[0] - (along * cos + across * sin).abs(), half[1] - (across * cos - along * sin).abs()
        )
        return (inside / edge).add_(0.5).clamp_(0, 1)


class Haze(nn.Module):
    """A bright, nearly grey veil whose density varies smoothly, on half of the images."""

    def __init__(self, densest: float) -> None:
        super().__init__()
        self.densest = densest

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1, drawn towards the veil's colour by at most a share `densest`."""
        count, bands, height, width = image.shape
        chosen = (uniform((count, 1, 1, 1), image) < 0.5) * uniform((count, 1, 1, 1), image)
        corners = uniform((count, 1, 2, 2), image) * chosen * self.densest
        density = functional.interpolate(corners, (height, width), mode="bilinear", align_corners=True)
        veil = uniform((count, bands, 1, 1), image, low=0.75, high=0.95)
        return image.lerp(veil.expand_as(image), density)
