"""Attention U-Net: what skips bring is weighed, pixel by pixel, by what the decoder looks for.

Oktay, Schlemper, Le Folgoc et al. (2018), "Attention U-Net: learning where to look for the pancreas". Its network is 3D,
and its gates compare at the decoder's coarser grid; this is the 2D network that the name has come to mean (LeeJunHyun's
Image_Segmentation, and MONAI's), whose gates compare at the skip's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import ContractingPath, conv_norm, double_conv, upsample_conv
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_whole, read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionUnetOptions:
    """The keys of an AttentionUnet's card."""

    channels: int = 64
    """Of the first level; each level below has twice as many. Even."""
    depth: int = 4
    """How many times the sides are halved."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels, least=2, multiple=2)
        check_whole("depth", self.depth, most=8)


class AttentionGate(nn.Module):
    """Additive attention: sigmoid(ψ(ReLU(W g + V x))), a coefficient a pixel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gating = conv_norm(channels, channels // 2, size=1, bias=True)
        self.skip = conv_norm(channels, channels // 2, size=1, bias=True)
        self.psi = conv_norm(channels // 2, 1, size=1, bias=True)

    def forward(self, gating: Tensor, skip: Tensor) -> Tensor:
        """Coefficients (N, 1, h, w) in 0 … 1, of the decoder's and the skip's values (N, channels, h, w)."""
        both = torch.relu(self.gating(gating) + self.skip(skip))
        coefficients: Tensor = self.psi(both)
        return coefficients.sigmoid()


class AttentionUnet(nn.Module):
    """A U-Net with batch norm and gated skips, to logits (N, scores, h, w); sides are multiples of 2 ** depth."""

    def __init__(self, options: AttentionUnetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        upwards = widths[-2::-1]
        self.output_stride = 1 << options.depth
        self.down = ContractingPath(double_conv(i, o, bias=True) for i, o in pairwise([bands, *widths]))
        self.up = nn.ModuleList(upsample_conv(2 * width, width, bias=True) for width in upwards)
        self.gates = nn.ModuleList(AttentionGate(width) for width in upwards)
        self.merge = nn.ModuleList(double_conv(2 * width, width, bias=True) for width in upwards)
        self.head = nn.Conv2d(options.channels, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        skips = self.down(patches)
        values = skips.pop()
        for up, gate, merge in zip(self.up, self.gates, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values, skip = up(values), skips.pop()
            values = merge(torch.cat([skip * gate(values, skip), values], 1))
        logits: Tensor = self.head(values)
        return logits


def build_attention_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """An AttentionUnet by He's initialisation, for keys that are AttentionUnetOptions' fields; ModelError on others."""
    module = AttentionUnet(read_keys(AttentionUnetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="AttentionUnet",
    paper="Oktay, Schlemper, Le Folgoc et al. (2018), Attention U-Net: learning where to look for the pancreas",
    build=build_attention_unet,
    published=(
        Published(
            parameters=34_878_573,
            architecture={"name": "AttentionUnet"},
            bands=3,
            scores=1,
            source="LeeJunHyun/Image_Segmentation, AttU_Net; the paper's own network, in 3D, has 6.40 M",
        ),
    ),
)
