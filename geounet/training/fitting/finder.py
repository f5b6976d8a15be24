"""The learning-rate range test: which rate a run should have.

Smith (2017), "Cyclical learning rates for training neural networks": over a short run the rate grows exponentially; the
loss falls fastest where the rate is good, and rises where it is too high.
"""

import csv
import dataclasses
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from geounet.errors import TrainingError
from geounet.progress import Progress
from geounet.training.config import TrainConfig
from geounet.training.durable import write_durably
from geounet.training.fitting.feeding import balanced_classes, crop_batches
from geounet.training.fitting.rate_chart import rate_chart
from geounet.training.fitting.start import first_weights
from geounet.training.fitting.steps import Steps
from geounet.training.fitting.task import Batch, SegmentationTask
from geounet.training.fitting.trainer import make_trainer, run_trainer
from geounet.training.libraries import seed_everything
from geounet.training.scenes.reading import training_scenes

LOWEST, HIGHEST, STEPS = 1e-6, 1.0, 100

_DIVERGED = 4.0
"""Times the lowest smoothed loss at which the test ends: the rate is too high from there on."""

_WINDOW = 11
"""Steps over which the loss is smoothed, at least: small batches are noisy."""
_SMOOTHED = 4
"""What part of the steps that is, of longer tests: a quarter."""

_FARTHEST, _NEAREST = 30.0, 3.0
"""How many times smaller than the rate of the lowest loss the suggestion may be."""
_NEARLY = 0.05
"""Share of the whole fall by which a valley may be less deep than the lowest."""

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RateRange:
    """The loss at each rate, and the rate that follows from it."""

    rates: Float64
    losses: Float64
    smoothed: Float64
    """The losses' mean over neighbours, weighted by a Hann window."""
    suggestion: float
    """The rate at which the smoothed loss falls fastest on its way to its minimum."""
    table: Path
    """rates.csv in the run's folder."""
    chart: Path
    """rates.svg."""


def find_rate(config: TrainConfig, *, steps: int = STEPS, progress: Progress | None = None) -> RateRange:
    """Train for `steps` steps at growing rates, from 1e-6 to 1, and say which one the run should have.

    Nothing is kept of the weights. Raises TrainingError where the loss never falls, and what `train` raises.
    """
    if steps < 3 * _WINDOW:
        raise TrainingError(f"a rate is to be found in {steps} steps; expected {3 * _WINDOW} at least")
    task = _sweep(config, steps, progress)
    rates, losses = np.array(task.rates), np.array(task.found)
    smooth = smoothed(losses)
    suggestion = steepest(rates, smooth)
    table, chart = config.run_folder / "rates.csv", config.run_folder / "rates.svg"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["rate", "loss", "smoothed"])
    writer.writerows(zip(rates, losses, smooth, strict=True))
    write_durably(table, text.getvalue().encode())
    write_durably(chart, rate_chart(rates, smooth, losses=losses, suggestion=suggestion).encode())
    return RateRange(
        rates=rates, losses=losses, smoothed=smooth, suggestion=suggestion, table=table, chart=chart
    )


def smoothed(losses: Float64) -> Float64:
    """Losses weighted by a Hann window over neighbours: unlike a moving average, it does not lag.

    At the ends the neighbours that are there count for all.
    """
    window = np.hanning(2 * _edge(losses) + 3)[1:-1]
    known = np.convolve(np.ones_like(losses), window)
    edge = _edge(losses)
    return np.asarray((np.convolve(losses, window) / known)[edge:-edge], np.float64)


def steepest(rates: Float64, smooth: Float64) -> float:
    """The rate at which a smoothed loss falls fastest per factor of the rate, on the way to its minimum.

    That is a third to a thirtieth of the minimum's rate: what the loss does before is noise, for such rates change
    nothing, and right before it the rate is nearly too high. Raises TrainingError where the loss never falls. The ends,
    where fewer neighbours are averaged, do not count.
    """
    edge, lowest = _edge(smooth), _bottom(smooth)
    slope = np.gradient(smooth, np.log(rates))
    near = (rates >= rates[lowest] / _FARTHEST) & (rates <= rates[lowest] / _NEAREST)
    near[:edge] = near[len(rates) - edge :] = False
    if lowest <= edge or not near.any() or slope[near].min() >= 0:
        raise TrainingError(
            f"the loss never falls between the rates {rates[0]:.1e} and {rates[-1]:.1e}; look at labels and losses"
        )
    return float(rates[near][slope[near].argmin()])


def _bottom(smooth: Float64) -> int:
    """The first valley of a smoothed loss as deep as its lowest, nearly: it may come down again where rates are too high."""
    lowest = int(smooth.argmin())
    fall = smooth[: lowest + 1].max() - smooth[lowest]
    valley = np.zeros(len(smooth), np.bool_)
    valley[1:-1] = (smooth[1:-1] <= smooth[:-2]) & (smooth[1:-1] <= smooth[2:])
    valley[lowest] = True
    return int((valley & (smooth <= smooth[lowest] + _NEARLY * fall)).argmax())


def _edge(losses: Float64) -> int:
    """Neighbours on each side over which losses are smoothed."""
    return max(_WINDOW, len(losses) // _SMOOTHED) // 2


class _Sweep(SegmentationTask):
    """A task whose rate grows exponentially over its config's steps; it notes what comes of that."""

    def __init__(self, config: TrainConfig, *, class_weights: Tensor | None) -> None:
        super().__init__(config, [], class_weights=class_weights)
        self.rates, self.found = list[float](), list[float]()

    def rate_factor(self) -> float:
        """What the config's highest rate is multiplied with."""
        o = self.config.optimizer
        share = self.step / max(1, o.steps - 1)
        return float(LOWEST * (HIGHEST / LOWEST) ** share / o.rate)

    def on_train_batch_end(self, outputs: Any, batch: Batch, number: int) -> None:  # noqa: ANN401 (Lightning's)
        """Note the loss of a step, and end where it has gone up for good."""
        rate, step = self.rate_factor() * self.config.optimizer.rate, self.step
        super().on_train_batch_end(outputs, batch, number)
        if self.step == step:
            return
        total, count = self.losses.tolist()
        self.losses.zero_()
        if math.isfinite(total):
            self.rates.append(rate)
            self.found.append(total / count)
        few = [float(np.mean(self.found[max(0, i - 4) : i + 1])) for i in range(len(self.found))]
        self.trainer.should_stop |= not math.isfinite(total) or few[-1] > _DIVERGED * min(few)


def _sweep(config: TrainConfig, steps: int, progress: Progress | None) -> _Sweep:
    """Train a task that is thrown away, on one device."""
    o = dataclasses.replace(config.optimizer, steps=steps, average=0.0, swa=0.0, patience=0, max_minutes=None)
    config = dataclasses.replace(config, optimizer=o, logger="csv", devices=1)
    training = training_scenes(config)
    seed_everything(config.seed, verbose=False)
    task = _Sweep(config, class_weights=balanced_classes(config, training))
    first_weights(task.network, config)
    trainer = make_trainer(config, [Steps(task, progress)], steps=steps, limit_val_batches=0)
    run_trainer(trainer, task, crop_batches(task, training, trainer), scenes=1)
    return task
