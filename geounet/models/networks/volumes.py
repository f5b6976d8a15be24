"""Networks of volumes as networks of patches: the dates or slices of a pixel go in side by side, one map comes out."""

from typing import Any, Self

import torch
from torch import Tensor, nn


class Volumes(nn.Module):
    """A network of volumes that takes patches (N, T · C, h, w), date by date, and gives logits (N, K, h, w).

    The volume (N, C, T, h, w) is filled up to a whole number of `multiple` dates by repeating the last one; what the
    network gives for the T dates that are there is averaged.
    """

    def __init__(self, network: nn.Module, *, bands: int, steps: int, multiple: int, stride: int) -> None:
        super().__init__()
        self.network = network
        """From (N, C, t, h, w) to (N, K, t, h, w), t a multiple of `multiple`."""
        self.bands, self.steps = bands, steps
        self.missing = -steps % multiple
        self.output_stride = stride

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        count, _, rows, cols = patches.shape
        volumes = patches.reshape(count, self.steps, self.bands, rows, cols).transpose(1, 2)
        if self.missing:
            last = volumes[:, :, -1:].expand(-1, -1, self.missing, -1, -1)
            volumes = torch.cat([volumes, last], 2)
        logits: Tensor = self.network(volumes)
        return logits[:, :, : self.steps].mean(2)

    def to(self, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 (as torch's)
        """As any module's; but torch's `channels_last` is an order of images, which kernels of volumes do not take."""
        kwargs.pop("memory_format", None)
        return super().to(*args, **kwargs)
