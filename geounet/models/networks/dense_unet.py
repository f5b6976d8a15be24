"""A U-Net of dense blocks: each layer of a block sees what all layers before it gave.

Jégou, Drozdzal, Vazquez, Romero and Bengio (2017), "The one hundred layers tiramisu: fully convolutional DenseNets for
semantic segmentation": FC-DenseNet103 by default, and FC-DenseNet67 and 56 by their keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import norm_relu_conv, up_convolution
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_share, check_whole, read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseUnetOptions:
    """The keys of a DenseUnet's card; by default FC-DenseNet103's."""

    layers: tuple[int, ...] = (4, 5, 7, 10, 12, 15)
    """Layers of the block of each level, from the finest to the bottleneck; the sides are halved between them."""
    growth: int = 16
    """Channels that each layer gives."""
    channels: int = 48
    """Of the first convolution."""
    dropout: float = 0.2
    """Share of a layer's values that is dropped in training."""

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple) or not 2 <= len(self.layers) <= 9:
            raise ModelError(f"architecture's layers are {self.layers!r}; expected a list of 2 to 9 numbers")
        for count in self.layers:
            check_whole("layers", count, most=64)
        check_whole("growth", self.growth)
        check_whole("channels", self.channels)
        check_share("dropout", self.dropout)


class DenseBlock(nn.Module):
    """Layers that each see the block's input and what all layers before gave, side by side."""

    def __init__(self, inputs: int, *, layers: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            norm_relu_conv(inputs + growth * layer, growth).append(nn.Dropout(dropout))
            for layer in range(layers)
        )

    def forward(self, values: Tensor) -> Tensor:
        """What its layers gave (N, layers · growth, h, w), without its input."""
        seen = [values]
        for layer in self.layers:
            seen.append(layer(torch.cat(seen, 1)))
        return torch.cat(seen[1:], 1)


class DenseUnet(nn.Module):
    """The network of the paper, to logits (N, scores, h, w); sides are multiples of 2 ** (levels − 1).

    On the way up only what a block's own layers gave goes on: with their inputs, channels would grow at full resolution.
    """

    def __init__(self, options: DenseUnetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        growth, drop = options.growth, options.dropout
        *layers, bottom = options.layers
        self.output_stride = 1 << len(layers)
        self.first = nn.Conv2d(bands, options.channels, 3, padding=1)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        self.grow, self.up = nn.ModuleList(), nn.ModuleList()
        seen, skips = options.channels, []
        for count in layers:
            self.down.append(DenseBlock(seen, layers=count, growth=growth, dropout=drop))
            seen += growth * count
            skips.append(seen)
            self.shrink.append(norm_relu_conv(seen, seen, size=1).append(nn.Dropout(drop)))
        self.bottom = DenseBlock(seen, layers=bottom, growth=growth, dropout=drop)
        given = growth * bottom
        for count, skip in zip(reversed(layers), reversed(skips), strict=True):
            self.grow.append(up_convolution(given, given, size=3))
            self.up.append(DenseBlock(given + skip, layers=count, growth=growth, dropout=drop))
            seen, given = given + skip, growth * count
        self.head = nn.Conv2d(seen + given, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = self.first(patches)
        skips: list[Tensor] = []
        for block, shrink in zip(self.down, self.shrink):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = torch.cat([values, block(values)], 1)
            skips.append(values)
            values = nn.functional.max_pool2d(shrink(values), 2)
        given = self.bottom(values)
        for grow, block in zip(self.grow, self.up):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = torch.cat([grow(given), skips.pop()], 1)
            given = block(values)
        logits: Tensor = self.head(torch.cat([values, given], 1))
        return logits


def build_dense_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A DenseUnet by He's initialisation, for keys that are DenseUnetOptions' fields; ModelError on others."""
    module = DenseUnet(read_keys(DenseUnetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="DenseUnet",
    paper="Jégou, Drozdzal, Vazquez, Romero, Bengio (2017), The one hundred layers tiramisu: fully convolutional DenseNets",
    build=build_dense_unet,
    published=(
        Published(
            parameters=9_425_163,
            architecture={"name": "DenseUnet"},
            bands=3,
            scores=11,
            source="the authors' code (SimJeg/FC-DenseNet), counted layer by layer, which is the paper's 9.4 M of "
            "FC-DenseNet103: 103,072 of it are the norms' running means and variances, ours has all others",
            tolerance=103_072 / 9_425_163,
        ),
        Published(
            parameters=3_502_923,
            architecture={"name": "DenseUnet", "layers": [5, 5, 5, 5, 5, 5]},
            bands=3,
            scores=11,
            source="the same of FC-DenseNet67, the paper's 3.5 M: 39,680 are running means and variances",
            tolerance=39_680 / 3_502_923,
        ),
    ),
)
