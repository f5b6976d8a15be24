"""How far it is from one place of a network to another along its lines, where that is not far."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.compiled import cached
from geounet.vector.ragged import starts

_MOST = 256
"""Nodes that are looked at before a place counts as far away."""


class _Network(NamedTuple):
    flat: Int64
    """The nodes at which edges begin and end: edge k leaves node flat[2 k] and, the other way, flat[2 k + 1]."""
    first: Int64
    """Where each node's edges begin in `leaving`."""
    leaving: Int64
    """Directed edges by the node that they leave."""
    lengths: Float64


def ways_round(graph: RoadGraph, begin: Int64, positions: Int64, limit: Float64) -> Float64:
    """Length of the shortest way from nodes to positions on paths; infinite beyond `limit`."""
    edge = np.searchsorted(graph.stops, positions, side="right")
    lengths, first = graph.lengths(), starts(graph.stops)[edge]
    share = (positions - first) / np.maximum(graph.stops[edge] - first - 1, 1)
    rest = np.column_stack([share, 1 - share]) * lengths[edge][:, None]
    flat = graph.ends.ravel()
    first = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=len(graph.place)))])
    network = _Network(flat, first, np.argsort(flat, kind="stable"), lengths)
    return _ways(network, begin, (graph.ends[edge], rest), limit)


@cached
def _ways(network: _Network, begin: Int64, targets: tuple[Int64, Float64], limit: Float64) -> Float64:
    """Dijkstra's algorithm, over so few nodes that a list will do."""
    out = np.full(len(begin), np.inf)
    node, way, done = np.empty(_MOST, np.int64), np.empty(_MOST), np.empty(_MOST, np.bool_)
    for k in range(len(begin)):
        node[0], way[0], done[0], count = begin[k], 0.0, False, 1
        while True:
            best = _nearest(way, done, count)
            if best < 0 or way[best] > limit[k]:
                break
            done[best] = True
            for side in range(2):
                if node[best] == targets[0][k, side]:
                    out[k] = min(out[k], way[best] + targets[1][k, side])
            count = _relaxed(network, best, (node, way, done), count)
        if out[k] > limit[k]:
            out[k] = np.inf
    return out


@cached
def _nearest(way: Float64, done: NDArray[np.bool_], count: int) -> int:
    best = -1
    for i in range(count):
        if not done[i] and (best < 0 or way[i] < way[best]):
            best = i
    return best


@cached
def _relaxed(
    network: _Network, best: int, known: tuple[Int64, Float64, NDArray[np.bool_]], count: int
) -> int:
    """Look at the nodes next to one; give how many are known then."""
    node, way, done = known
    for k in range(network.first[node[best]], network.first[node[best] + 1]):
        edge = network.leaving[k]
        other, there = network.flat[edge ^ 1], way[best] + network.lengths[edge // 2]
        at = 0
        while at < count and node[at] != other:
            at += 1
        if at < count:
            way[at] = min(way[at], there)
        elif count < _MOST:
            node[at], way[at], done[at] = other, there, False
            count += 1
    return count
