"""Crossings at an acute angle, of which a skeleton makes two junctions with a line between them."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.graph import Int64, RoadGraph
from geounet.vector.centrelines.tangents import Tangents, tangents

_STRAIGHT = float(np.cos(np.radians(20)))
"""Cosine of how far a road may turn on a crossing."""

_ASIDE = 0.75
"""Share of the distance to the background by which a road may be shifted on a crossing."""


def in_crossings(graph: RoadGraph, candidates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of some edges two roads go straight over, each from one end to the other.

    That is so where three lines meet at either end, and the two others at one end go on, in line, in those at the other.
    """
    found = np.zeros(len(graph), np.bool_)
    edges = np.flatnonzero(candidates & (graph.degrees()[graph.ends] == 3).all(axis=1))
    others = _others(graph, edges)
    whole = (others >= 0).all(axis=(1, 2))
    edges, (one, other) = edges[whole], others[whole].transpose(1, 0, 2)
    aside = _ASIDE * graph.points.radius[graph.tips()[edges]].sum(axis=1) / 2
    tangent = tangents(graph)
    for swapped in (other, other[:, ::-1]):
        pairs = [_in_line(tangent, one[:, k], swapped[:, k], aside) for k in (0, 1)]
        found[edges[pairs[0] & pairs[1]]] = True
    return found


def _others(graph: RoadGraph, edges: Int64) -> Int64:
    """(edges, 2, 2), the other two that meet each of the edge's ends, as 2 · edge + end; -1 where the edge is one itself."""
    flat = graph.ends.ravel()
    order = np.argsort(flat, kind="stable")
    first = np.searchsorted(flat[order], graph.ends[edges])
    three = order[first[:, :, None] + np.arange(3)]
    own = three // 2 == edges[:, None, None]
    # The edge itself last.
    three = np.take_along_axis(three, np.argsort(own, axis=2, kind="stable"), axis=2)
    return np.where((own.sum(axis=2) == 1)[:, :, None], three[:, :, :2], -1)


def _in_line(tangent: Tangents, one: Int64, other: Int64, aside: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether roads that end in a crossing go on in others."""
    ahead, back = tangent.direction[one // 2, one % 2], tangent.direction[other // 2, other % 2]
    way = tangent.point[other // 2, other % 2] - tangent.point[one // 2, one % 2]
    away = np.abs(ahead[:, 0] * way[:, 1] - ahead[:, 1] * way[:, 0])
    return np.asarray((-(ahead * back).sum(axis=1) >= _STRAIGHT) & (away <= aside))
