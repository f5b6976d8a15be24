"""Gaps between roads that a bridge might close."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geounet.vector.centrelines.ends import DeadEnds, is_own
from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.centrelines.occupied import Occupied, near
from geounet.vector.compiled import cached

_TURN = float(np.cos(np.radians(35)))
"""Cosine of how far a bridge between two ends may turn from where either points."""

_FAN = np.radians([0.0, -12.0, 12.0, -24.0, 24.0])
"""Directions, from where an end points, in which a road ahead is looked for."""

_END_TURN, _SIDE_TURN, _WAY = 3.0, 12.0, 0.1
"""What a turn costs, by its 1 - cosine and the way, at each of two ends and towards a side; and what the way does."""

_RING = 4.0
"""How many times as long as its gap, and its width, a line must be to come back to its own beginning."""


class Gaps(NamedTuple):
    """Ways from dead ends, as arrays of one length."""

    cost: Float64
    """What the bridge would cost beside its gap, in units."""
    one: Int64
    """A dead end."""
    other: Int64
    """The dead end that the way leads to, or -1."""
    position: Int64
    """Where on the paths it leads to."""
    begin: Float64
    """(gaps, 2)"""
    end: Float64

    def chosen(self, which: NDArray[np.bool_] | Int64) -> "Gaps":
        """Some of the gaps."""
        return self._replace(**{name: values[which] for name, values in self._asdict().items()})

    def joined(self, others: Sequence["Gaps"]) -> "Gaps":
        """These gaps and others."""
        return self._replace(
            **{name: np.concatenate([getattr(one, name) for one in (self, *others)]) for name in self._fields}
        )


def to_ends(graph: RoadGraph, ends: DeadEnds, reach: float, taken: Occupied) -> Gaps:
    """Gaps between two dead ends that point to each other, with no line between them."""
    pairs = cKDTree(ends.tip).query_pairs(reach, output_type="ndarray").astype(np.int64)
    one, other = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
    # Seen from inside of the roads, so that a sidestep counts for little where the gap is short.
    inside = ends.tip - ends.direction * (ends.radius + 2)[:, None]
    way = inside[other] - inside[one]
    length = np.maximum(np.hypot(*way.T), 1e-9)
    ahead = (ends.direction[one] * way).sum(axis=1) / length
    back = -(ends.direction[other] * way).sum(axis=1) / length
    gap = np.hypot(*(ends.tip[other] - ends.tip[one]).T)
    gaps = Gaps(
        cost=_WAY * gap + _END_TURN * length * (2 - ahead - back),
        one=one,
        other=other,
        position=ends.positions(graph)[other],
        begin=ends.tip[one],
        end=ends.tip[other],
    )
    longer = graph.lengths()[ends.edge[one]] >= _RING * (gap + 2 * ends.radius[one])
    facing = (ahead >= _TURN) & (back >= _TURN) & (longer | (ends.edge[one] != ends.edge[other]))
    gaps = gaps.chosen(facing)
    return gaps.chosen(
        ~_blocked((gaps.one, gaps.other), (gaps.begin, gaps.end), ends.own(), taken, graph.stops)
    )


def to_sides(graph: RoadGraph, ends: DeadEnds, reach: float, taken: Occupied) -> Gaps:
    """Gaps between a dead end and the first line ahead of it, in several directions."""
    points = graph.points
    radius = points.radius[graph.path].astype(np.float64)
    parts = []
    for angle in _FAN:
        cos, sin = np.cos(angle), np.sin(angle)
        rays = ends.tip, ends.direction @ np.array([[cos, sin], [-sin, cos]])
        hit, way = _cast(rays, ends.own(), (reach, radius), taken, graph.stops)
        met = np.flatnonzero(hit >= 0)
        gap = np.maximum(way[met] - radius[hit[met]], 0)
        parts.append(
            Gaps(
                cost=_WAY * gap + _SIDE_TURN * (1 - cos) * (way[met] + ends.radius[met]),
                one=met,
                other=np.full(len(met), -1),
                position=hit[met],
                begin=ends.tip[met],
                end=points.xy[graph.path[hit[met]]],
            )
        )
    first, *rest = parts
    return first.joined(rest)


@cached
def _blocked(
    pairs: tuple[Int64, Int64],
    lines: tuple[Float64, Float64],
    own: tuple[Int64, Int64, Int64],
    taken: Occupied,
    stops: Int64,
) -> NDArray[np.bool_]:
    """Whether straight lines between two dead ends meet a path."""
    one, other = pairs
    begin, end = lines
    blocked = np.zeros(len(one), np.bool_)
    found = np.empty(16, np.int64)
    for k in range(len(one)):
        way = end[k] - begin[k]
        steps = int(2 * np.sqrt(way[0] ** 2 + way[1] ** 2)) + 1
        for step in range(steps + 1):
            for i in range(near(taken, begin[k] + way * (step / steps), found)):
                mine = is_own(found[i], one[k], own, stops) or is_own(found[i], other[k], own, stops)
                blocked[k] |= not mine
            if blocked[k]:
                break
    return blocked


@cached
def _cast(
    rays: tuple[Float64, Float64],
    own: tuple[Int64, Int64, Int64],
    reach: tuple[float, Float64],
    taken: Occupied,
    stops: Int64,
) -> tuple[Int64, Float64]:
    """The position on the paths that each ray meets first, -1 where none is in reach, and the way there.

    `reach` is that of rays, up to the side of the road that they meet, and the roads' radius at each position.
    """
    begin, direction = rays
    hit, way = np.full(len(begin), -1), np.zeros(len(begin))
    found = np.empty(16, np.int64)
    furthest = reach[0] + reach[1].max()
    for k in range(len(begin)):
        at = 0.0
        while hit[k] < 0 and at <= furthest:
            place = begin[k] + direction[k] * at
            for i in range(near(taken, place, found)):
                if not is_own(found[i], k, own, stops) and (hit[k] < 0 or found[i] < hit[k]):
                    hit[k], way[k] = found[i], at
            at += 0.5
        if hit[k] >= 0 and way[k] - reach[1][hit[k]] > reach[0]:
            hit[k] = -1
    return hit, way
