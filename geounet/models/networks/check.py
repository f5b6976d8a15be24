"""Whether an architecture works: its default network on one tile, forward and back."""

from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional

from geounet.errors import ModelError
from geounet.models.networks.architecture import Architecture
from geounet.models.networks.figures import Figures, channels_of, default_network, measured
from geounet.models.networks.registry import find_architecture


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An architecture that works."""

    figures: Figures
    forward_s: float
    """Seconds from a tile to its logits, in training, on the CPU."""
    backward_s: float
    """Seconds from a loss to the gradients."""
    idle: int
    """Parameters that get no gradient: of stages that the network leaves out."""


def check(name: str) -> Checked:
    """Build an architecture from its default card, run a tile forward and back, and measure it.

    Raises ModelError where it is not known, or gives logits or gradients that are not finite or of another size, and
    MissingDependencyError where its extra is not installed.
    """
    architecture = find_architecture(name)
    module = default_network(architecture)
    forward, backward = _forth_and_back(architecture, module)
    idle = sum(p.numel() for p in module.parameters() if p.grad is None)
    module.zero_grad(set_to_none=True)
    return Checked(figures=measured(architecture, module), forward_s=forward, backward_s=backward, idle=idle)


def _forth_and_back(architecture: Architecture, module: nn.Module) -> tuple[float, float]:
    """Seconds of a pass forward and of one back; the network's parameters have gradients then."""
    side = architecture.tile
    seeded = torch.Generator().manual_seed(2)
    tile = torch.randn(1, channels_of(architecture), side, side, generator=seeded)
    started = perf_counter()
    logits: Tensor = module.train()(tile)
    forward = perf_counter() - started
    _require(architecture.name, logits, side=side)
    labels = torch.randint(0, 2, (1, side, side), generator=seeded)
    started = perf_counter()
    functional.cross_entropy(logits, labels).backward()  # type: ignore[no-untyped-call]  # torch's own
    backward = perf_counter() - started
    for key, parameter in module.named_parameters():
        if parameter.grad is not None and not bool(parameter.grad.isfinite().all()):
            raise ModelError(
                f"architecture {architecture.name}: the gradient of {key} is not finite; mend its initialisation"
            )
    return forward, backward


def _require(name: str, logits: Tensor, *, side: int) -> None:
    expected = (1, 2, side, side)
    if tuple(logits.shape) != expected:
        raise ModelError(
            f"architecture {name} gives logits {tuple(logits.shape)}; expected {expected}: mend its builder"
        )
    if not bool(logits.isfinite().all()):
        raise ModelError(f"architecture {name} gives logits that are not finite; mend its initialisation")
