"""A soup: the mean of the best weights of a run, as one network.

Wortsman et al. (2022), "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time"; here of one run's own validations, as SWA has them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

State = dict[str, Tensor]


def mean_weights(states: Sequence[State]) -> State:
    """The mean of state dicts of one network, in float64 on the way; counters are those of the first."""
    first = states[0]
    return {
        name: torch.stack([state[name].double() for state in states]).mean(dim=0).to(value.dtype)
        if value.is_floating_point()
        else value
        for name, value in first.items()
    }
