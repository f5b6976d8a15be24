"""Continuous U-Net: a U-Net whose blocks are second-order ordinary differential equations, integrated over unit time.

Cheng, Runkel, Liu, Chan, Schönlieb and Aviles-Rivero (2023), "Continuous U-Net: faster, greater and noiseless". The
first half of a block's channels is a state z, the second its velocity v: dz/dt = v, dv/dt = f(z, v). Solvers have fixed
steps: those of an adaptive one would follow from all tiles of a batch, and so would the scores of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.encoder import initialise_he
from geounet.models.networks.keys import check_one_of, check_whole, read_keys

SOLVERS = {
    "rk4": [[1 / 3], [-1 / 3, 1.0], [1.0, -1.0, 1.0], [1 / 8, 3 / 8, 3 / 8, 1 / 8]],
    "heun": [[1.0], [1 / 2, 1 / 2]],
    "midpoint": [[1 / 2], [0.0, 1.0]],
    "euler": [[1.0]],
}
"""Explicit Runge-Kutta methods: how much of the changes before it each further one starts from, then those of the step.

`rk4` is Kutta's 3/8 rule, as in torchdiffeq, which the authors use: its solver cannot be exported, this one can.
"""

LEVELS = 4
"""How often the sides are halved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousUnetOptions:
    """The keys of a ContinuousUnet's card; by default those of the authors' code."""

    filters: int = 16
    """Half of the channels at the first level; each level below has twice as many."""
    solver: str = "rk4"
    """One of SOLVERS."""
    solver_steps: int = 1
    """Steps of the solver in a block."""

    def __post_init__(self) -> None:
        check_whole("filters", self.filters)
        check_one_of("solver", self.solver, known=SOLVERS)
        check_whole("solver_steps", self.solver_steps, most=64)


class ContinuousUnet(nn.Module):
    """From (N, bands, h, w) to logits (N, scores, h, w), sides multiples of 16 and at least 32."""

    output_stride = 1 << LEVELS

    def __init__(self, options: ContinuousUnetOptions, *, bands: int, scores: int) -> None:
        super().__init__()
        widths = [2 * options.filters << level for level in range(LEVELS + 1)]
        self.first = nn.Conv2d(bands, options.filters, 1)
        self.velocity = _motion(options.filters, options.filters)
        self.down = nn.ModuleList(SecondOrderBlock(width, options) for width in widths[:-1])
        self.bottom = SecondOrderBlock(widths[-1], options)
        self.widen = nn.ModuleList(nn.Conv2d(width, 2 * width, 1) for width in widths[:-1])
        self.narrow = nn.ModuleList(nn.Conv2d(3 * width, width, 1) for width in widths[-2::-1])
        self.up = nn.ModuleList(SecondOrderBlock(width, options) for width in widths[-2::-1])
        self.head = nn.Conv2d(widths[0], scores, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Logits of a batch."""
        values = self.first(patches)
        values = torch.cat([values, nn.functional.softplus(self.velocity(values))], 1)
        skips: list[Tensor] = []
        for block, widen in zip(self.down, self.widen):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = block(values)
            skips.append(values)
            values = nn.functional.avg_pool2d(nn.functional.softplus(widen(values)), 2)
        values = self.bottom(values)
        for narrow, block in zip(self.narrow, self.up):  # noqa: B905 (TorchScript's zip takes no `strict`)
            values = nn.functional.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)
            values = block(nn.functional.softplus(narrow(torch.cat([values, skips.pop()], 1))))
        logits: Tensor = self.head(values)
        return logits


class SecondOrderBlock(nn.Module):
    """State and velocity (N, channels, h, w) → the same after unit time.

    dz/dt = v, dv/dt = f(z, v), for a learnt f that does not look at the time.
    """

    def __init__(self, channels: int, options: ContinuousUnetOptions) -> None:
        super().__init__()
        self.acceleration = _motion(channels, channels // 2)
        self.rows: list[list[float]] = SOLVERS[options.solver]
        self.steps = options.solver_steps

    def forward(self, values: Tensor) -> Tensor:
        """Where the motion has come to."""
        for _ in range(self.steps):
            changes: list[Tensor] = []
            at = values
            for row in self.rows:
                changes.append(self.change(at))
                at = values
                for share, before in zip(row, changes):  # noqa: B905 (TorchScript's zip takes no `strict`)
                    at = at + share / self.steps * before
            values = at
        return values

    def change(self, values: Tensor) -> Tensor:
        """The derivative of (N, channels, h, w) by time, of the same shape."""
        return torch.cat([values.chunk(2, 1)[1], self.acceleration(values)], 1)


def _motion(inputs: int, outputs: int) -> nn.Sequential:
    """3 × 3 and 1 × 1 convolutions of normed values: what moves states whatever their size.

    The authors' code ends in softplus; an acceleration may have either sign, so here it does not.
    """
    return nn.Sequential(
        _instance_norm(inputs),
        nn.Conv2d(inputs, inputs, 3, padding=1),
        nn.Softplus(),
        _instance_norm(inputs),
        nn.Conv2d(inputs, outputs, 1),
    )


def _instance_norm(channels: int) -> nn.GroupNorm:
    """Instance norm without parameters, as group norm of one channel a group: torch's own cannot always be exported."""
    return nn.GroupNorm(channels, channels, affine=False)


def build_continuous_unet(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A ContinuousUnet by He's initialisation, for keys that are ContinuousUnetOptions' fields; ModelError on others."""
    module = ContinuousUnet(read_keys(ContinuousUnetOptions, architecture), bands=bands, scores=scores)
    initialise_he(module)
    return module


ARCHITECTURE = Architecture(
    name="ContinuousUnet",
    paper="Cheng, Runkel, Liu, Chan, Schönlieb, Aviles-Rivero (2023), Continuous U-Net: faster, greater and noiseless",
    build=build_continuous_unet,
    published=(
        Published(
            parameters=4_804_513,
            architecture={"name": "ContinuousUnet"},
            bands=3,
            scores=1,
            source="ConvSODEUNet of the authors' code with 16 filters, counted layer by layer; its blocks learn both "
            "derivatives, ours acceleration alone, as in the paper: 218,848 fewer",
            tolerance=218_848 / 4_804_513,
        ),
    ),
)
