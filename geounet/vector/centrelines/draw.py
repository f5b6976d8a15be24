"""A graph of points → smooth lines between nodes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.centrelines.runs import ranges
from geounet.vector.centrelines.smooth import simplified, smoothed, smoothed_ring
from geounet.vector.centrelines.tangents import Tangents, tangents
from geounet.vector.compiled import cached
from geounet.vector.densify import with_short_edges
from geounet.vector.ragged import lengths, starts

_PULL = 0.1
"""Weight of where a junction's pixels are against one line that points elsewhere."""


_SMOOTHING = 0.6
"""Share of the tolerance that is for smoothness; the rest is for having few vertices."""

_STEP = 1.5
"""Greatest distance of points that are smoothed, so that each counts as much as another."""

_FURTHEST = 0.4
"""Share of its radius that a junction is moved by at most: a skeleton's is 0.2 away from where two streets meet."""


def aimed(graph: RoadGraph, tangent: Tangents) -> RoadGraph:
    """The graph with each junction where its lines point to: a crossing's pixels are drawn to its widest corner."""
    degrees = graph.degrees()
    pointed = (tangent.direction != 0).any(axis=2) & (degrees[graph.ends] > 2)
    node, direction = graph.ends[pointed], tangent.direction[pointed]
    # Least squares of the distances from a place to the lines.
    across = np.eye(2) - direction[:, :, None] * direction[:, None, :]
    matrix, offset = np.zeros((len(degrees), 2, 2)), np.zeros((len(degrees), 2))
    np.add.at(matrix, node, across)
    np.add.at(offset, node, np.einsum("nij,nj->ni", across, tangent.point[pointed] - graph.place[node]))
    found = np.linalg.solve(matrix + _PULL * np.eye(2), offset[:, :, None])[:, :, 0]
    moved = np.hypot(*found.T)
    share = np.minimum(1, _FURTHEST * graph.radius / np.maximum(moved, 1e-9))
    return replace(graph, place=graph.place + found * share[:, None])


def drawn(graph: RoadGraph, tolerance: float, size: Float64) -> tuple[RoadGraph, Float64, Int64]:
    """Each edge's vertices, and the position after them; and the graph, with the nodes where the lines end.

    A line is straight inside of the junctions that it joins; elsewhere it is no further from the path of its edge than
    `tolerance`.
    """
    tangent = tangents(graph)
    graph = aimed(graph, tangent)
    graph = replace(graph, place=np.clip(graph.place, 0, size))
    rings = (graph.ends[:, 0] == graph.ends[:, 1]) & (graph.degrees()[graph.ends[:, 0]] == 2)
    free = graph.degrees()[graph.ends] == 1
    skipped = np.where(free | rings[:, None], 0, tangent.skipped)
    lines, stops = with_short_edges(*_lines(graph, skipped, rings), _STEP)
    kept = _smooth((lines, stops), (rings, graph.usual_radius()), tolerance)
    vertices = np.clip(lines[kept], 0, size)
    stops = np.cumsum(kept, dtype=np.int64)[stops - 1]
    place = graph.place.copy()
    place[graph.ends[rings, 0]] = vertices[stops[rings] - 1]
    return replace(graph, place=place), vertices, stops


def _lines(graph: RoadGraph, skipped: Int64, rings: NDArray[np.bool_]) -> tuple[Float64, Int64]:
    """Each edge's points, but for `skipped` (edges, 2) at its ends, between its nodes, and the position after them.

    A ring's come back to the first of them.
    """
    begin = starts(graph.stops)
    inner = np.maximum(lengths(graph.stops) - skipped.sum(axis=1), 0)
    stops = np.cumsum(inner + 2)
    first, last = graph.place[graph.ends].transpose(1, 0, 2).copy()
    first[rings] = last[rings] = graph.points.xy[graph.path[begin[rings]]]
    lines = np.empty((stops[-1] if len(stops) else 0, 2))
    lines[starts(stops)], lines[stops - 1] = first, last
    lines[ranges(starts(stops) + 1, inner)] = graph.points.xy[
        graph.path[ranges(begin + skipped[:, 0], inner)]
    ]
    return lines, stops


@cached
def _smooth(
    lines: tuple[Float64, Int64], kinds: tuple[NDArray[np.bool_], Float64], tolerance: float
) -> NDArray[np.bool_]:
    """Smooth lines in place, some of which are rings, by the usual radius of each; say which points to keep."""
    xy, stops = lines
    kept = np.ones(len(xy), np.bool_)
    first = 0
    for edge in range(len(stops)):
        line = xy[first : stops[edge]]
        window = int(max(2.0, kinds[1][edge]))
        if tolerance > 0:
            if kinds[0][edge]:
                line[:] = smoothed_ring(line, window, _SMOOTHING * tolerance)
            else:
                line[:] = smoothed(line, window, _SMOOTHING * tolerance)
            kept[first : stops[edge]] = simplified(line, (1 - _SMOOTHING) * tolerance)
        first = stops[edge]
    return kept
