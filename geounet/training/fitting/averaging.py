"""An average of a network's weights over its steps: exponential (EMA), then equal over the run's end (SWA)."""

import copy
import itertools
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from geounet.training.config.optimizer import OptimizerConfig


class Average(nn.Module):
    """The average, as a network.

    Norms' statistics are averaged as weights are, not measured anew: over so few steps, the networks are alike.
    """

    def __init__(self, network: nn.Module, o: OptimizerConfig) -> None:
        super().__init__()
        self.module = copy.deepcopy(network).requires_grad_(requires_grad=False)
        self.decay, self.swa = o.average, o.swa
        self.swa_from: int | None = None
        """Steps before the first that is averaged equally."""

    @torch.no_grad()
    def update(self, network: nn.Module, step: int, *, progress: float) -> None:
        """Take a step's weights in: the `step`th, counted from 1, at whose end `progress` of the run is over."""
        if self.swa_from is None and self.swa and progress > 1 - self.swa:
            self.swa_from = step - 1
        share = self.share(step)
        floats, others = _paired(self.module, network)
        torch._foreach_lerp_(*floats, share)
        if others[0]:  # batch norms' counters
            torch._foreach_copy_(*others)

    def share(self, step: int) -> float:
        """What the `step`th weights are of the average: of n, one n-th; of a moving one, at least 1 − decay.

        A moving average's memory grows to `decay`, so that the first steps are soon forgotten; its first is a copy.
        """
        if self.swa_from is not None:
            return 1 / (step - self.swa_from)
        before = step - 1
        return 1 - min(self.decay, (1 + before) / (10 + before)) if before else 1.0


def _paired(
    average: nn.Module, network: nn.Module
) -> tuple[tuple[list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]]:
    """Tensors of the average and of the network: those of floats, and the others."""
    floats: tuple[list[Tensor], list[Tensor]] = ([], [])
    others: tuple[list[Tensor], list[Tensor]] = ([], [])
    for mine, theirs in zip(_tensors(average), _tensors(network), strict=True):
        averages, currents = floats if mine.is_floating_point() else others
        averages.append(mine)
        currents.append(theirs)
    return floats, others


def _tensors(network: nn.Module) -> Iterator[Tensor]:
    return itertools.chain(network.parameters(), network.buffers())
