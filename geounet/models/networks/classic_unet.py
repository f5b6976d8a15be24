"""U-Net as it was published: plain pairs of convolutions, no norm, valid or mirrored at the border.

Ronneberger, Fischer and Brox (2015), "U-Net: convolutional networks for biomedical image segmentation".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import (
    ContractingPath,
    centre,
    mirrored,
    mirrored_conv_relu,
    up_convolution,
)
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_one_of, check_share, check_whole, read_keys

PADDINGS = ("mirror", "valid")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicUnetOptions:
    """The keys of a ClassicUnet's card; by default the paper's."""

    channels: int = 64
    """Of the first level; each level below has twice as many."""
    depth: int = 4
    """How many times the sides are halved."""
    dropout: float = 0.5
    """Share of values that is dropped in training at the end of the contracting path: at the bottleneck, and at the
    level above, for its skip too, as in the network that the authors released."""
    padding: str = "mirror"
    """`valid`: convolutions see no border, the tile is given mirrored context instead, as in the paper; `mirror`: each
    convolution mirrors its own input by a pixel, for 0.6 of the work on a tile of 256."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels)
        check_whole("depth", self.depth, most=8)
        check_share("dropout", self.dropout)
        check_one_of("padding", self.padding, known=PADDINGS)


class ClassicUnet(nn.Module):
    """The network of the paper: from (N, bands, h, w) to logits (N, scores, h, w), sides multiples of 2 ** depth."""

    def __init__(self, options: ClassicUnetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        self.output_stride = 1 << options.depth
        self.context = valid_context(options.depth) if options.padding == "valid" else 0
        """Pixels on each side of a tile that are mirrored before it goes in."""
        pad = 0 if options.padding == "valid" else 1
        inputs = [bands, *widths[:-1]]
        down = [_pair(i, o, padding=pad) for i, o in zip(inputs, widths, strict=True)]
        for level in down[-2:]:
            level.append(nn.Dropout(options.dropout))
        self.down = ContractingPath(down)
        self.up = nn.ModuleList(up_convolution(2 * width, width) for width in widths[-2::-1])
        self.merge = nn.ModuleList(_pair(2 * width, width, padding=pad) for width in widths[-2::-1])
        self.head = nn.Conv2d(widths[0], scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        levels = self.down(mirrored(patches, self.context) if self.context else patches)
        values = levels.pop()
        for up, pair in zip(self.up, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = up(values)
            values = pair(torch.cat([centre(levels.pop(), values), values], 1))
        return centre(self.head(values), patches)


def valid_context(depth: int) -> int:
    """The context that valid convolutions take off each side of a tile, and 2 more: then every halving is of an even side.

    In all, 12 · 2 ** depth − 8 pixels are lost, 184 in the paper: 572 in, 388 out.
    """
    return 6 * (1 << depth) - 2


def _pair(inputs: int, outputs: int, *, padding: int) -> nn.Sequential:
    first, second = (mirrored_conv_relu(count, outputs, padding=padding) for count in (inputs, outputs))
    return nn.Sequential(*first, *second)


def build_classic_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A ClassicUnet by He's initialisation, for keys that are ClassicUnetOptions' fields; ModelError on others."""
    module = ClassicUnet(read_keys(ClassicUnetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="ClassicUnet",
    paper="Ronneberger, Fischer, Brox (2015), U-Net: convolutional networks for biomedical image segmentation",
    build=build_classic_unet,
    published=(
        Published(
            parameters=31_030_593,
            architecture={"name": "ClassicUnet"},
            bands=1,
            scores=1,
            source="the paper's figure 1, counted by hand; the same as U-Net's in EdgeAttNet (2025)",
        ),
    ),
)
