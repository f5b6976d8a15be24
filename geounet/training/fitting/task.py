"""One model in training, as Lightning runs it: a step, and a validation."""

import math
import time
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from geounet.errors import ModelError, TrainingError
from geounet.models.networks import build
from geounet.training.augmentation.augment import Augmentation, Augmented
from geounet.training.config import TrainConfig
from geounet.training.fitting.averaging import Average
from geounet.training.fitting.freezing import hold_still, release
from geounet.training.fitting.optimizer import highest_rate, make_optimizer, set_rate
from geounet.training.fitting.randomness import seed_batch
from geounet.training.fitting.schedule import rate_factor
from geounet.training.libraries import LightningModule
from geounet.training.losses import DeepHeads, SegmentationLoss, deep_loss
from geounet.training.scenes.scene import LabelledScene
from geounet.training.validation.history import Validation, halvings, stale
from geounet.training.validation.judge import Judged, judge
from geounet.training.validation.verdict import verdict

Batch = dict[str, Tensor]


class SegmentationTask(LightningModule):
    """Trains a card's network; validates it, or the average of its weights, on whole scenes.

    All that is random in a batch follows from the run's seed, the batch's number and the device's rank, and a step
    depends on nothing else that `state` does not hold: so a run that goes on from a checkpoint comes to the same bits.
    """

    def __init__(
        self, config: TrainConfig, validation: Sequence[LabelledScene], *, class_weights: Tensor | None = None
    ) -> None:
        super().__init__()
        self.config, self.validation = config, validation
        self.network = build(config.card)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
        o = config.optimizer
        self.average = Average(self.network, o) if o.average or o.swa else None
        self.heads = _heads(self.network, config)
        each = config.card.normalization.over(config.card.steps)
        self.augmentation = Augmentation(config.augment, each, final=config.data.crop)
        self.loss = SegmentationLoss(config.loss, class_weights)
        self.step, self.history = 0, list[Validation]()
        self.earlier, self.started = 0.0, time.monotonic()
        self.losses = torch.zeros(2)
        """Sum and number of the batches' losses since the last validation."""
        self.judged: list[Judged] = []

    @property
    def validated(self) -> nn.Module:
        """What is validated and kept: the average where there is one, which the first step begins."""
        return self.network if self.average is None or not self.step else self.average.module

    @property
    def seconds(self) -> float:
        """Seconds that the run has taken, earlier parts of a resumed one too."""
        return self.earlier + time.monotonic() - self.started

    @property
    def finished(self) -> bool:
        """Whether the run is over: by steps, by the clock, or since nothing is gained any more."""
        patience = self.config.optimizer.patience
        return self.progress() >= 1 or bool(patience and stale(self.history) >= patience)

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The one that Lightning has made."""
        optimizer = self.optimizers(use_pl_optimizer=False)
        if isinstance(optimizer, list):
            raise TypeError("a task has one optimizer")
        return optimizer

    def progress(self) -> float:
        """How much of the run is over, 0 … 1: by steps, or by the clock where that is ahead.

        The clock counts from the first step on: a run has one, however long its scenes took to read.
        """
        o = self.config.optimizer
        steps = self.step / o.steps
        if o.max_minutes is None or not self.step:
            return steps
        clock = torch.tensor(self.seconds / 60 / o.max_minutes, dtype=torch.float64)
        return max(steps, float(self._of_first(clock)))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The config's, over the network and the heads of deep supervision."""
        trained = ((n, p) for n, p in self.named_parameters() if n.startswith(("network.", "heads.")))
        return make_optimizer(trained, self.config.optimizer)

    def on_train_start(self) -> None:
        """Count losses where they are made."""
        self.losses = self.losses.to(self.device)

    def on_train_batch_start(self, batch: Batch, number: int) -> None:
        """Set the rate, and whether the encoder learns."""
        del batch
        o = self.config.optimizer
        if number % o.accumulate:
            return
        set_rate(self.optimizer, self.rate_factor())
        if self.step < o.freeze:
            hold_still(self.network)
        elif self.step == o.freeze and o.freeze:
            release(self.network)

    def rate_factor(self) -> float:
        """What the highest rate is multiplied with in the coming step."""
        o = self.config.optimizer
        return rate_factor(o, self.step, progress=self.progress(), halvings=halvings(self.history))

    def training_step(self, batch: Batch, number: int) -> Tensor:
        """The loss of one batch, augmented where the network runs."""
        o = self.config.optimizer
        seed_batch(self.config.seed, self.step * o.accumulate + number % o.accumulate, rank=self.global_rank)
        with torch.autocast(self.device.type, enabled=False):
            crops: Augmented = self.augmentation(batch)
        logits = self.network(crops.images.contiguous(memory_format=torch.channels_last))
        stages = self.heads() if self.heads is not None else []
        loss = self._total(logits, stages, labels=crops.labels, weights=crops.weights)
        if crops.mix is not None:
            other = self._total(logits, stages, labels=crops.mix.labels, weights=crops.mix.weights)
            loss = crops.mix.share * loss + (1 - crops.mix.share) * other
        self.losses += torch.stack([loss.detach().float(), loss.new_ones(()).float()])
        return loss

    def _total(self, logits: Tensor, stages: Sequence[Tensor], *, labels: Tensor, weights: Tensor) -> Tensor:
        """The loss of the last stage and of those before it."""
        loss: Tensor = self.loss(logits, labels, weights)
        if stages:
            loss = loss + deep_loss(
                self.loss, stages, labels=labels, weights=weights, share=self.config.loss.deep
            )
        return loss

    def on_train_batch_end(self, outputs: Any, batch: Batch, number: int) -> None:  # noqa: ANN401 (Lightning's)
        """After the last batch of a step: take it into the average; at the end, stop with a validation."""
        del outputs, batch
        if (number + 1) % self.config.optimizer.accumulate:
            return
        self.step += 1
        progress = self.progress()
        if self.average is not None:
            self.average.update(self.network, self.step, progress=progress)
        self.trainer.should_stop |= progress >= 1

    def judge_start(self) -> None:
        """Judge the weights that the run starts from as a validation does, and begin the history with them."""
        self.on_validation_epoch_start()
        for index in range(len(self.validation)):
            with self.trainer.precision_plugin.val_step_context():
                self.validation_step(torch.tensor(index))
        self._remember(loss=None)

    def on_validation_epoch_start(self) -> None:
        """Begin a new set of scenes, with the same norms on every device."""
        self.judged = []
        for buffer in self.buffers():
            self._of_first(buffer)
        if self.step and not all(bool(p.isfinite().all()) for p in self.validated.parameters()):
            raise self._diverged("a weight is not finite")

    def validation_step(self, index: Tensor) -> None:
        """Judge one whole validation scene; raises TrainingError where weights are so large that scores are no numbers."""
        try:
            self.judged.append(judge(self.validated, self.validation[int(index)], self.config.card))
        except ModelError as error:
            if (
                not self.step or error.__cause__ is not None
            ):  # the starting model's own fault, or the device's
                raise
            raise self._diverged("scores are no probabilities") from error

    def on_validation_epoch_end(self) -> None:
        """Add to the history, and stop where nothing is gained any more."""
        self._remember(loss=self._mean_loss())
        self.trainer.should_stop |= self.finished

    def _remember(self, *, loss: float | None) -> None:
        """Add what the scenes were judged to the history, and log it."""
        found = verdict(self.judged, self.config.card, self.config.threshold)
        iou = float(self._of_first(torch.tensor(found.iou, dtype=torch.float64)))
        self.history.append(
            Validation(
                step=self.step, loss=loss, rate=highest_rate(self.optimizer) if self.step else 0.0,
                seconds=self.seconds, threshold=found.threshold, iou=iou, by_place=found.by_place,
                by_class=found.by_class, nll=found.nll,
            )
        )  # fmt: skip
        places = {f"iou/{name}": value for name, value in found.by_place.items()}
        trained = {} if loss is None else {"loss": loss}
        for logger in self.trainer.loggers:
            logger.log_metrics({**trained, "iou": iou, "nll": found.nll, **places}, step=self.step)

    def _mean_loss(self) -> float:
        """The mean loss since the last validation; raises TrainingError where it is not finite."""
        total, count = self.losses.tolist()
        self.losses.zero_()
        if not math.isfinite(total):
            raise self._diverged(f"the loss is {total}")
        return float(total / max(1, count))

    def _diverged(self, found: str) -> TrainingError:
        """What is raised where the weights have run away."""
        return TrainingError(
            f"training diverged: {found} by step {self.step}; expected finite numbers: lower optimizer.rate "
            f"({self.config.optimizer.rate:g}), or set optimizer.precision to '32-true'"
        )

    def _of_first(self, value: Tensor) -> Tensor:
        """The first device's value, in place, where several train together."""
        if self.config.devices > 1 and torch.distributed.is_initialized():
            value = value.to(self.device)
            torch.distributed.broadcast(value, 0)
        return value


def _heads(network: nn.Module, config: TrainConfig) -> nn.Module | None:
    """The heads of deep supervision, where it is on."""
    if not config.loss.deep:
        return None
    return DeepHeads(network, config.card.scores)
