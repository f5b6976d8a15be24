"""How far outlines have moved from the exact ones, and over how much ground."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached
from geounet.vector.ragged import Int64, starts
from geounet.vector.squaring.arcs import Arcs
from geounet.vector.squaring.chains import Chains

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moves:
    """What came of each arc, its points having gone straight to the nearest place on its chain."""

    furthest: Float64
    """Pixels that a point of it went, along rows or columns, at most: outlines further apart than they went never meet."""
    swept: Float64
    """Square pixels that it swept, at most: what an area gained and lost is no more than its arcs swept."""


def moves_of(arcs: Arcs, chains: Chains, placed: Float64) -> Moves:
    """The moves of arcs to their chains, whose vertices lie where they are `placed` (n, 2), in pixels."""
    ring = arcs.piece_rings[np.maximum(chains.owners, 0)]
    spans = np.stack([starts(arcs.rings)[ring], arcs.rings[ring]], axis=1)
    return Moves(*_moves(arcs.points, spans, chains.stops, (chains.points, placed[chains.vertices])))


@cached
def _moves(
    points: Float64, spans: Int64, stops: Int64, chains: tuple[Int64, Float64]
) -> tuple[Float64, Float64]:
    """The same; each arc is of the ring at `spans` of the points, `chains` has the point and the place of each vertex."""
    at, placed = chains
    furthest, swept = np.zeros(len(stops)), np.zeros(len(stops))
    edge = 0
    for arc in range(len(stops)):
        first, size = spans[arc, 0], spans[arc, 1] - spans[arc, 0]
        while edge < stops[arc] - 1:
            ends = placed[edge], placed[edge + 1]
            count = (at[edge + 1] - at[edge]) % size
            x, y = points[at[edge]]
            u, v = ends[0]
            for k in range(count + 1):
                before = (x, y, u, v)
                x, y = points[first + (at[edge] - first + k) % size]
                u, v = ends[1] if k == count else _nearest(ends, (x, y)) if k else ends[0]
                furthest[arc] = max(furthest[arc], abs(u - x), abs(v - y))
                swept[arc] += _triangle(before[:2], (x, y), before[2:]) + _triangle(
                    (x, y), (u, v), before[2:]
                )
            edge += 1
        edge = stops[arc]
    return furthest, swept


@cached
def _nearest(ends: tuple[Float64, Float64], place: tuple[float, float]) -> Float64:
    """The nearest place on a straight edge."""
    way = ends[1] - ends[0]
    squared = way[0] * way[0] + way[1] * way[1]
    if squared == 0:
        return ends[0]
    share = ((place[0] - ends[0][0]) * way[0] + (place[1] - ends[0][1]) * way[1]) / squared
    nearest: Float64 = ends[0] + min(1.0, max(0.0, share)) * way
    return nearest


@cached
def _triangle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
