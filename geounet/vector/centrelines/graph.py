"""A skeleton as a graph: junctions and ends are nodes, the pixels between them paths."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.centrelines.adjacency import adjacent
from geounet.vector.centrelines.chains import chains
from geounet.vector.centrelines.skeleton import Skeleton
from geounet.vector.compiled import cached
from geounet.vector.ragged import chosen_items, lengths, starts

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Points:
    """What paths are made of: pixels of the skeleton, and points put between them where it had a gap."""

    xy: Float64
    """(points, 2): column and row, pixel centres at halves, in units of the mean pixel."""
    radius: NDArray[np.float32]
    """Distance to the background, in those units."""
    width: NDArray[np.float32]
    """Width of the road; NaN where it is not known."""
    probability: NDArray[np.uint8]
    at_edge: NDArray[np.uint8]
    """As of `Skeleton`."""

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Nodes and the paths between them; a path's first point need not lie where its node does."""

    points: Points
    place: Float64
    """(nodes, 2), where each node is."""
    radius: Float64
    """How far the junction reaches round each node."""
    ends: Int64
    """(edges, 2), the nodes that each edge joins; a node with no edge is none."""
    path: Int64
    """The points of all edges, from the first node to the second."""
    stops: Int64
    """The position after each edge's path."""

    def __len__(self) -> int:
        return len(self.ends)

    def degrees(self) -> Int64:
        """How many edges end at each node, a loop counting twice."""
        return np.bincount(self.ends.ravel(), minlength=len(self.place))

    def tips(self) -> Int64:
        """(edges, 2), the first and the last point of each path."""
        return np.column_stack([self.path[starts(self.stops)], self.path[self.stops - 1]])

    def lengths(self) -> Float64:
        """Length of each path, in mean pixels."""
        steps = np.hypot(*np.diff(self.points.xy[self.path], axis=0, prepend=np.nan).T)
        steps[starts(self.stops)] = 0
        return np.add.reduceat(steps, starts(self.stops)) if len(self) else np.zeros(0)

    def usual_radius(self) -> Float64:
        """Median distance to the background of each path's points."""
        return _medians(self.path, self.stops, self.points.radius)

    def select(self, kept: NDArray[np.bool_]) -> "RoadGraph":
        """The graph of some of the edges, nodes as they are."""
        items, stops = chosen_items(self.stops, np.flatnonzero(kept))
        return replace(self, ends=self.ends[kept], path=self.path[items], stops=stops)

    def dissolved(self) -> "RoadGraph":
        """The graph without nodes of two edges: those edges are one."""
        if not (self.degrees() == 2).any():
            return self
        walked, stops = chains(self.ends, len(self.place))
        edge, backwards = walked // 2, walked % 2 == 1
        items, pieces = chosen_items(self.stops, edge)
        turned = np.repeat(backwards, lengths(pieces))
        begins, sizes = (
            np.repeat(starts(pieces), lengths(pieces)),
            np.repeat(lengths(pieces), lengths(pieces)),
        )
        mirrored = 2 * begins + sizes - 1 - np.arange(len(items))
        items = items[np.where(turned, mirrored, np.arange(len(items)))]
        directed = np.where(backwards[:, None], self.ends[edge][:, ::-1], self.ends[edge])
        ends = np.column_stack([directed[starts(stops), 0], directed[stops - 1, 1]])
        return replace(self, ends=ends, path=self.path[items], stops=pieces[stops - 1])


@cached
def _medians(path: Int64, stops: Int64, radius: NDArray[np.float32]) -> Float64:
    medians = np.zeros(len(stops))
    first = 0
    for edge in range(len(stops)):
        medians[edge] = np.median(radius[path[first : stops[edge]]])
        first = stops[edge]
    return medians


def graph_of(skeleton: Skeleton, steps: tuple[float, float]) -> RoadGraph:
    """The graph of a skeleton's pixels, in order by row and column, a row being `steps[0]` long, a column `steps[1]`."""
    pairs = adjacent(skeleton.row, skeleton.col)
    walked, stops = chains(pairs, len(skeleton))
    leaves, reaches = pairs.ravel()[walked], pairs.ravel()[walked ^ 1]
    path = np.insert(reaches, starts(stops), leaves[starts(stops)])
    stops = stops + np.arange(1, len(stops) + 1)
    tips = np.column_stack([path[starts(stops)], path[stops - 1]])
    nodes, ends = np.unique(tips, return_inverse=True)
    centre = np.column_stack([skeleton.col, skeleton.row]) + 0.5
    xy = (centre + skeleton.shift[:, ::-1]) * np.array([steps[1], steps[0]])
    points = Points(xy, skeleton.radius, skeleton.width, skeleton.probability, skeleton.at_edge)
    return RoadGraph(
        points=points,
        place=xy[nodes],
        radius=skeleton.radius[nodes].astype(np.float64),
        ends=ends.reshape(-1, 2).astype(np.int64),
        path=path,
        stops=stops,
    )
