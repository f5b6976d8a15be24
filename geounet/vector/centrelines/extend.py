"""Free ends drawn out to the end of the road: thinning stops half a width before it."""

from dataclasses import replace

import numpy as np

from geounet.vector.centrelines.graph import Float64, RoadGraph
from geounet.vector.centrelines.runs import spliced, with_runs
from geounet.vector.centrelines.tangents import tangents
from geounet.vector.ragged import lengths

_HALF = 0.5
"""Units from a background pixel's centre to its side; a skeleton ends a pixel short in the mean over all directions."""

_THIN = 2.0
"""Distance to the background of what is too thin to lose its ends."""


def extended(graph: RoadGraph, size: Float64) -> RoadGraph:
    """The graph with each free end where its road ends, straight on, and the skeleton's hooks into corners gone.

    A round or square end of a road lies as far from the last pixel of its middle as the sides do. At nodata and at the
    raster's edge, at (0, 0) and `size` (columns, rows), lines end there.
    """
    tangent = tangents(graph)
    pointed = (tangent.direction != 0).any(axis=2)
    edge, end = np.nonzero((graph.degrees()[graph.ends] == 1) & pointed)
    point, direction = tangent.point[edge, end], tangent.direction[edge, end]
    last = graph.tips()[edge, end]
    along = ((graph.points.xy[last] - point) * direction).sum(axis=1)
    cut = graph.points.at_edge[last] == 2
    radius = tangent.radius[edge, end]
    lost = np.where(radius < _THIN, -_HALF, _HALF)
    whole = ((tangent.centre[edge, end] - point) * direction).sum(axis=1) + radius + lost
    reach = np.maximum(np.where(cut, along + 0.5, np.maximum(along, whole)), 0.5)
    tip = point + direction * reach[:, None]
    inside = np.clip(tip, 0, size)
    cut |= (tip != inside).any(axis=1)
    skipped = np.zeros((len(graph), 2), np.int64)
    skipped[edge, end] = tangent.skipped[edge, end]
    points, items, stops = with_runs(graph.points, inside, point, radius=radius)
    flags = np.where(cut, np.uint8(2), graph.points.at_edge[last])
    points.at_edge[items] = np.repeat(flags, lengths(stops))
    points.probability[items] = np.repeat(graph.points.probability[last], lengths(stops))
    place = graph.place.copy()
    place[graph.ends[edge, end]] = inside
    long = spliced(graph, skipped, (items, stops, 2 * edge + end))
    return replace(long, points=points, place=place)
