"""TernausNet: a U-Net over the convolutions of VGG11, whose decoder's stages end in transposed convolutions.

Iglovikov and Shvets (2018), "TernausNet: U-Net with VGG11 encoder pre-trained on ImageNet for image segmentation". The
encoder is smp's; the decoder is that of the authors' code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_one_of, check_whole, read_keys
from geounet.models.torchvision_ops import declare_missing_operators

ENCODERS = ("vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn")
"""smp's of the kind; the first is the paper's."""

STAGES = ((8, 16, 8), (8, 16, 4), (4, 8, 2), (2, 4, 1))
"""Channels that come from below, in the middle, and of the output of the decoder's stages, in multiples of `filters`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TernausNetOptions:
    """The keys of a TernausNet's card; by default the paper's."""

    encoder: str = "vgg11"
    """One of ENCODERS."""
    filters: int = 32
    """Of the decoder's last stage; those before have multiples."""

    def __post_init__(self) -> None:
        check_one_of("encoder", self.encoder, known=ENCODERS)
        check_whole("filters", self.filters)


class TernausNet(nn.Module):
    """From (N, bands, h, w) to logits (N, scores, h, w), sides multiples of 32."""

    def __init__(self, options: TernausNetOptions, *, bands: int, scores: int) -> None:
        declare_missing_operators()
        import segmentation_models_pytorch as smp

        super().__init__()
        with torch.device(
            "meta"
        ):  # VGG fills a classifier of 124 M weights first, and smp takes it off again
            encoder = smp.encoders.get_encoder(options.encoder, in_channels=bands, weights=None)
        self.encoder = encoder.to_empty(device="cpu")
        skips, filters = list(self.encoder.out_channels), options.filters
        self.centre = _stage(skips.pop(), middle=16 * filters, outputs=8 * filters)
        self.up = nn.ModuleList(
            _stage(skips.pop() + below * filters, middle=middle * filters, outputs=outputs * filters)
            for below, middle, outputs in STAGES
        )
        self.last = _conv_relu(skips.pop() + filters, filters)
        self.head = nn.Conv2d(filters, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        features = self.encoder(patches)
        values = self.centre(features[-1])
        skip = len(features) - 2
        for stage in self.up:
            values = stage(torch.cat([values, features[skip]], 1))
            skip -= 1
        logits: Tensor = self.head(self.last(torch.cat([values, features[0]], 1)))
        return logits


def _conv_relu(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True))


def _stage(inputs: int, *, middle: int, outputs: int) -> nn.Sequential:
    """A convolution and a transposed one, to twice the sides, each with ReLU.

    A transposed 3 × 3 convolution of stride 2 sums over 9 / 4 taps of each input for a pixel, on average: its fan-in.
    """
    up = nn.ConvTranspose2d(middle, outputs, 3, stride=2, padding=1, output_padding=1)
    nn.init.normal_(up.weight, std=(2 / (middle * 9 / 4)) ** 0.5)
    nn.init.zeros_(up.bias)  # type: ignore[arg-type]  # torch's type allows for layers without
    return nn.Sequential(_conv_relu(inputs, middle), up, nn.ReLU(inplace=True))


def build_ternaus_net(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A TernausNet by He's initialisation, for keys that are TernausNetOptions' fields; ModelError on others."""
    module = TernausNet(read_keys(TernausNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="TernausNet",
    paper="Iglovikov, Shvets (2018), TernausNet: U-Net with VGG11 encoder pre-trained on ImageNet for image segmentation",
    build=build_ternaus_net,
    options={"encoder": "vgg11"},
    published=(
        Published(
            parameters=22_927_393,
            architecture={"name": "TernausNet", "encoder": "vgg11"},
            bands=3,
            scores=1,
            source="UNet11 of the authors' code (github.com/ternaus/TernausNet), counted layer by layer",
        ),
    ),
)
