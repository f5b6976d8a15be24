"""A task's tensors by name, for its checkpoint and from it: network, heads, average, and what the optimizer remembers."""

import hashlib
import time
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from geounet.training.fitting.checkpoint import Checkpoint
from geounet.training.fitting.task import SegmentationTask

_PARTS = ("network", "heads", "average")
_OPTIMIZER = "optimizer/"
"""Before the names of the optimizer's tensors: `optimizer/<key>/<parameter>`."""


def tensors_of(task: SegmentationTask) -> dict[str, Tensor]:
    """Every tensor that the next step depends on."""
    tensors = {
        name: value for name, value in task.state_dict().items() if name.split(".", maxsplit=1)[0] in _PARTS
    }
    for name, parameter in task.named_parameters():
        for key, value in task.optimizer.state.get(parameter, {}).items():
            if isinstance(value, Tensor):  # SGD's momentum is None before its first step
                tensors[f"{_OPTIMIZER}{key}/{name}"] = value
    return tensors


def digest(network: nn.Module) -> str:
    """sha256 of a network's tensors, in hexadecimal: what devices that train together must agree on."""
    found = hashlib.sha256()
    for value in network.state_dict().values():
        found.update(value.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


def restore(task: SegmentationTask, checkpoint: Checkpoint, tensors: Mapping[str, Tensor]) -> None:
    """Stand where a checkpoint stood, but for the optimizer's memory: Lightning makes one as the run begins."""
    task.step, task.history = checkpoint.step, list(checkpoint.history)
    task.earlier, task.started = checkpoint.seconds, time.monotonic()
    if task.average is not None:
        task.average.swa_from = checkpoint.swa_from
    restore_weights(task, tensors)


def restore_weights(task: SegmentationTask, tensors: Mapping[str, Tensor]) -> None:
    """Give network, heads and average the values of a checkpoint."""
    expected = [(n, part) for n in _PARTS if isinstance(part := getattr(task, n), nn.Module)]
    for name, part in expected:
        prefix = f"{name}."
        part.load_state_dict({n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)})


def restore_optimizer(task: SegmentationTask, tensors: Mapping[str, Tensor]) -> None:
    """Give the optimizer its memory, laid out as its parameters are: another order may round otherwise."""
    parameters = dict(task.named_parameters())
    for full, value in tensors.items():
        if full.startswith(_OPTIMIZER):
            key, name = full.removeprefix(_OPTIMIZER).split("/", maxsplit=1)
            parameter = parameters[name]
            memory = torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
            # AdamW counts steps in a scalar that stays where it is.
            task.optimizer.state[parameter][key] = memory
