"""Engines run side by side on noise: how long each takes for one batch."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from geounet.errors import GeounetWarning
from geounet.models.engines.batch import MAX_BATCH
from geounet.models.engines.engine import Engine

SIDE = 512
"""Side of a tile in pixels that is large enough to tell: larger ones take as long a pixel."""

SECONDS = 1.0
"""How long a trial takes, about: rounds end with it."""

LEAST_ROUNDS, MOST_ROUNDS = 2, 9

HOPELESS = 1.5
"""How many times the fastest one's time an engine may take in the first round to run in the second."""

TOLERANCE = 1e-4
"""By how much scores of engines in single precision may differ."""


def noise(engines: Sequence[Engine]) -> NDArray[np.float32]:
    """A batch (N, C, side, side) of noise that all engines take, the same every time; sides are the card's, or SIDE."""
    if not engines:
        return np.empty((0, 0, 0, 0), np.float32)
    card, side = engines[0].card, engines[0].card.tile
    if all(engine.any_tile for engine in engines) and side > SIDE and SIDE % card.stride == 0:
        side = SIDE
    count = min(MAX_BATCH, max(1, SIDE**2 // side**2))
    return np.random.default_rng(0).standard_normal((count, card.channels, side, side), np.float32)


def seconds_each(
    engines: Mapping[str, Engine],
    patches: NDArray[np.float32],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median time of each engine for a batch that all have run before, in rounds in which each has its turn."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    begun = clock()
    for number in range(MOST_ROUNDS):
        if number >= LEAST_ROUNDS and clock() - begun > SECONDS:
            break
        best = min((median(times) for times in taken.values() if times), default=float("inf"))
        for name, engine in engines.items():
            if taken[name] and median(taken[name]) > HOPELESS * best:
                continue
            started = clock()
            engine(patches)
            taken[name].append(clock() - started)
    return {name: median(times) for name, times in taken.items()}


def without_odd_ones(
    engines: Mapping[str, Engine], scores: Mapping[str, NDArray[np.float32]]
) -> dict[str, Engine]:
    """Engines but for those whose scores are not torch's, where both are in single precision; a GeounetWarning says so."""
    single = [name for name, engine in engines.items() if engine.describe()["dtype"] == "float32"]
    if "torch" not in single:
        return dict(engines)
    kept = dict(engines)
    for name in single:
        apart = float(np.abs(scores[name] - scores["torch"]).max())
        if not apart <= TOLERANCE:  # NaN too
            warnings.warn(
                f"engine {name} gives other scores than torch (by {apart:.2g}); going on without it",
                GeounetWarning,
                stacklevel=2,
            )
            del kept[name]
    return kept
