"""Gaps in roads bridged: from a dead end straight on to another, or to the side of a road ahead."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geounet.vector.centrelines.cut import cut_at
from geounet.vector.centrelines.detour import ways_round
from geounet.vector.centrelines.ends import DeadEnds, dead_ends
from geounet.vector.centrelines.gaps import Gaps, to_ends, to_sides
from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.centrelines.occupied import occupied
from geounet.vector.centrelines.runs import with_runs
from geounet.vector.compiled import cached

Between = Callable[[Float64, Float64], tuple[Float64, Float64]]
"""From (n, 2) points to others: how much of the way is no road by its labels, and how probably it is one there."""

_DEAREST = 1.5
"""What a bridge may cost, as a share of its reach."""

_SAVING = 3.0
"""How many times as long as a bridge, and a road's width, the way round must be: across a corner it is not."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a bridge may go where there is no road, in units."""

    end: float
    """From one dead end to another."""
    side: float
    """From a dead end to the side of a road ahead."""
    least: float
    """Least mean probability of a road along the gap."""

    @property
    def to_ends(self) -> "Reach":
        """The same, to dead ends alone."""
        return replace(self, side=0.0)

    @property
    def way(self) -> float:
        """How long a bridge may be in all, over pieces of road that are too short for a line."""
        return 2 * self.end


def bridged(graph: RoadGraph, reach: Reach, between: Between) -> RoadGraph:
    """The graph with its gaps bridged, each dead end once, what costs least first.

    The cost is the length of the gap and the turns at its ends. No bridge crosses a line or another bridge; a road that
    would have to is looked at again when the others stand.
    """
    while True:
        ends = dead_ends(graph)
        gaps = _next(graph, ends, reach, between) if len(ends.edge) else None
        if gaps is None:
            return graph
        graph = _built(graph, ends, gaps).dissolved()


def _next(graph: RoadGraph, ends: DeadEnds, reach: Reach, between: Between) -> Gaps | None:
    """What is bridged next: gaps between ends, or when there is none, to sides, or nothing."""
    taken = occupied(graph)
    for find, furthest in ((to_ends, reach.end), (to_sides, reach.side)):
        if furthest > 0:
            found = find(graph, ends, reach.way, taken)
            gap, probability = between(found.begin, found.end)
            cost = gap + found.cost
            allowed = (gap <= furthest) & (probability >= reach.least) & (cost <= _DEAREST * furthest)
            worth = found._replace(cost=cost).chosen(allowed)
            best = _best(worth.chosen(_saves(graph, ends, worth)), len(ends.edge))
            if len(best.cost):
                return best
    return None


def _saves(graph: RoadGraph, ends: DeadEnds, gaps: Gaps) -> NDArray[np.bool_]:
    """Whether the way round is much longer than the gap."""
    length = np.hypot(*(gaps.end - gaps.begin).T)
    limit = _SAVING * (length + 2 * ends.radius[gaps.one])
    return ~np.isfinite(ways_round(graph, ends.nodes(graph)[gaps.one], gaps.position, limit))


def _best(gaps: Gaps, ends: int) -> Gaps:
    """The cheapest gaps, each dead end once, none across another."""
    gaps = gaps.chosen(np.lexsort((gaps.position, gaps.other, gaps.one, gaps.cost)))
    near = np.zeros((0, 2), np.int64)
    if len(gaps.cost) > 1:
        middle, half = (gaps.begin + gaps.end) / 2, np.hypot(*(gaps.end - gaps.begin).T) / 2
        near = cKDTree(middle).query_pairs(2 * half.max() + 1e-9, output_type="ndarray").astype(np.int64)
        near = np.sort(near[_cross(gaps.begin[near], gaps.end[near])], axis=1)
        near = near[np.lexsort((near[:, 0], near[:, 1]))]
    first = np.searchsorted(near[:, 1], np.arange(len(gaps.cost) + 1))
    return gaps.chosen(_greedy(gaps.one, gaps.other, (first, near[:, 0].copy()), ends))


def _built(graph: RoadGraph, ends: DeadEnds, gaps: Gaps) -> RoadGraph:
    """The graph with bridges as edges; a road that one ends on is cut there."""
    cut, target = cut_at(graph, gaps.position)
    points, items, stops = with_runs(graph.points, gaps.begin, gaps.end, radius=ends.radius[gaps.one])
    return replace(
        cut,
        points=points,
        ends=np.concatenate([cut.ends, np.column_stack([ends.nodes(graph)[gaps.one], target])]),
        path=np.concatenate([cut.path, items]),
        stops=np.concatenate([cut.stops, len(cut.path) + stops]),
    )


def _cross(begin: Float64, end: Float64) -> NDArray[np.bool_]:
    """Whether two segments, from (n, 2, 2) to (n, 2, 2), cross."""

    def side(a: Float64, b: Float64, c: Float64) -> Float64:
        cross: Float64 = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        return cross

    a, c, b, d = begin[:, 0], begin[:, 1], end[:, 0], end[:, 1]
    one = side(a, b, c) * side(a, b, d) < 0
    other = side(c, d, a) * side(c, d, b) < 0
    return np.asarray(one & other)


@cached
def _greedy(one: Int64, other: Int64, crossing: tuple[Int64, Int64], ends: int) -> NDArray[np.bool_]:
    """`crossing`: of gap k, those before it that it crosses, from crossing[0][k] to crossing[0][k + 1] in crossing[1]."""
    used, chosen = np.zeros(ends, np.bool_), np.zeros(len(one), np.bool_)
    for k in range(len(one)):
        free = not used[one[k]] and (other[k] < 0 or not used[other[k]])
        for i in range(crossing[0][k], crossing[0][k + 1]):
            free &= not chosen[crossing[1][i]]
        if free:
            chosen[k] = used[one[k]] = True
            if other[k] >= 0:
                used[other[k]] = True
    return chosen
