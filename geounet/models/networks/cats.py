"""CATS: a U-Net's encoder and a vision transformer beside one another, their maps summed at every level.

Li, Hu, Liu, Wang and Oguz (2022), "CATS: complementary CNN and transformer encoders for segmentation", over two dimensions
instead of three. The transformer sees patches of 16 × 16 pixels; its maps are taken a quarter of its layers apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import ContractingPath, up_convolution
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, check_wholes, read_keys
from geounet.models.networks.vision_transformer import (
    TransformerOptions,
    VisionTransformer,
    initialise_transformer,
)

PATCH = 16
"""Side of a transformer's patch, and the convolutions' stride at their coarsest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CATSOptions(TransformerOptions):
    """The keys of a CATS's card; by default those of the authors' code."""

    grid: int = 16
    """As any transformer's, for tiles of 256."""
    features: tuple[int, ...] = (32, 32, 64, 128, 256, 32)
    """Channels of the five levels, and of the decoder's last stage."""

    def __post_init__(self) -> None:
        TransformerOptions.__post_init__(self)
        check_wholes("features", self.features, count=6)
        check_whole("layers", self.layers, least=4)


class CATS(nn.Module):
    """From (N, bands, h, w) to logits (N, scores, h, w), sides multiples of 16 and at least 32."""

    output_stride = PATCH

    def __init__(self, options: CATSOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        *widths, last = options.features
        self.convolutions = ContractingPath(_pair(i, o) for i, o in pairwise((bands, *widths)))
        self.embedding = nn.Conv2d(bands, options.hidden, PATCH, stride=PATCH)
        self.transformer = VisionTransformer(options, bias=False)
        self.taken = [options.layers // 4 * quarter for quarter in (1, 2, 3)]
        """Layers whose maps are taken, counted from 0, beside the last."""
        self.lift = nn.ModuleList(
            _lift(options.hidden, width, doublings=doublings)
            for width, doublings in zip(widths[1:], (3, 2, 1, 0), strict=True)
        )
        self.up = nn.ModuleList(up_convolution(below, below // 2) for below in widths[:1:-1])
        self.up.append(up_convolution(widths[1], widths[1]))
        self.merge = nn.ModuleList(
            _pair(below // 2 + skip, skip) for below, skip in zip(widths[:1:-1], widths[-2:0:-1], strict=True)
        )
        self.merge.append(_pair(widths[1] + widths[0], last))
        self.head = nn.Conv2d(last, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        seen = self.transformer(self.embedding(patches))
        maps = [seen[self.taken[0]], seen[self.taken[1]], seen[self.taken[2]], seen[-1]]
        levels = self.convolutions(patches)
        for level, lift in enumerate(self.lift):
            levels[level + 1] = levels[level + 1] + lift(maps[level])
        values = levels.pop()
        for up, pair in zip(self.up, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = pair(torch.cat([levels.pop(), up(values)], 1))
        logits: Tensor = self.head(values)
        return logits


class ResidualPair(nn.Module):
    """Two 3 × 3 convolutions, each with batch norm and ReLU, added to what goes in, of `inputs` channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for count in (inputs, outputs):
            layers += [
                nn.Conv2d(count, outputs, 3, padding=1),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            ]
        self.branch = nn.Sequential(*layers)
        self.shortcut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, values: Tensor) -> Tensor:
        """The sum of both ways."""
        summed: Tensor = self.branch(values) + self.shortcut(values)
        return summed


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    """Two 3 × 3 convolutions, each with instance norm and leaky ReLU."""
    layers: list[nn.Module] = []
    for count in (inputs, outputs):
        norm = nn.InstanceNorm2d(outputs, affine=True)
        layers += [nn.Conv2d(count, outputs, 3, padding=1), norm, nn.LeakyReLU(0.1, inplace=True)]
    return nn.Sequential(*layers)


def _lift(hidden: int, width: int, *, doublings: int) -> nn.Sequential:
    """A transformer's map at the sides and channels of a level."""
    inputs = [hidden, *[width] * (doublings - 1)][:doublings]
    last = ResidualPair(width if doublings else hidden, width)
    return nn.Sequential(*(up_convolution(count, width) for count in inputs), last)


def build_cats(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A CATS, its convolutions by He's initialisation, for keys that are CATSOptions' fields; ModelError on others."""
    module = CATS(read_keys(CATSOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    initialise_transformer(module.transformer)
    return module


ARCHITECTURE = Architecture(
    name="CATS",
    paper="Li, Hu, Liu, Wang, Oguz (2022), CATS: complementary CNN and transformer encoders for segmentation",
    build=build_cats,
    published=(
        Published(
            parameters=91_453_762,
            architecture={"name": "CATS"},
            bands=3,
            scores=2,
            source="the authors' code (github.com/HaoLi12345/CATS) over two dimensions and a tile of 256, counted from "
            "MONAI's layers, less the three residual units (111,360) that its forward pass leaves out",
        ),
    ),
)
