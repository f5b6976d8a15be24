"""What a camera does to an image: a soft focus and noise."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from geounet.training.augmentation.chance import uniform


class Blur(nn.Module):
    """A soft focus, on half of the images: each pixel drawn towards the mean of the nine round it."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.most = most

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w); the strength is drawn for each, 0 … `most`."""
        share = uniform((len(image), 1, 1, 1), image, low=-1).clamp_min(0) * self.most
        return image.lerp(mean_of_nine(image), share)


def mean_of_nine(image: Tensor) -> Tensor:
    """The mean of 3 × 3 pixels round each, mirrored past the edges.

    Sums of rows, then of columns: a twentieth of avg_pool2d's time on a CPU.
    """
    padded = functional.pad(image, (1, 1, 1, 1), mode="reflect")
    rows = padded[..., :-2, :] + padded[..., 1:-1, :]
    rows += padded[..., 2:, :]
    total = rows[..., :-2] + rows[..., 1:-1]
    total += rows[..., 2:]
    return total.div_(9)


class Noise(nn.Module):
    """Normal noise, of a strength drawn for each image."""

    def __init__(self, strongest: float) -> None:
        super().__init__()
        self.strongest = strongest

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w), and cut to 0 … 1; deviations are 0 … `strongest`, weak ones more often."""
        strength = uniform((len(image), 1, 1, 1), image).square_() * self.strongest
        return torch.randn_like(image).mul_(strength).add_(image).clamp_(0, 1)
