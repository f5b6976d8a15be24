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

ROUGH_TOLERANCE = 0.05
"""By how much scores in fewer bits may differ from those in single precision, on average."""

REFERENCES = ("torch", "onnx", "openvino")
"""Engines by which others are judged, the first that runs in single precision."""


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
    """Engines but for those whose scores are not the network's; a GeounetWarning names each.

    The network's are torch's in single precision, or another engine's where torch does not run in it. Where none runs in
    single precision, or that one's scores are not numbers, there is nothing to tell by.
    """
    single = {name for name, engine in engines.items() if engine.describe()["dtype"] == "float32"}
    reference = next((name for name in REFERENCES if name in single), None)
    if reference is None or not np.isfinite(scores[reference]).all():
        return dict(engines)
    kept = dict(engines)
    for name in engines:
        apart = np.abs(scores[name] - scores[reference])
        far, bound = (apart.max(), TOLERANCE) if name in single else (apart.mean(), ROUGH_TOLERANCE)
        if not far <= bound:  # NaN too
            warnings.warn(
                f"engine {name} gives other scores than {reference} (by {far:.2g}); going on without it",
                GeounetWarning,
                stacklevel=2,
            )
            del kept[name]
    return kept
