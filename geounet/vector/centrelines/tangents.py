"""Where lines point at their ends, once what bends them there is left out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.compiled import cached

_DEEP = 0.7
"""Share of the distance to the background near a line's end below which that end is a skeleton's hook into a corner."""

_FREE_FIT, _JOINED_FIT, _LEAST_FIT = 6.0, 2.0, 5.0
"""Length of line that a direction is taken from: in radii, at free ends and at junctions, and in units at least."""


class Tangents(NamedTuple):
    """Of each edge's two ends, the first one first."""

    skipped: Int64
    """(edges, 2), how many points at the end are left out: those inside of its junction, or near a free end."""
    point: Float64
    """(edges, 2, 2), column and row of the line's end without them."""
    direction: Float64
    """(edges, 2, 2), of length 1, out of the line; 0 where there is too little of it."""
    centre: Float64
    """(edges, 2, 2), the last point of a free end without its hook; half a width from where the road ends."""
    radius: Float64
    """(edges, 2), distance to the background there."""


def tangents(graph: RoadGraph) -> Tangents:
    """The directions of a graph's lines at their nodes."""
    points = graph.points
    return Tangents(
        *_fitted(
            (graph.path, graph.stops),
            (points.xy, points.radius),
            (graph.place[graph.ends], graph.radius[graph.ends]),
            (graph.degrees()[graph.ends] == 1, graph.usual_radius()),
        )
    )


@cached
def _fitted(
    paths: tuple[Int64, Int64],
    points: tuple[Float64, NDArray[np.float32]],
    nodes: tuple[Float64, Float64],
    kinds: tuple[NDArray[np.bool_], Float64],
) -> tuple[Int64, Float64, Float64, Float64, Float64]:
    path, stops = paths
    free, usual = kinds
    edges = len(stops)
    skipped = np.zeros((edges, 2), np.int64)
    point, direction = np.zeros((edges, 2, 2)), np.zeros((edges, 2, 2))
    centre, radius = np.zeros((edges, 2, 2)), np.zeros((edges, 2))
    first = 0
    for edge in range(edges):
        line = path[first : stops[edge]]
        first = stops[edge]
        for end in range(2):
            inward = line[::-1].copy() if end else line
            xy = points[0][inward]
            if free[edge, end]:
                depth = points[1][inward]
                last, skip = _unhooked(xy, depth, int(4 * usual[edge]) + 8)
                centre[edge, end], radius[edge, end] = xy[last], depth[last]
            else:
                skip = _outside(xy, nodes[0][edge, end], nodes[1][edge, end])
            skipped[edge, end] = skip
            if skip < len(xy):
                radii = _FREE_FIT if free[edge, end] else _JOINED_FIT
                wanted = max(_LEAST_FIT, radii * usual[edge])
                point[edge, end], direction[edge, end] = _aim(xy[skip:], wanted)
    return skipped, point, direction, centre, radius


@cached
def _unhooked(xy: Float64, radius: NDArray[np.float32], near: int) -> tuple[int, int]:
    """The last point without the hook, and the first that is half a width further in; at most half of the line is lost."""
    usual, last = np.median(radius[:near]), 0
    while last < len(xy) // 2 and radius[last] < _DEEP * usual:
        last += 1
    skip = last
    while skip < len(xy) // 2 and _length(xy[skip] - xy[last]) < usual:
        skip += 1
    return last, skip


@cached
def _outside(xy: Float64, place: Float64, reach: float) -> int:
    """The first point that is further than `reach` from a place; their number where none is."""
    skip = 0
    while skip < len(xy) and _length(xy[skip] - place) <= reach:
        skip += 1
    return skip


@cached
def _aim(xy: Float64, wanted: float) -> tuple[Float64, Float64]:
    """Where the first `wanted` units of points that lead inwards begin, on the line through them, and point to outwards."""
    length, stop = 0.0, 0
    while stop + 1 < len(xy) and length < wanted:
        length += _length(xy[stop + 1] - xy[stop])
        stop += 1
    if stop < 2:
        return xy[0].copy(), np.zeros(2)
    column, row = xy[: stop + 1, 0], xy[: stop + 1, 1]
    middle = np.array([column.mean(), row.mean()])
    dx, dy = column - middle[0], row - middle[1]
    # The direction in which they spread most.
    angle = 0.5 * np.arctan2(2 * (dx * dy).sum(), (dx * dx).sum() - (dy * dy).sum())
    along = np.array([np.cos(angle), np.sin(angle)])
    if np.dot(along, xy[stop] - xy[0]) > 0:
        along = -along
    return middle + along * np.dot(xy[0] - middle, along), along


@cached
def _length(step: Float64) -> float:
    return float(np.sqrt(step[0] ** 2 + step[1] ** 2))
