"""What is measured along lines: length and width on the ground, and how sure the model was."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import GroundScale
from geounet.strip import CONFIDENCE_SCALE, NODATA
from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.centrelines.plan import Plan
from geounet.vector.centrelines.tangents import tangents
from geounet.vector.ragged import lengths, starts


def line_lengths(vertices: Float64, stops: Int64, ground: GroundScale) -> Float64:
    """Metres of each line, each of its segments by the ground's metric at its middle."""
    if not len(stops):
        return np.zeros(0)
    middle = (vertices[1:] + vertices[:-1]) / 2
    along, down = np.diff(vertices, axis=0).T
    _, col_step, row_step, cross = ground.at(middle[:, 1], middle[:, 0])
    square = (along * col_step) ** 2 + (down * row_step) ** 2 + 2 * along * down * cross
    steps = np.append(0.0, np.sqrt(np.maximum(square, 0)))
    steps[starts(stops)] = 0
    return np.add.reduceat(steps, starts(stops))


def widths(graph: RoadGraph, plan: Plan, ground: GroundScale) -> Float64:
    """Metres of each road's width, by the size of a pixel at the middle of its path; junctions left out.

    It is the mean of the middle half of its points' widths, or where none has one, twice the distance to the background.
    """
    begin, skipped = starts(graph.stops), tangents(graph).skipped
    edge = np.repeat(np.arange(len(graph)), lengths(graph.stops))
    position, width = np.arange(len(edge)), graph.points.width[graph.path].astype(np.float64)
    inner = (position >= (begin + skipped[:, 0])[edge]) & (position < (graph.stops - skipped[:, 1])[edge])
    inner &= ~np.isnan(width)
    inner |= (np.bincount(edge[inner], minlength=len(graph)) == 0)[edge] & ~np.isnan(width)
    ordered = _Ordered.of(edge[inner], width[inner], len(graph))
    rank, count = ordered.rank, ordered.count[ordered.edge]
    units = ordered.mean((rank >= count // 4) & (rank < count - count // 4))
    units = np.where(ordered.count > 0, units, 2 * graph.usual_radius() - 0.5)
    col, row = (graph.points.xy[graph.path[(begin + graph.stops) // 2]] * plan.to_pixels).T
    centre = ground.at(plan.shape[0] / 2, plan.shape[1] / 2)[0]
    return np.asarray(units * plan.metres * np.sqrt(ground.at(row, col)[0] / centre))


def confidences(graph: RoadGraph) -> tuple[Float64, Float64]:
    """Mean and tenth percentile (the value that a tenth does not exceed) of each edge's probability; NaN without scores."""
    edge = np.repeat(np.arange(len(graph)), lengths(graph.stops))
    probability = graph.points.probability[graph.path]
    known = probability != NODATA
    ordered = _Ordered.of(edge[known], probability[known] / CONFIDENCE_SCALE, len(graph))
    tenth = ordered.rank == (ordered.count[ordered.edge] - 1) // 10
    return ordered.mean(np.ones(len(ordered.rank), np.bool_)), ordered.mean(tenth)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Values of edges, in order."""

    edge: Int64
    value: Float64
    rank: Int64
    """The place of each value among those of its edge, from 0."""
    count: Int64
    """How many values each edge has."""

    @classmethod
    def of(cls, edge: Int64, value: Float64, edges: int) -> Self:
        order = np.lexsort((value, edge))
        count = np.bincount(edge, minlength=edges)
        rank = np.arange(len(edge)) - (np.cumsum(count) - count)[edge[order]]
        return cls(edge[order], value[order], rank, count)

    def mean(self, chosen: NDArray[np.bool_]) -> Float64:
        """The mean of each edge's chosen values; NaN where there are none."""
        edge = self.edge[chosen]
        count = np.bincount(edge, minlength=len(self.count))
        total = np.bincount(edge, weights=self.value[chosen], minlength=len(self.count))
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def at_edges(graph: RoadGraph) -> NDArray[np.bool_]:
    """Which edges have a point whose road has nodata or the raster's edge beside it."""
    return np.asarray(np.maximum.reduceat(graph.points.at_edge[graph.path], starts(graph.stops)) > 0)
