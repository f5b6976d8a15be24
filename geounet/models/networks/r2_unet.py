"""R2U-Net: levels of recurrent convolutions, the same kernel over and over, with a residual round two of them.

Alom, Hasan, Yakopcic, Taha and Asari (2018), "Recurrent residual convolutional neural network based on U-Net (R2U-Net)
for medical image segmentation". As in the implementation that the name is known by (LeeJunHyun's Image_Segmentation), one
kernel serves the input and the state; the paper's equation 1 writes two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import ContractingPath, conv_norm_relu, upsample_conv
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class R2UNetOptions:
    """The keys of an R2UNet's card; by default the paper's."""

    channels: int = 64
    """Of the first level; each level below has twice as many."""
    depth: int = 4
    """How many times the sides are halved."""
    recurrences: int = 2
    """How many times the state is seen again; the paper's t."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels)
        check_whole("depth", self.depth, most=8)
        check_whole("recurrences", self.recurrences, most=16)


class RecurrentConv(nn.Module):
    """A convolution of its input, then again and again of its input plus its own last output."""

    def __init__(self, channels: int, *, recurrences: int) -> None:
        super().__init__()
        self.recurrences = recurrences
        self.conv = conv_norm_relu(channels, channels, bias=True)

    def forward(self, values: Tensor) -> Tensor:
        """Values of the same shape."""
        state: Tensor = self.conv(values)
        for _ in range(self.recurrences):
            state = self.conv(values + state)
        return state


class RecurrentResidual(nn.Module):
    """Two recurrent convolutions, and what they began with added: (N, inputs, h, w) → (N, outputs, h, w)."""

    def __init__(self, inputs: int, outputs: int, *, recurrences: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(inputs, outputs, 1)
        self.recurrent = nn.Sequential(
            RecurrentConv(outputs, recurrences=recurrences), RecurrentConv(outputs, recurrences=recurrences)
        )

    def forward(self, values: Tensor) -> Tensor:
        """Values with the block's number of outputs."""
        projected: Tensor = self.project(values)
        summed: Tensor = projected + self.recurrent(projected)
        return summed


class R2UNet(nn.Module):
    """A U-Net of recurrent residual levels, to logits (N, scores, h, w); sides are multiples of 2 ** depth."""

    def __init__(self, options: R2UNetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        upwards, times = widths[-2::-1], options.recurrences
        self.output_stride = 1 << options.depth
        self.down = ContractingPath(
            RecurrentResidual(i, o, recurrences=times) for i, o in pairwise([bands, *widths])
        )
        self.up = nn.ModuleList(upsample_conv(2 * width, width, bias=True) for width in upwards)
        self.merge = nn.ModuleList(
            RecurrentResidual(2 * width, width, recurrences=times) for width in upwards
        )
        self.head = nn.Conv2d(options.channels, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        skips = self.down(patches)
        values = skips.pop()
        for up, merge in zip(self.up, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = merge(torch.cat([skips.pop(), up(values)], 1))
        logits: Tensor = self.head(values)
        return logits


def build_r2_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """An R2UNet by He's initialisation, for keys that are R2UNetOptions' fields; ModelError on others."""
    module = R2UNet(read_keys(R2UNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="R2UNet",
    paper="Alom, Hasan, Yakopcic, Taha, Asari (2018), Recurrent residual convolutional neural network based on U-Net",
    build=build_r2_unet,
    published=(
        Published(
            parameters=39_091_393,
            architecture={"name": "R2UNet"},
            bands=3,
            scores=1,
            source="LeeJunHyun/Image_Segmentation, R2U_Net, counted by hand from its layers",
        ),
    ),
)
