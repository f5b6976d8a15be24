"""Rings → walls: the fewest straight pieces that a ring of pixels' edges agrees with.

A pixel belongs to a shape when its centre does, so a straight outline passes within half a pixel of all vertices of
its staircase. What lies further off costs the square of its excess along the ring, each wall costs a price, and one
that is neither along nor across its building another. The cheapest sequence of walls is found exactly (dynamic
programming), as in minimum-description-length fits of outlines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import Int64, lengths, starts
from geounet.vector.squaring.fitting import Rings, fit_rings, measure_walls
from geounet.vector.squaring.prices import Prices

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """The walls of rings, in the order of the rings' points; the last wall of a ring ends where its first begins."""

    begins: Int64
    """The point that each wall begins at."""
    kinds: NDArray[np.int8]
    """FREE, ALONG or ACROSS."""
    rings: Int64
    """The wall after each ring; a ring that no walls fit has none."""
    moments: Float64
    """(walls, 4): the integrals of x dx, x dy, y dx and y dy along each, from its begin."""
    chords: Float64
    """(walls, 2): from its begin to its end."""
    angles: Float64
    """The direction of the straight line that fits it best, in radians."""

    def __len__(self) -> int:
        return len(self.begins)


def walls_of(rings: Rings, angles: Float64, *, asked: NDArray[np.bool_], prices: Prices) -> Walls:
    """The walls of the rings asked for, in buildings of known direction.

    `angles` is each ring's direction in radians, or NaN, where all walls are free.
    """
    begins, kinds, counts = fit_rings(rings, angles, asked, prices)
    place = np.arange(len(rings.points)) - np.repeat(starts(rings.stops), lengths(rings.stops))
    found = place < np.repeat(counts, lengths(rings.stops))
    begins, kinds, stops = begins[found], kinds[found], np.cumsum(counts)
    moments, chords, best = measure_walls(rings, begins, stops)
    return Walls(begins=begins, kinds=kinds, rings=stops, moments=moments, chords=chords, angles=best)


def joined(one: Walls, other: Walls) -> Walls:
    """The walls of both, none of whose rings has walls of each."""
    order = np.argsort(np.concatenate([one.begins, other.begins]))
    fields = ("begins", "kinds", "moments", "chords", "angles")
    values = {name: np.concatenate([getattr(one, name), getattr(other, name)])[order] for name in fields}
    return Walls(rings=one.rings + other.rings, **values)
