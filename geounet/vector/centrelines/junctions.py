"""Junctions whose roads overlap, made one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.crossings import in_crossings
from geounet.vector.centrelines.graph import RoadGraph
from geounet.vector.centrelines.prune import parts
from geounet.vector.ragged import starts

_OVERLAP = 0.9
"""Junctions are one when they are nearer than this share of both distances to the background.

So are the two that a skeleton makes of a crossing near to a right angle, and two streets that meet a third within
one width of it.
"""

_ACUTE = 2.0
"""The same of junctions between which two roads cross: at angles above 30°."""

_LOOP = 4.0
"""Radii of a junction below which a loop at it is a part of it."""


def merged_junctions(graph: RoadGraph, widest: float) -> RoadGraph:
    """The graph with one node for each junction, and none between two edges alone; edges inside of a junction are gone.

    Places where the background is further than `widest` are junctions too, of all the roads that lead to them.
    """
    while True:
        inner = _inner(graph, widest)
        if not inner.any():
            return graph.dissolved()
        graph = _contracted(graph, inner).dissolved()


def _inner(graph: RoadGraph, widest: float) -> NDArray[np.bool_]:
    """Which edges are inside of a junction."""
    if not len(graph):
        return np.zeros(0, np.bool_)
    # Of the places where the edges end: a junction that has grown reaches no further than before.
    length, radius = graph.lengths(), graph.points.radius[graph.tips()]
    joined = (graph.degrees()[graph.ends] > 2).all(axis=1)
    loop = graph.ends[:, 0] == graph.ends[:, 1]
    near = np.where(loop, length <= _LOOP * radius[:, 0], length <= _OVERLAP * radius.sum(axis=1))
    longer = joined & ~near & ~loop & (length <= _ACUTE * radius.sum(axis=1))
    near |= in_crossings(graph, longer)
    vast = np.minimum.reduceat(graph.points.radius[graph.path], starts(graph.stops)) >= widest
    return np.asarray((joined & near) | vast)


def _contracted(graph: RoadGraph, inner: NDArray[np.bool_]) -> RoadGraph:
    """The graph without some edges, the nodes at their ends being one in their middle."""
    cluster = parts(graph.ends[inner], len(graph.place))
    size = np.bincount(cluster)
    place = np.column_stack([np.bincount(cluster, weights=graph.place[:, k]) / size for k in (0, 1)])
    radius = np.zeros(len(size))
    np.maximum.at(radius, cluster, np.hypot(*(graph.place - place[cluster]).T) + graph.radius)
    rest = graph.select(~inner)
    return replace(rest, place=place, radius=radius, ends=cluster[rest.ends])
