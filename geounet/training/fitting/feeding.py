"""What a run is fed with: batches of crops in their order, and the weights of balanced classes."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from geounet.models.engines.threads import allowed_cores
from geounet.training.config import TrainConfig
from geounet.training.fitting.order import Order
from geounet.training.fitting.task import SegmentationTask
from geounet.training.libraries import Trainer
from geounet.training.losses.balance import balanced_weights
from geounet.training.scenes.counts import class_counts
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.scene import LabelledScene

MOST_WORKERS: Final = 8
"""Processes that cut crops for one device, at most."""


def crop_batches(
    task: SegmentationTask, training: Sequence[LabelledScene], trainer: Trainer
) -> "DataLoader[dict[str, Tensor]]":
    """This device's batches of crops, from the step that the task stands at."""
    o = task.config.optimizer
    order = Order(o, first_step=task.step, rank=trainer.global_rank, ranks=trainer.world_size)
    device = trainer.strategy.root_device.type
    workers = o.workers if o.workers is not None else suitable_workers(device, ranks=trainer.world_size)
    return DataLoader(
        Crops(training, task.config),
        batch_size=o.batch,
        sampler=order,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=device == "cuda",
    )


def suitable_workers(device: str, *, ranks: int) -> int:
    """How many processes cut crops for one of several devices: none for a CPU, whose cores the step itself takes."""
    if device == "cpu":
        return 0
    return min(MOST_WORKERS, (allowed_cores() - 1) // ranks)


def balanced_classes(config: TrainConfig, training: Sequence[LabelledScene]) -> Tensor | None:
    """The weights (K,) of balanced classes; None where the config has its own, or none."""
    if config.loss.class_weights != "balanced":
        return None
    return torch.from_numpy(balanced_weights(class_counts(training, config.card.scores)))
