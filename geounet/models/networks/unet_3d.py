"""U-Net of volumes: a stack of dates or slices seen by three-dimensional convolutions.

Çiçek, Abdulkadir, Lienkamp, Brox and Ronneberger (2016), "3D U-Net: learning dense volumetric segmentation from sparse
annotation". Convolutions are padded here, as they are of no use on stacks of a few dates otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.keys import check_whole, read_keys
from geounet.models.networks.volumes import Volumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unet3DOptions:
    """The keys of a Unet3D's card; by default the paper's."""

    steps: int = 8
    """Dates or slices; a card's `axes` says how many."""
    channels: int = 32
    """Of the first convolution; the second of each level has twice as many, and so has the level below."""
    depth: int = 3
    """How many times the sides are halved."""
    halvings: int | None = None
    """At how many of these levels, from the first on, dates are halved with the sides; None for all, as in the paper."""

    def __post_init__(self) -> None:
        check_whole("steps", self.steps)
        check_whole("channels", self.channels)
        check_whole("depth", self.depth, most=8)
        if self.halvings is not None:
            check_whole("halvings", self.halvings, least=0, most=self.depth)

    @property
    def factors(self) -> list[tuple[int, int, int]]:
        """By how much each level's (dates, rows, columns) are divided for the next."""
        halvings = self.depth if self.halvings is None else self.halvings
        return [(2 if level < halvings else 1, 2, 2) for level in range(self.depth)]

    @property
    def multiple(self) -> int:
        """What the number of dates must be a multiple of."""
        return 1 << sum(factor == 2 for factor, _, _ in self.factors)


class Unet3D(nn.Module):
    """The network of the paper: from (N, bands, t, h, w) to logits (N, scores, t, h, w)."""

    def __init__(self, options: Unet3DOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(1, options.depth + 2)]
        inputs = [bands, *widths[:-1]]
        halve = [nn.Identity(), *(nn.MaxPool3d(factor, factor) for factor in options.factors)]
        self.down = nn.ModuleList(
            nn.Sequential(pool, _pair(i, o // 2, o)) for pool, i, o in zip(halve, inputs, widths, strict=True)
        )
        below = list(zip(widths[-2::-1], widths[:0:-1], options.factors[::-1], strict=True))
        self.up = nn.ModuleList(
            nn.ConvTranspose3d(wide, wide, factor, stride=factor) for _, wide, factor in below
        )
        self.merge = nn.ModuleList(_pair(wide + width, width, width) for width, wide, _ in below)
        self.head = nn.Conv3d(widths[0], scores, 1)

    def forward(self, volumes: Tensor) -> Tensor:
        """Logits of a batch of volumes."""
        levels: list[Tensor] = []
        values = volumes
        for level in self.down:
            values = level(values)
            levels.append(values)
        levels.pop()
        for up, pair in zip(self.up, self.merge):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = pair(torch.cat([levels.pop(), up(values)], 1))
        logits: Tensor = self.head(values)
        return logits


def _pair(inputs: int, middle: int, outputs: int) -> nn.Sequential:
    """Two 3 × 3 × 3 convolutions, each with batch norm and ReLU; channels are doubled before sides are halved."""
    layers: list[nn.Module] = []
    for before, after in ((inputs, middle), (middle, outputs)):
        layers += [
            nn.Conv3d(before, after, 3, padding=1, bias=False), nn.BatchNorm3d(after), nn.ReLU(inplace=True),
        ]  # fmt: skip
    return nn.Sequential(*layers)


def build_unet_3d(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A Unet3D by He's initialisation, for keys that are Unet3DOptions' fields; ModelError on others.

    It takes patches (N, steps · bands, h, w), date by date, and gives logits (N, scores, h, w).
    """
    options = read_keys(Unet3DOptions, architecture)
    network = Unet3D(options, bands=bands, scores=scores)
    for layer in network.modules():
        if isinstance(layer, nn.Conv3d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return Volumes(
        network, bands=bands, steps=options.steps, multiple=options.multiple, stride=1 << options.depth
    )


ARCHITECTURE = Architecture(
    name="Unet3D",
    paper="Çiçek, Abdulkadir, Lienkamp, Brox, Ronneberger (2016), 3D U-Net: learning dense volumetric segmentation from "
    "sparse annotation",
    build=build_unet_3d,
    tile=128,
    axes="time",
    steps=8,
    published=(
        Published(
            parameters=19_069_955,
            architecture={"name": "Unet3D"},
            bands=3,
            scores=3,
            source="section 2 of the paper, which is every kernel, and a bias of each convolution but the up-convolutions; "
            "ours have a bias where no norm follows, and norms a scale and a shift: 3,232 more",
            tolerance=2e-4,
        ),
    ),
)
