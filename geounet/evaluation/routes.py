"""Places along a network and the shortest ways between them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geounet.errors import LabelsError
from geounet.evaluation.network import Network

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

ROUNDING_M = 1e-6
"""Distances that differ by less are the same: far finer than any map, and coarser than float64 at 10,000 km."""


@dataclass(frozen=True, slots=True)
class Places:
    """Points along the edges of a network."""

    edge: Int64
    """The edge on which each lies; -1 where it lies on none."""
    offset: Float64
    """Metres along the edge from its first node."""

    def __post_init__(self) -> None:
        if self.edge.shape != self.offset.shape:
            raise LabelsError(
                f"found {len(self.edge)} edges and {len(self.offset)} offsets; expected as many of each"
            )

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, chosen: NDArray[np.bool_] | Int64) -> Self:
        return type(self)(self.edge[chosen], self.offset[chosen])

    def points(self, network: Network) -> NDArray[np.object_]:
        """The points themselves, of places that lie on an edge."""
        return np.asarray(shapely.line_interpolate_point(network.lines[self.edge], self.offset), dtype=object)


def snap(points: NDArray[np.object_], network: Network, *, within_m: float) -> Places:
    """The place of a network nearest to each point, where one is as near as `within_m`; of several, the first edge's."""
    tree = shapely.STRtree(network.lines)
    point, edge = tree.query_nearest(points, max_distance=within_m + ROUNDING_M, all_matches=True)
    order = np.lexsort((edge, point))
    found, first = np.unique(point[order], return_index=True)
    nearest = edge[order][first]
    offset = shapely.line_locate_point(network.lines[nearest], points[found])
    places = Places(np.full(len(points), -1), np.zeros(len(points)))
    places.edge[found], places.offset[found] = nearest, np.minimum(offset, network.lengths[nearest])
    return places


@dataclass(frozen=True, slots=True)
class Router:
    """A network that is ready for Dijkstra's algorithm, which runs over its nodes alone."""

    network: Network
    graph: csr_array
    """Metres from node to node where an edge joins them: the least where several do."""

    @classmethod
    def of(cls, network: Network) -> Self:
        """The router of a network."""
        (one, other), size = network.edges.T, len(network.nodes)
        rows, cols, weights = np.append(one, other), np.append(other, one), np.tile(network.lengths, 2)
        order = np.lexsort((weights, cols, rows))
        rows, cols, weights = rows[order], cols[order], weights[order]
        # scipy would add up what has the same row and column.
        least = np.append(True, (rows[1:] != rows[:-1]) | (cols[1:] != cols[:-1]))[: len(rows)]
        return cls(network, csr_array((weights[least], (rows[least], cols[least])), shape=(size, size)))

    def path_lengths(self, sources: Places, targets: Places) -> Float64:
        """Metres of the shortest path from each source to each target, (sources, targets); infinite where there is none.

        What is left to a target is added at either end of its edge; two places on one edge may be nearest along it.
        """
        to_nodes = dijkstra(self._from(sources), indices=len(self.network.nodes) + np.arange(len(sources)))
        one, other, metres = self._both_ends(targets)
        lengths = np.minimum(to_nodes[:, one] + metres[0], to_nodes[:, other] + metres[1])
        source, target = np.nonzero(sources.edge[:, None] == targets.edge)
        along = np.abs(sources.offset[source] - targets.offset[target])
        lengths[source, target] = np.minimum(lengths[source, target], along)
        return np.asarray(lengths)

    def _from(self, sources: Places) -> csr_array:
        """The graph with a row for each source, from which ways lead to both ends of its edge and none lead back."""
        one, other, metres = self._both_ends(sources)
        metres[0] = np.where(one == other, metres.min(axis=0), metres[0])
        ways = np.stack([np.ones_like(one, np.bool_), one != other], axis=1)
        size = len(self.network.nodes) + len(sources)
        return csr_array(
            (
                np.append(self.graph.data, metres.T[ways]),
                np.append(self.graph.indices, np.stack([one, other], axis=1)[ways]),
                np.append(self.graph.indptr, self.graph.nnz + np.cumsum(ways.sum(axis=1))),
            ),
            shape=(size, size),
        )

    def _both_ends(self, places: Places) -> tuple[Int64, Int64, Float64]:
        """The nodes at both ends of each place's edge, and the metres to each, (2, places)."""
        one, other = self.network.edges[places.edge].T
        return one, other, np.stack([places.offset, self.network.lengths[places.edge] - places.offset])
