"""What an architecture costs and sees, measured on its default card."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from geounet.models.networks.architecture import Architecture
from geounet.models.networks.default_card import default_card
from geounet.models.networks.reach import receptive_field, smallest_tile
from geounet.models.networks.registry import build, find_architecture, network_stride


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """An architecture's figures, for its default card."""

    name: str
    paper: str
    """Authors (year), title."""
    parameters: int
    """Numbers that training changes."""
    gflop_per_mpx: float
    """10⁹ floating-point operations, two a multiplication and addition, for 10⁶ pixels of tiles of the default side."""
    receptive_field: int | None
    """Pixels along a side that an output pixel depends on; None for the whole tile."""
    stride: int
    """What sides and origins of its tiles are multiples of."""
    smallest_tile: int
    """Side in pixels."""
    tile: int
    """Side of the default card's tiles, in pixels."""
    axes: str | None
    """`time` or `depth`, of volumes."""
    steps: int
    """Dates or slices of the default card."""
    extra: str | None
    """The extra of this package that it needs."""


def figures(name: str) -> Figures:
    """Build an architecture from its default card, and measure it.

    Raises ModelError on an unknown name, and MissingDependencyError where its extra is not installed.
    """
    architecture = find_architecture(name)
    return measured(architecture, default_network(architecture))


def default_network(architecture: Architecture) -> nn.Module:
    """The network of the default card; its weights are random and always the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(default_card(architecture))


def measured(architecture: Architecture, module: nn.Module) -> Figures:
    """The figures of an architecture whose default network this is; it is left in evaluation mode."""
    channels = channels_of(architecture)
    return Figures(
        name=architecture.name,
        paper=architecture.paper,
        parameters=count_parameters(module),
        gflop_per_mpx=count_flops(module, channels, side=architecture.tile) / architecture.tile**2 / 1e3,
        receptive_field=receptive_field(module, channels),
        stride=network_stride(module),
        smallest_tile=smallest_tile(module, channels),
        tile=architecture.tile,
        axes=architecture.axes,
        steps=architecture.steps,
        extra=architecture.extra,
    )


def channels_of(architecture: Architecture) -> int:
    """Channels of the default card's patches: its bands, of each date or slice."""
    return default_card(architecture).channels


def count_parameters(module: nn.Module) -> int:
    """Numbers that training changes; those that layers share count once."""
    return sum(parameter.numel() for parameter in module.parameters())


def count_flops(module: nn.Module, channels: int, *, side: int) -> int:
    """Floating-point operations of convolutions and matrix products for one tile: two a multiplication and addition."""
    attention = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu  # noqa: SLF001 (torch counts that of GPUs alone)
    counter = FlopCounterMode(display=False, custom_mapping={attention: _attention_flops})
    with torch.inference_mode(), counter:
        module.eval()(torch.zeros(1, channels, side, side))
    return int(counter.get_total_flops())


def _attention_flops(query: torch.Size, key: torch.Size, value: torch.Size, *_: object, **__: object) -> int:
    """What torch counts for the same attention on a GPU."""
    return int(sdpa_flop_count(query, key, value))  # type: ignore[no-untyped-call]  # torch's own
