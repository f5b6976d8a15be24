"""One model in training, as Lightning runs it: step, moving average, validation, and what is kept."""

import math
import time
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from geounet.models.networks import build, initialise_encoder
from geounet.training.augmentation.augment import Augmentation
from geounet.training.config import TrainConfig
from geounet.training.config.optimizer import OptimizerConfig
from geounet.training.libraries import LightningModule
from geounet.training.losses.segmentation import SegmentationLoss
from geounet.training.reporting.export import Kept, keep
from geounet.training.scenes.scene import LabelledScene
from geounet.training.validation.evaluate import Curve, best_threshold, curve, foreground

Batch = dict[str, Tensor]


class SegmentationTask(LightningModule):
    """Trains a card's network; validates the moving average of its weights on whole scenes and keeps the best."""

    def __init__(self, config: TrainConfig, validation: Sequence[LabelledScene]) -> None:
        super().__init__()
        self.config, self.validation = config, validation
        self.network = build(config.card)
        initialise_encoder(self.network, config.card, config.init)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
        self.average = AveragedModel(
            self.network, multi_avg_fn=_moving(config.optimizer.average), use_buffers=True
        )
        self.augmentation = Augmentation(config.augment, config.card.normalization, final=config.data.crop)
        self.loss = SegmentationLoss(config.loss)
        self.started = time.monotonic()
        self.best: Kept | None = None
        self.curves: list[Curve] = []

    def on_after_batch_transfer(
        self, batch: Batch, dataloader_idx: int
    ) -> tuple[Tensor, Tensor, Tensor] | Batch:
        """Augment where the network runs; validation scenes pass as they are."""
        del dataloader_idx
        return self.augmentation(batch) if self.training else batch

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """The loss of one augmented batch."""
        images, labels, weights = batch
        logits = self.network(images.contiguous(memory_format=torch.channels_last))
        loss: Tensor = self.loss(logits, labels, weights)
        self.log("loss", loss.detach())
        return loss

    def on_train_batch_end(self, *_: Any) -> None:  # noqa: ANN401 (Lightning's arguments)
        """Take the step into the moving average; at the end, by steps or by the clock, stop with a validation."""
        self.average.update_parameters(self.network)
        self.trainer.should_stop |= self.progress() >= 1

    def validation_step(self, index: Tensor) -> None:
        """Predict one whole validation scene with the averaged weights."""
        (level,) = self.validation[int(index)].levels
        self.curves.append(curve(foreground(self.average, level, self.config.card), level.labels))

    def on_validation_epoch_start(self) -> None:
        """Begin a new set of scenes."""
        self.curves = []

    def on_validation_epoch_end(self) -> None:
        """Keep the averaged weights if they are the best so far."""
        threshold = best_threshold(self.curves) if self.config.threshold is None else self.config.threshold
        by_place = {s.name: c.iou_at(threshold) for s, c in zip(self.validation, self.curves, strict=True)}
        mean = fmean(by_place.values())
        self.log_dict({f"iou/{k}": v for k, v in by_place.items()} | {"iou": mean})
        if self.global_step and (self.best is None or mean > self.best.iou):
            self.best = keep(
                self.average.module, self.config, Kept(self.global_step, threshold, mean, by_place)
            )

    def progress(self) -> float:
        """How much of the run is over, 0 … 1: by steps, or by the clock where that is ahead."""
        o = self.config.optimizer
        steps = self.global_step / o.steps
        minutes = (time.monotonic() - self.started) / 60
        return max(steps, minutes / o.max_minutes) if o.max_minutes else steps

    def configure_optimizers(self) -> Any:  # noqa: ANN401 (Lightning's own union)
        """AdamW, the encoder's rate apart; no decay on norms and biases."""
        o = self.config.optimizer
        optimizer = torch.optim.AdamW(_groups(self.network, o), lr=o.rate, foreach=True)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, self.progress(), o))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def _groups(network: nn.Module, o: OptimizerConfig) -> list[dict[str, Any]]:
    """Parameters by rate and decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": o.rate * (o.encoder_rate if encoder else 1),
            "weight_decay": o.decay if kernel else 0.0,
        }
        for (encoder, kernel), parameters in groups.items()
    ]


def _rate(step: int, progress: float, o: OptimizerConfig) -> float:
    """Factor of the learning rate: a linear warm-up, then half a cosine down to 0."""
    warm = min(1.0, (step + 1) / max(1, o.warmup))
    return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def _moving(decay: float) -> Any:  # noqa: ANN401 (AveragedModel's callback)
    """Exponential moving average whose memory grows to `decay`, so that the first steps are soon forgotten."""

    @torch.no_grad()
    def update(averages: Any, currents: Any, count: Tensor | int) -> None:  # noqa: ANN401 (lists of one dtype)
        if torch.is_floating_point(averages[0]):
            n = float(count)
            torch._foreach_lerp_(averages, currents, 1 - min(decay, (1 + n) / (10 + n)))
        else:
            torch._foreach_copy_(averages, currents)  # batch norms' counters

    return update
