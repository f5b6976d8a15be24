"""Tone: gain and offset of each band, saturation, contrast and brightness."""

import torch
from torch import Tensor, nn

from geounet.training.augmentation.chance import uniform
from geounet.training.config.augment import AugmentConfig


class Tone(nn.Module):
    """One affine map of each pixel's colour, drawn for each image.

    The bands' distances from their mean are stretched (1 ± `saturation`), then each gets a gain (1 ± `band`) and an
    offset (± `band` / 2) of its own, the cast of another light or camera; a share `grey` has its bands' mean instead
    of all this. Then all are drawn apart about 0.5 (1 ± `contrast`) and moved (± `brightness`). What leaves 0 … 1 is
    cut.
    """

    def __init__(self, config: AugmentConfig) -> None:
        super().__init__()
        self.config = config

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1."""
        matrix, offset = self.draw(image)
        return torch.baddbmm(offset, matrix, image.flatten(2)).clamp_(0, 1).view_as(image)

    def draw(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """A map for each image: matrices (N, C, C) and offsets (N, C, 1)."""
        c, (count, bands) = self.config, image.shape[:2]
        coloured = uniform((count, 1, 1), image) >= c.grey
        saturation = coloured * (1 + self._within(c.saturation, image))
        gain = 1 + coloured * self._within(c.band, image, bands)
        shift = coloured * self._within(c.band / 2, image, bands)
        contrast = 1 + self._within(c.contrast, image)
        identity = torch.eye(bands, device=image.device)
        matrix = contrast * gain * (saturation * identity + (1 - saturation) / bands)
        offset = contrast * (shift - 0.5) + 0.5 + self._within(c.brightness, image)
        return matrix, offset

    @staticmethod
    def _within(most: float, image: Tensor, bands: int = 1) -> Tensor:
        """Uniform from −most to most, (N, bands, 1)."""
        return uniform((len(image), bands, 1), image, low=-most, high=most)
