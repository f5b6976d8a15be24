"""Deep residual U-Net: pre-activated residual units on both ways, strides in place of pooling.

Zhang, Liu and Wang (2018), "Road extraction by deep residual U-Net". Where a unit changes its size, a 1 × 1 convolution
takes the identity's place, as in He et al. (2016), "Identity mappings in deep residual networks".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import conv_norm_relu, norm_relu_conv
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class ResUNetOptions:
    """The keys of a ResUNet's card; by default the paper's."""

    channels: int = 64
    """Of the first level; each level below has twice as many."""
    depth: int = 3
    """How many times the sides are halved."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels)
        check_whole("depth", self.depth, most=8)


class ResidualUnit(nn.Module):
    """Two 3 × 3 convolutions, and the input, projected, added: (N, inputs, h, w) → (N, outputs, h / stride, …)."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1, first: bool = False) -> None:
        """The first unit of a network begins with a convolution: bands have no activation to begin with."""
        super().__init__()
        if first:
            self.residual = conv_norm_relu(inputs, outputs, bias=True)
            self.residual.append(nn.Conv2d(outputs, outputs, 3, padding=1))
        else:
            self.residual = norm_relu_conv(inputs, outputs, stride=stride)
            self.residual.extend(norm_relu_conv(outputs, outputs))
        self.project = nn.Conv2d(inputs, outputs, 1, stride=stride)

    def forward(self, values: Tensor) -> Tensor:
        """Values with the unit's number of outputs."""
        summed: Tensor = self.project(values) + self.residual(values)
        return summed


class ResUNet(nn.Module):
    """The network of the paper, to logits (N, scores, h, w); sides are multiples of 2 ** depth."""

    def __init__(self, options: ResUNetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        self.output_stride = 1 << options.depth
        first = ResidualUnit(bands, widths[0], first=True)
        self.down = nn.ModuleList([first, *(ResidualUnit(i, o, stride=2) for i, o in pairwise(widths))])
        self.merge = nn.ModuleList(ResidualUnit(3 * width, width) for width in widths[-2::-1])
        self.head = nn.Conv2d(widths[0], scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = patches
        skips: list[Tensor] = []
        for unit in self.down:
            values = unit(values)
            skips.append(values)
        skips.pop()
        for merge in self.merge:
            values = nn.functional.interpolate(values, scale_factor=2.0)
            values = merge(torch.cat([values, skips.pop()], 1))
        logits: Tensor = self.head(values)
        return logits


def build_res_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A ResUNet by He's initialisation, for keys that are ResUNetOptions' fields; ModelError on others."""
    module = ResUNet(read_keys(ResUNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="ResUNet",
    paper="Zhang, Liu, Wang (2018), Road extraction by deep residual U-Net",
    build=build_res_unet,
    published=(
        Published(
            parameters=7_800_000,
            architecture={"name": "ResUNet"},
            bands=3,
            scores=1,
            source="the paper, 7.8 M, which are the weights of the 15 convolutions of its table 1, 7,780,096; ours has "
            "0.43 M more in 1 × 1 projections where a unit changes its size and the paper draws an identity, and 0.01 M in "
            "norms and biases",
            tolerance=0.06,
        ),
    ),
)
