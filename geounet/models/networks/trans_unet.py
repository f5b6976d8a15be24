"""TransUNet: a ResNet whose coarsest map goes through a vision transformer before a U-Net's decoder takes it up.

Chen et al. (2021), "TransUNet: transformers make strong encoders for medical image segmentation". By default
R50-ViT-B/16. Unlike in the authors' code, the first pooling sees its border, so that maps need no zeros appended, and maps
are interpolated by the middles of their pixels.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import conv_norm_relu
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, check_wholes, read_keys
from geounet.models.networks.vision_transformer import (
    TransformerOptions,
    VisionTransformer,
    initialise_transformer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransUNetOptions(TransformerOptions):
    """The keys of a TransUNet's card; by default R50-ViT-B/16."""

    dropout: float = 0.1
    """As any transformer's."""
    units: tuple[int, ...] = (3, 4, 9)
    """Bottlenecks at a quarter, an eighth and a sixteenth of the sides."""
    width: int = 64
    """Channels after the first convolution; the three stages have 4, 8 and 16 times as many."""
    decoder_channels: tuple[int, ...] = (512, 256, 128, 64, 16)
    """Of what the decoder starts with, and of its four stages."""

    def __post_init__(self) -> None:
        TransformerOptions.__post_init__(self)
        check_wholes("units", self.units, count=3)
        check_wholes("decoder_channels", self.decoder_channels, count=5)
        check_whole("width", self.width)


class TransUNet(nn.Module):
    """From (N, bands, h, w) to logits (N, scores, h, w), sides multiples of 16."""

    output_stride = 16

    def __init__(self, options: TransUNetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        width = options.width
        self.root = nn.Sequential(
            StandardisedConv2d(bands, width, 7, stride=2, padding=3, bias=False),
            _group_norm(width),
            nn.ReLU(inplace=True),
        )
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stages = nn.ModuleList(
            _stage(inputs * width, outputs * width, units=units, stride=1 if outputs == 4 else 2)
            for inputs, outputs, units in zip((1, 4, 8), (4, 8, 16), options.units, strict=True)
        )
        self.embedding = nn.Conv2d(16 * width, options.hidden, 1)
        self.transformer = VisionTransformer(options)
        first, *widths = options.decoder_channels
        self.first = conv_norm_relu(options.hidden, first)
        self.decoder = nn.ModuleList(
            nn.Sequential(conv_norm_relu(below + skip, outputs), conv_norm_relu(outputs, outputs))
            for below, skip, outputs in zip(
                (first, *widths[:-1]), (8 * width, 4 * width, width, 0), widths, strict=True
            )
        )
        self.head = nn.Conv2d(widths[-1], scores, 3, padding=1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = self.root(patches)
        skips = [values]
        values = self.pool(values)
        for stage in self.stages:
            values = stage(values)
            skips.append(values)
        values = self.first(self.transformer(self.embedding(skips.pop()))[-1])
        for stage in self.decoder:
            values = nn.functional.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)
            if len(skips) > 0:
                values = torch.cat([values, skips.pop()], 1)
            values = stage(values)
        logits: Tensor = self.head(values)
        return logits


class StandardisedConv2d(nn.Conv2d):
    """A convolution whose kernels have mean 0 and variance 1, each of an output.

    Qiao et al. (2019), "Micro-batch training with batch-channel normalization and weight standardization".
    """

    def forward(self, values: Tensor) -> Tensor:
        """The convolution with the kernels standardised."""
        variance, mean = torch.var_mean(self.weight, dim=[1, 2, 3], keepdim=True, correction=0)
        kernels = (self.weight - mean) / torch.sqrt(variance + 1e-5)
        convolved: Tensor = self._conv_forward(values, kernels, self.bias)
        return convolved


class Bottleneck(nn.Module):
    """A residual unit of BiT's ResNet: 1 × 1, 3 × 3 and 1 × 1 convolutions, each with group norm.

    He et al. (2016), "Deep residual learning for image recognition", with the norms of Kolesnikov et al.
    (2020), "Big transfer".
    """

    def __init__(self, inputs: int, outputs: int, *, stride: int) -> None:
        super().__init__()
        middle = outputs // 4
        self.branch = nn.Sequential(
            StandardisedConv2d(inputs, middle, 1, bias=False),
            _group_norm(middle),
            nn.ReLU(inplace=True),
            StandardisedConv2d(middle, middle, 3, stride=stride, padding=1, bias=False),
            _group_norm(middle),
            nn.ReLU(inplace=True),
            StandardisedConv2d(middle, outputs, 1, bias=False),
            _group_norm(outputs),
        )
        self.shortcut: nn.Module = nn.Identity()
        if inputs != outputs or stride != 1:
            self.shortcut = nn.Sequential(
                StandardisedConv2d(inputs, outputs, 1, stride=stride, bias=False),
                nn.GroupNorm(outputs, outputs),
            )

    def forward(self, values: Tensor) -> Tensor:
        """The unit's output, (N, outputs, h / stride, w / stride)."""
        return torch.relu(self.shortcut(values) + self.branch(values))


def _stage(inputs: int, outputs: int, *, units: int, stride: int) -> nn.Sequential:
    first = Bottleneck(inputs, outputs, stride=stride)
    return nn.Sequential(first, *(Bottleneck(outputs, outputs, stride=1) for _ in range(units - 1)))


def _group_norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(math.gcd(32, channels), channels, eps=1e-6)


def build_trans_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A TransUNet, convolutions by He's initialisation, for keys that are TransUNetOptions' fields; ModelError on others."""
    module = TransUNet(read_keys(TransUNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    initialise_transformer(module.transformer)
    return module


ARCHITECTURE = Architecture(
    name="TransUNet",
    paper="Chen et al. (2021), TransUNet: transformers make strong encoders for medical image segmentation",
    build=build_trans_unet,
    tile=224,
    published=(
        Published(
            parameters=105_277_081,
            architecture={"name": "TransUNet"},
            bands=3,
            scores=9,
            source="R50-ViT-B_16 of the authors' code (github.com/Beckschen/TransUNet), counted layer by layer",
        ),
        Published(
            parameters=105_276_066,
            architecture={"name": "TransUNet"},
            bands=3,
            scores=2,
            source="Sun et al. (2024), DA-TransUNet, table 3",
        ),
    ),
)
