"""The optimizer: AdamW or SGD, the encoder's rate apart, no decay on norms and biases."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from geounet.training.config.optimizer import OptimizerConfig

Named = Iterable[tuple[str, nn.Parameter]]
"""Parameters by their name in the task: the encoder's begin with `network.encoder.`."""


def make_optimizer(parameters: Named, o: OptimizerConfig) -> Optimizer:
    """The config's optimizer over the parameters."""
    groups = _groups(parameters, o)
    if o.method == "sgd":
        return torch.optim.SGD(groups, lr=o.rate, momentum=0.9, nesterov=True, foreach=True)
    return torch.optim.AdamW(groups, lr=o.rate, foreach=True)


def set_rate(optimizer: Optimizer, factor: float) -> None:
    """Give each group its own highest rate times the factor."""
    for group in optimizer.param_groups:
        group["lr"] = group["highest"] * factor


def highest_rate(optimizer: Optimizer) -> float:
    """The present rate of the group that has the highest."""
    return float(max(group["lr"] for group in optimizer.param_groups))


def _groups(parameters: Named, o: OptimizerConfig) -> list[dict[str, Any]]:
    """Parameters by rate and decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in parameters:
        groups.setdefault((name.startswith("network.encoder."), parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": members,
            "highest": o.rate * (o.encoder_rate if encoder else 1),
            "weight_decay": o.decay if kernel else 0.0,
        }
        for (encoder, kernel), members in groups.items()
    ]
