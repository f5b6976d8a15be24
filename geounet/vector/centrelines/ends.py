"""Dead ends: where a road stops though none of its sides does, and which way it was going."""

from typing import NamedTuple

import numpy as np

from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.centrelines.tangents import tangents
from geounet.vector.compiled import cached
from geounet.vector.ragged import starts


class DeadEnds(NamedTuple):
    """Free ends of lines that are not cut by nodata or by the raster's edge."""

    edge: Int64
    end: Int64
    """0 where the edge begins here, 1 where it ends."""
    tip: Float64
    """(ends, 2)"""
    direction: Float64
    """(ends, 2), of length 1, onwards."""
    radius: Float64
    """Half the road's width."""

    def nodes(self, graph: RoadGraph) -> Int64:
        """The node of each."""
        return graph.ends[self.edge, self.end]

    def positions(self, graph: RoadGraph) -> Int64:
        """Where on the paths each is."""
        return np.where(self.end == 1, graph.stops[self.edge] - 1, starts(graph.stops)[self.edge])

    def own(self) -> tuple[Int64, Int64, Int64]:
        """See `is_own`: a line's own last points are no obstacle to what leaves it."""
        return self.edge, self.end, 3 + 2 * np.ceil(self.radius).astype(np.int64)


def dead_ends(graph: RoadGraph) -> DeadEnds:
    """The dead ends of a graph whose free ends have been drawn out."""
    tangent, last = tangents(graph), graph.tips()
    free = (graph.degrees()[graph.ends] == 1) & (graph.points.at_edge[last] != 2)
    edge, end = np.nonzero(free & (tangent.direction != 0).any(axis=2))
    tip = graph.points.xy[last[edge, end]]
    return DeadEnds(edge, end, tip, tangent.direction[edge, end], tangent.radius[edge, end])


@cached
def is_own(position: int, end: int, own: tuple[Int64, Int64, Int64], stops: Int64) -> bool:
    """Whether a point on the paths is among the last of a dead end; `own` are their edges, ends, and how many are."""
    edge = own[0][end]
    first = stops[edge - 1] if edge else 0
    away = stops[edge] - 1 - position if own[1][end] else position - first
    return bool(first <= position < stops[edge] and away <= own[2][end])
