"""Where lines lie: which points of paths are near a place."""

from typing import NamedTuple

import numpy as np

from geounet.vector.centrelines.graph import Float64, Int64, RoadGraph
from geounet.vector.compiled import cached


class Occupied(NamedTuple):
    """The points of a graph's paths by the pixel that they lie in."""

    keys: Int64
    """Pixels, in order: row · `columns` + column + 1."""
    position: Int64
    """Where on the paths the point of each pixel is."""
    columns: int


def occupied(graph: RoadGraph) -> Occupied:
    """The points of all paths."""
    cell = np.floor(graph.points.xy[graph.path]).astype(np.int64)
    # A column more on either side, so that the pixels beside a row's last are not in the next row.
    columns = int(cell[:, 0].max(initial=0)) + 3
    keys = cell[:, 1] * columns + cell[:, 0] + 1
    order = np.argsort(keys, kind="stable")
    return Occupied(keys[order], order, columns)


@cached
def near(taken: Occupied, place: Float64, found: Int64) -> int:
    """Put the positions of points in the nine pixels round a place into `found`; give how many there are."""
    row, col = int(np.floor(place[1])), int(np.floor(place[0]))
    count = 0
    if not -1 <= col <= taken.columns - 2:
        return count
    for y in range(row - 1, row + 2):
        low = max(0, col) + y * taken.columns
        high = min(col + 2, taken.columns - 1) + y * taken.columns
        at = np.searchsorted(taken.keys, low)
        while at < len(taken.keys) and taken.keys[at] <= high and count < len(found):
            found[count] = taken.position[at]
            count += 1
            at += 1
    return count
