"""What a run is fed with: batches of crops in their order, and the weights of balanced classes."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from geounet.training.config import TrainConfig
from geounet.training.fitting.order import Order
from geounet.training.fitting.task import SegmentationTask
from geounet.training.libraries import Trainer
from geounet.training.losses.balance import balanced_weights
from geounet.training.scenes.counts import class_counts
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.scene import LabelledScene


def crop_batches(
    task: SegmentationTask, training: Sequence[LabelledScene], trainer: Trainer
) -> "DataLoader[dict[str, Tensor]]":
    """This device's batches of crops, from the step that the task stands at."""
    o = task.config.optimizer
    order = Order(o, first_step=task.step, rank=trainer.global_rank, ranks=trainer.world_size)
    workers: dict[str, Any] = {"num_workers": o.workers, "persistent_workers": bool(o.workers)}
    return DataLoader(Crops(training, task.config), batch_size=o.batch, sampler=order, **workers)


def balanced_classes(config: TrainConfig, training: Sequence[LabelledScene]) -> Tensor | None:
    """The weights (K,) of balanced classes; None where the config has its own, or none."""
    if config.loss.class_weights != "balanced":
        return None
    return torch.from_numpy(balanced_weights(class_counts(training, config.card.scores)))
