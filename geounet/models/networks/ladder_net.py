"""LadderNet: U-Nets one after the other, each level of one bound to the same level of the next, with shared kernels.

Zhuang (2018), "LadderNet: multi-path networks based on U-Net for medical image segmentation". The author's code has blocks
with two batch norms round their one kernel (LadderNetv64), as the paper describes them, and without (LadderNetv65, which
his training script takes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.blocks import up_convolution
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_one_of, check_share, check_whole, read_keys

NORMS = ("batch", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderNetOptions:
    """The keys of a LadderNet's card; by default what the author trained on retinal vessels."""

    channels: int = 10
    """Of the first level; each level below has twice as many."""
    depth: int = 4
    """How many times the sides are halved."""
    unets: int = 2
    """How many U-Nets follow one another."""
    dropout: float = 0.25
    """Share of a block's channels that is dropped in training."""
    norm: str = "batch"
    """`batch` or `none`. Without norms, He's initialisation begins with logits in the hundreds: train gently."""

    def __post_init__(self) -> None:
        check_whole("channels", self.channels)
        check_whole("depth", self.depth, most=8)
        check_whole("unets", self.unets, most=8)
        check_share("dropout", self.dropout)
        check_one_of("norm", self.norm, known=NORMS)


class QuietNorm(nn.BatchNorm2d):
    """A batch norm that gives nothing to begin with, so that its block begins as the identity.

    Goyal et al. (2017), "Accurate, large minibatch SGD". Else the many sums of a ladder begin with logits in the hundreds.
    """

    def reset_parameters(self) -> None:
        """Begin anew."""
        super().reset_parameters()
        nn.init.zeros_(self.weight)


class SharedResidual(nn.Module):
    """A residual block whose two convolutions are one: it has two turns, each with a norm of its own.

    Whole channels are dropped between the turns.
    """

    def __init__(self, channels: int, options: LadderNetOptions) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        normed = options.norm == "batch"
        self.first = nn.BatchNorm2d(channels) if normed else nn.Identity()
        self.second = QuietNorm(channels) if normed else nn.Identity()
        self.dropout = nn.Dropout2d(options.dropout)

    def forward(self, values: Tensor) -> Tensor:
        """Values of the same shape."""
        turned = self.dropout(nn.functional.relu(self.first(self.conv(values))))
        return nn.functional.relu(self.second(self.conv(turned)) + values)


class Side(nn.Module):
    """One U-Net of the ladder, whose skips are sums."""

    def __init__(self, options: LadderNetOptions) -> None:
        super().__init__()
        widths = [options.channels << level for level in range(options.depth + 1)]
        upwards = widths[-2::-1]
        self.down = nn.ModuleList(SharedResidual(width, options) for width in widths[:-1])
        self.shrink = nn.ModuleList(nn.Conv2d(i, o, 3, stride=2, padding=1) for i, o in pairwise(widths))
        self.bottom = SharedResidual(widths[-1], options)
        self.grow = nn.ModuleList(up_convolution(2 * width, width, size=3) for width in upwards)
        self.up = nn.ModuleList(SharedResidual(width, options) for width in upwards)

    def forward(self, values: Tensor, rungs: list[Tensor]) -> list[Tensor]:
        """What this U-Net gives at each level, from the coarsest to the finest.

        `rungs` is the same of the U-Net before, each added on the way down; empty for the first U-Net.
        """
        skips: list[Tensor] = []
        for block, shrink in zip(self.down, self.shrink):  # noqa: B905 (TorchScript's zip takes no `strict`)
            if rungs:
                values = values + rungs[len(rungs) - 1 - len(skips)]
            values = block(values)
            skips.append(values)
            values = nn.functional.relu(shrink(values))
        given = [self.bottom(values)]
        for grow, block in zip(self.grow, self.up):  # noqa: B905 (TorchScript's zip takes no `strict`)
            given.append(block(grow(given[-1]) + skips.pop()))
        return given


class LadderNet(nn.Module):
    """The network of the paper, to logits (N, scores, h, w); sides are multiples of 2 ** depth."""

    def __init__(self, options: LadderNetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        channels = options.channels
        self.output_stride = 1 << options.depth
        first = nn.Sequential(nn.Conv2d(bands, channels, 3, padding=1), nn.ReLU(inplace=True))
        between = (SharedResidual(channels, options) for _ in range(options.unets - 1))
        self.entries = nn.ModuleList([first, *between])
        self.sides = nn.ModuleList(Side(options) for _ in range(options.unets))
        self.head = nn.Conv2d(channels, scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = patches
        rungs: list[Tensor] = []
        for entry, side in zip(self.entries, self.sides):  # noqa: B905 (TorchScript's zip takes no `strict`)
            rungs = side(entry(values), rungs)
            values = rungs[-1]
        logits: Tensor = self.head(values)
        return logits


def build_ladder_net(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A LadderNet by He's initialisation, for keys that are LadderNetOptions' fields; ModelError on others."""
    module = LadderNet(read_keys(LadderNetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="LadderNet",
    paper="Zhuang (2018), LadderNet: multi-path networks based on U-Net for medical image segmentation",
    build=build_ladder_net,
    published=(
        Published(
            parameters=1_381_652,
            architecture={"name": "LadderNet", "norm": "none"},
            bands=1,
            scores=2,
            source="the author's LadderNetv65 as his training script builds it (juntang-zhuang/LadderNet), counted by hand "
            "from its layers; the paper names no figure",
        ),
    ),
)
