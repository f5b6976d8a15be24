"""Edges of a graph cut in two."""

from dataclasses import replace

import numpy as np

from geounet.vector.centrelines.graph import Int64, RoadGraph
from geounet.vector.ragged import starts


def cut_at(graph: RoadGraph, positions: Int64) -> tuple[RoadGraph, Int64]:
    """The graph with a node at each of some positions on its paths, and that node; an end of a path has one already."""
    edge = np.searchsorted(graph.stops, positions, side="right")
    at_first = positions == starts(graph.stops)[edge]
    at_last = positions == graph.stops[edge] - 1
    nodes = np.where(at_first, graph.ends[edge, 0], graph.ends[edge, 1])
    inner = ~at_first & ~at_last
    cuts, which = np.unique(positions[inner], return_inverse=True)
    nodes[inner] = len(graph.place) + which
    number = np.arange(len(cuts))
    # The point of a cut ends one path and begins the next.
    path = np.insert(graph.path, cuts + 1, graph.path[cuts])
    whole = graph.stops + np.searchsorted(cuts, graph.stops)
    order = np.argsort(np.append(whole, cuts + 1 + number), kind="stable")
    last = np.append(graph.ends[:, 1], len(graph.place) + number)[order]
    after_cut = np.flatnonzero(order >= len(graph)) + 1
    first = np.roll(last, 1)
    # A piece begins where the one before it was cut, or where its edge did.
    is_cut = np.zeros(len(order), np.bool_)
    is_cut[after_cut] = True
    owner = np.append(np.arange(len(graph)), edge[inner][np.unique(which, return_index=True)[1]])[order]
    first = np.where(is_cut, first, graph.ends[owner, 0])
    point = graph.path[cuts]
    return replace(
        graph,
        place=np.concatenate([graph.place, graph.points.xy[point]]),
        radius=np.append(graph.radius, graph.points.radius[point]),
        ends=np.column_stack([first, last]),
        path=path,
        stops=np.append(whole, cuts + 1 + number)[order],
    ), nodes
