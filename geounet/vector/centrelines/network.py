"""A network of roads: lines between nodes, as flat arrays."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import chosen_items

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

RECORD = ("label", "band", "length_m", "width_m", "confidence", "confidence_p10", "touches_edge")
"""What is said of each line, by the names of `RoadNetwork`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNetwork:
    """Centrelines and the nodes that they join, of all bands and labels, in pixel coordinates.

    Nodes come in the order of their row, then their column; lines in that of their first node, then of their second, then of
    the row and column of their second vertex. A line begins at the earlier of its nodes.
    """

    nodes: Float64
    """(nodes, 2): column and row, corners of pixels at whole numbers."""
    ends: Int64
    """(lines, 2): the node that each line begins at, and the one that it ends at."""
    vertices: Float64
    """(vertices, 2): column and row of the vertices of all lines, those at nodes included."""
    stops: Int64
    """The vertex after each line."""
    label: NDArray[np.uint8]
    """What the pixels under each line are labelled with."""
    band: NDArray[np.uint8]
    """The band of the labels that it lies in, from 0."""
    length_m: Float64
    """Metres on the ground."""
    width_m: Float64
    """Metres on the ground: the median along the line, junctions and bridged gaps left out."""
    confidence: Float64
    """Mean probability along the line, 0 to 1; NaN without scores."""
    confidence_p10: Float64
    """Tenth percentile of the probability along the line; NaN without scores."""
    touches_edge: NDArray[np.bool_]
    """Whether the road has nodata, or the outside of the raster, beside it."""

    def __len__(self) -> int:
        return len(self.ends)

    def select(self, lines: Int64) -> "RoadNetwork":
        """The network of some of the lines, in the order given, nodes as they are."""
        items, stops = chosen_items(self.stops, lines)
        record = {name: getattr(self, name)[lines] for name in RECORD}
        return replace(self, ends=self.ends[lines], vertices=self.vertices[items], stops=stops, **record)
