"""The learning rate over a run, as a factor of its highest: a function of the step, with no memory of its own."""

import math

from geounet.training.config.optimizer import OptimizerConfig

_RISE, _FIRST, _LAST = 0.3, 1 / 25, 1 / 25 / 1e4
"""Of `one-cycle`: the share of the run in which the rate rises, and where it begins and ends (torch's OneCycleLR)."""


def rate_factor(o: OptimizerConfig, step: int, *, progress: float, halvings: int) -> float:
    """What the highest rate is multiplied with in a step.

    `step` counts from 0, `progress` is how much of the run is over (0 … 1), by steps or by the clock, and
    `halvings` how often a plateau was met (see history.py).
    """
    progress = min(1.0, progress)
    if o.schedule == "one-cycle":
        return one_cycle(progress)
    warm = min(1.0, (step + 1) / max(1, o.warmup))
    return (
        warm
        * {
            "cosine": 0.5 * (1 + math.cos(math.pi * progress)),
            "linear": 1 - progress,
            "constant": 1.0,
            "plateau": 0.5**halvings,
        }[o.schedule]
    )


def one_cycle(progress: float) -> float:
    """The one-cycle policy (Smith 2018, "A disciplined approach to neural network hyper-parameters"), by cosines."""
    if progress < _RISE:
        return _between(_FIRST, 1.0, progress / _RISE)
    return _between(1.0, _LAST, (progress - _RISE) / (1 - _RISE))


def _between(start: float, end: float, share: float) -> float:
    """From one value to another along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
