"""How much of each line lies beside other lines, and beside which of them most."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LineCover:
    """What of n lines lies within a distance of m others."""

    share: Float64
    """(n,) of each line's length, 0 to 1; NaN of a line without a length."""
    most: Int64
    """(n,) position of the one line that covers most of it; −1 where none covers any."""


def line_cover(lines: NDArray[np.object_], others: NDArray[np.object_], *, within_m: float) -> LineCover:
    """Compare n lines with m others (LineString or MultiLineString, in metres), each line on its own.

    Direction does not count: of a line that crosses another, twice `within_m` are covered.
    """
    line, other = shapely.STRtree(others).query(lines, predicate="dwithin", distance=within_m)
    near = shapely.buffer(others, within_m)
    alone = shapely.length(shapely.intersection(lines[line], near[other]))
    covered = np.bincount(line, alone, len(lines))
    # Where several cover a line, some of it may lie beside more than one.
    several = np.bincount(line, minlength=len(lines))[line] > 1
    owner, united = _united(line[several], others[other[several]], within_m)
    covered[owner] = shapely.length(shapely.intersection(lines[owner], united))
    length = shapely.length(lines)
    share = np.divide(covered, length, out=np.full(len(lines), np.nan), where=length > 0)
    return LineCover(np.minimum(share, 1), _most(line, other, alone, len(lines)))


def _united(line: Int64, others: NDArray[np.object_], within_m: float) -> tuple[Int64, NDArray[np.object_]]:
    """Each line (they come in order) that has others beside it, and all that is near to those."""
    parts, pair = shapely.get_parts(others, return_index=True)
    owner, group = np.unique(line[pair], return_inverse=True)
    return owner, np.asarray(
        shapely.buffer(shapely.multilinestrings(parts, indices=group), within_m), np.object_
    )


def _most(line: Int64, other: Int64, covered: Float64, count: int) -> Int64:
    """Which other covers most of each line; of equals the first."""
    order = np.lexsort((-other, covered, line))
    order = order[covered[order] > 0]
    most = np.full(count, -1)
    most[line[order]] = other[order]  # the last one written is the largest
    return most
