"""MultiResUNet: blocks that look at three scales at once, and convolutions on the way of each skip.

Ibtehaz and Rahman (2020), "MultiResUNet: rethinking the U-Net architecture for multimodal biomedical image segmentation".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import conv_norm, conv_norm_relu, up_convolution
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, read_keys

SHARES = (0.167, 0.333, 0.5)
"""Of a block's channels, those that see 3 × 3, 5 × 5 and 7 × 7 pixels."""

ALPHA = 1.67
"""Channels of a block for each of the U-Net's whose place it takes; with it both have about as many parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiResUNetOptions:
    """The keys of a MultiResUNet's card; by default the paper's."""

    channels: int = 32
    """Of the first level of the U-Net whose blocks these replace; each level below has twice as many."""
    depth: int = 4
    """How many times the sides are halved."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels, least=4)  # below, a share of 0.167 is no channel
        check_whole("depth", self.depth, most=8)


class MultiResBlock(nn.Module):
    """Three 3 × 3 convolutions one after the other, all of their outputs side by side, and the input, projected, added."""

    def __init__(self, inputs: int, channels: int) -> None:
        super().__init__()
        small, middle, large = (int(ALPHA * channels * share) for share in SHARES)
        self.outputs = small + middle + large
        """Channels of its output."""
        self.small = conv_norm_relu(inputs, small)
        self.middle = conv_norm_relu(small, middle)
        self.large = conv_norm_relu(middle, large)
        self.project = conv_norm(inputs, self.outputs, size=1)
        self.side_by_side = nn.BatchNorm2d(self.outputs)
        self.end = nn.Sequential(nn.ReLU(inplace=True), nn.BatchNorm2d(self.outputs))

    def forward(self, values: Tensor) -> Tensor:
        """Values (N, self.outputs, h, w) of those (N, inputs, h, w)."""
        small = self.small(values)
        middle = self.middle(small)
        scales = self.side_by_side(torch.cat([small, middle, self.large(middle)], 1))
        summed: Tensor = self.end(self.project(values) + scales)
        return summed


class ResidualStep(nn.Module):
    """One step of a skip's way: a 3 × 3 convolution, and the input, projected, added."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = conv_norm_relu(inputs, outputs)
        self.project = conv_norm(inputs, outputs, size=1)
        self.end = nn.Sequential(nn.ReLU(inplace=True), nn.BatchNorm2d(outputs))

    def forward(self, values: Tensor) -> Tensor:
        """Values with the step's number of outputs."""
        summed: Tensor = self.end(self.project(values) + self.conv(values))
        return summed


class MultiResUNet(nn.Module):
    """The network of the paper, to logits (N, scores, h, w); sides are multiples of 2 ** depth."""

    def __init__(self, options: MultiResUNetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        self.output_stride = 1 << options.depth
        self.down, self.paths = nn.ModuleList(), nn.ModuleList()
        self.up, self.merge = nn.ModuleList(), nn.ModuleList()
        inputs = bands
        for level, width in enumerate(widths):
            block = MultiResBlock(inputs, width)
            self.down.append(block)
            self.paths.append(residual_path(block.outputs, width, steps=options.depth - level))
            inputs = block.outputs
        for width in widths[-2::-1]:
            block = MultiResBlock(2 * width, width)
            self.up.append(up_convolution(inputs, width))
            self.merge.append(block)
            inputs = block.outputs
        self.head = nn.Conv2d(inputs, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = patches
        skips: list[Tensor] = []
        for block, path in zip(self.down, self.paths):  # noqa: B905 (TorchScript's zip takes no `strict`)
            if skips:
                values = nn.functional.max_pool2d(values, 2)
            values = block(values)
            skips.append(path(values))
        skips.pop()
        for up, merge in zip(self.up, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = merge(torch.cat([up(values), skips.pop()], 1))
        logits: Tensor = self.head(values)
        return logits


def residual_path(inputs: int, channels: int, *, steps: int) -> nn.Sequential:
    """A skip's way: the more steps, the further what it brings is from what the decoder knows; none at the bottleneck."""
    return nn.Sequential(*(ResidualStep(channels if step else inputs, channels) for step in range(steps)))


def build_multires_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A MultiResUNet by He's initialisation, for keys that are MultiResUNetOptions' fields; ModelError on others."""
    module = MultiResUNet(read_keys(MultiResUNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="MultiResUNet",
    paper="Ibtehaz, Rahman (2020), MultiResUNet: rethinking the U-Net architecture for multimodal biomedical images",
    build=build_multires_unet,
    published=(
        Published(
            parameters=7_262_750,
            architecture={"name": "MultiResUNet"},
            bands=3,
            scores=1,
            source="the authors' Keras code (nibtehaz/MultiResUNet), counted layer by layer, which is the paper's table to "
            "the last: it counts the norms' running means and variances too, leaves out the scale of some, and has a norm "
            "behind the last convolution",
            tolerance=0.003,
        ),
    ),
)
