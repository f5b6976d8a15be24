"""How a cost grows with what it is for: the straight line that fits it, and where it bends upwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

UNSEEN = 1e-3
"""What all costs are taken for where none was above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A line `fixed + each * size`, and how far costs are from it."""

    fixed: float
    each: float
    exponent: float
    """Slope of log cost over log size, of all: 1 in proportion, less where a fixed part counts."""
    steepest: float
    """The largest such slope from one size to the first that is at least twice as large: above 1 bends upwards."""
    at: float
    """The size where the steepest part ends."""
    deviation: float
    """Largest distance of a cost from the line, as a share of the cost."""


def growth(sizes: Sequence[float], costs: Sequence[float]) -> Growth:
    """The line through costs that is nearest in proportion to them, with neither part below 0.

    A cost of 0, too small to be seen, is taken as the least that was.
    """
    least = min((cost for cost in costs if cost > 0), default=UNSEEN)
    costs = [max(cost, least) for cost in costs]
    x, y = np.asarray(sizes, np.float64), np.asarray(costs, np.float64)
    (fixed, each), _ = nnls(np.column_stack([1 / y, x / y]), np.ones_like(x))
    away = np.abs(fixed + each * x - y) / y
    steepest, at = max(_slopes(sizes, costs))
    slope = np.polyfit(np.log(x), np.log(y), 1)[0]
    return Growth(
        fixed=float(fixed), each=float(each), exponent=float(slope), steepest=steepest, at=at,
        deviation=float(away.max()),
    )  # fmt: skip


def _slopes(sizes: Sequence[float], costs: Sequence[float]) -> list[tuple[float, float]]:
    """(exponent, the larger size) from each size to the first at least twice as large."""
    pairs = list(zip(sizes, costs, strict=True))
    slopes = []
    for k, (size, cost) in enumerate(pairs):
        larger = next((pair for pair in pairs[k:] if pair[0] >= 2 * size), None)
        if larger is not None:
            slopes.append((math.log(larger[1] / cost) / math.log(larger[0] / size), larger[0]))
    return slopes
