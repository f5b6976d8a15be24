"""From what a tensor held to the range that its integers span."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from geounet.models.quantization.observing import Held

PERCENTILE = 99.99
"""Share of a tensor's values that is inside: the few beyond are clipped, and the others have finer steps."""

LEVELS = 256
"""Integers of eight bits."""

_SHRUNK = 64
"""Ranges that are tried for the least divergence."""

_LEAST_SHARE = 0.25
"""The narrowest of them, as a share of the whole."""

_EMPTY = 1e-4
"""What an empty bin is taken for, as a share of a value: its logarithm is finite."""

Range = tuple[float, float]


def range_of(held: Held, method: str) -> Range:
    """The range of a tensor by `percentile`, `entropy` or `minmax`; it has 0 inside, which padding needs."""
    low, high = _METHODS[method](held)
    return min(low, 0.0), max(high, 0.0)


def minmax(held: Held) -> Range:
    """All that it held."""
    return held.lowest, held.highest


def percentile(held: Held) -> Range:
    """All but as much at either end as makes the rest PERCENTILE per cent, to a bin's width."""
    edges, total = _edges(held), held.counts.sum()
    cut = total * (1 - PERCENTILE / 100) / 2
    below = np.cumsum(held.counts)
    first = int(np.searchsorted(below, cut, side="right"))
    last = int(np.searchsorted(below, total - cut, side="left"))
    return float(edges[first]), float(edges[last + 1])


def entropy(held: Held) -> Range:
    """The range whose integers say most of the values: of the least Kullback-Leibler divergence (Migacz 2017).

    Both ends are drawn in towards 0 together; what is beyond lies at the ends.
    """
    edges = _edges(held)
    shares = np.linspace(1, _LEAST_SHARE, _SHRUNK)
    found = [_divergence(held.counts, _inside(edges, share)) for share in shares]
    best = _inside(edges, float(shares[int(np.argmin(found))]))
    return float(edges[best.start]), float(edges[best.stop])


def _inside(edges: NDArray[np.float64], share: float) -> slice:
    """The bins within a share of the whole range, drawn in towards 0; one at least."""
    low, high = min(edges[0], 0.0) * share, max(edges[-1], 0.0) * share
    first = int(np.searchsorted(edges, low, side="right")) - 1
    stop = int(np.searchsorted(edges, high, side="left"))
    first = min(max(first, 0), len(edges) - 2)
    return slice(first, max(first + 1, min(stop, len(edges) - 1)))


def _divergence(counts: NDArray[np.int64], inside: slice) -> float:
    """How much is lost of a histogram when its bins inside become LEVELS levels, and the rest goes to the ends."""
    true = counts[inside].astype(np.float64)
    level = np.arange(len(true)) * LEVELS // len(true)
    # What a level cannot tell apart is spread over those of its bins that hold anything (before the ends are added).
    filled = true > 0
    held = np.bincount(level, weights=true, minlength=LEVELS)
    bins = np.bincount(level, weights=filled, minlength=LEVELS)
    said = np.where(filled, held[level] / np.maximum(bins[level], 1), 0)
    true[0] += counts[: inside.start].sum()
    true[-1] += counts[inside.stop :].sum()
    p, q = (np.maximum(part, _EMPTY) / np.maximum(part, _EMPTY).sum() for part in (true, said))
    return float((p * np.log(p / q)).sum())


def _edges(held: Held) -> NDArray[np.float64]:
    high = held.highest if held.highest > held.lowest else held.lowest + 1
    return np.linspace(held.lowest, high, len(held.counts) + 1)


_METHODS: Mapping[str, Callable[[Held], Range]] = {
    "percentile": percentile,
    "entropy": entropy,
    "minmax": minmax,
}
