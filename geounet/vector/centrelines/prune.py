"""Without what is no road: spurs of the skeleton, and short pieces joined to nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geounet.vector.centrelines.graph import Int64, RoadGraph
from geounet.vector.centrelines.runs import spliced
from geounet.vector.centrelines.tangents import tangents
from geounet.vector.compiled import cached
from geounet.vector.ragged import lengths

_NEAR = 16
"""Points at the end of a line that tell how wide its road is there."""


def without_spurs(graph: RoadGraph, spur: float) -> RoadGraph:
    """The graph without dead ends that reach less than `spur` widths from their junction.

    The reach is the path's length and the distance to the background at its end; the width is twice that distance on the
    road that it leaves. A road that is cut by the edge of what is known need reach half as far. What the loss of a spur
    joins is judged again, as one.
    """
    while True:
        short = _reach(graph) < spur * 2 * _depth(graph)
        if not short.any():
            return graph
        graph = _straightened(graph, short).select(~short).dissolved()


def _reach(graph: RoadGraph) -> NDArray[np.float64]:
    """How far each dead end reaches; infinitely far where both ends are free, or none."""
    free, tips = graph.degrees()[graph.ends] == 1, graph.tips()
    beyond = np.where(free, graph.points.radius[tips], 0).sum(axis=1)
    reach = (graph.lengths() + beyond) * np.where(
        (free & (graph.points.at_edge[tips] == 2)).any(axis=1), 2, 1
    )
    return np.where(free[:, 0] != free[:, 1], reach, np.inf)


def _depth(graph: RoadGraph) -> NDArray[np.float64]:
    """Half the width of the road that each dead end leaves: that of the widest line at its junction."""
    free = graph.degrees()[graph.ends] == 1
    near = _near((graph.path, graph.stops), graph.points.radius)
    near = np.where(free.any(axis=1)[:, None], graph.points.radius[graph.tips()], near)
    at_node = np.zeros(len(graph.place))
    np.maximum.at(at_node, graph.ends, near)
    depth: NDArray[np.float64] = np.where(free, 0, at_node[graph.ends]).max(axis=1, initial=0)
    return depth


@cached
def _near(paths: tuple[Int64, Int64], radius: NDArray[np.float32]) -> NDArray[np.float64]:
    """(edges, 2), median distance to the background of the points at each end of a path."""
    path, stops = paths
    near = np.zeros((len(stops), 2))
    first = 0
    for edge in range(len(stops)):
        line = radius[path[first : stops[edge]]]
        first = stops[edge]
        near[edge, 0], near[edge, 1] = np.median(line[:_NEAR]), np.median(line[-_NEAR:])
    return near


def _straightened(graph: RoadGraph, lost: NDArray[np.bool_]) -> RoadGraph:
    """The graph without the points, round junctions that lose all but two edges, that were drawn towards the others."""
    nodes = len(graph.place)
    left = np.bincount(graph.ends[~lost].ravel(), minlength=nodes) == 2
    left &= np.bincount(graph.ends[lost].ravel(), minlength=nodes) > 0
    inside = np.where(left[graph.ends], tangents(graph).skipped, 0)
    most = (lengths(graph.stops) - 1) // 2
    return spliced(graph, np.minimum(inside, most[:, None]))


def without_small_parts(graph: RoadGraph, least: float) -> RoadGraph:
    """The graph without connected parts whose paths are shorter than `least` in all; at the edge they are kept."""
    if not len(graph):
        return graph
    part = parts(graph.ends, len(graph.place))[graph.ends[:, 0]]
    total = np.bincount(part, weights=graph.lengths())
    return graph.select(total[part] >= least)


def parts(pairs: Int64, nodes: int) -> Int64:
    """The connected part that each node is in, from 0."""
    links = coo_array((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)
