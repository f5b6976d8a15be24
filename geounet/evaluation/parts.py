"""Lines cut where they leave the neighbourhood of other lines, as a picture shows them."""

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]


def near_and_far(
    lines: Geometries, others: Geometries, *, within_m: float, step_m: float
) -> tuple[Geometries, Geometries]:
    """Pieces of lines no longer than `step_m`: those whose middle lies within `within_m` of others, and the rest."""
    pieces = _pieces(shapely.segmentize(lines, step_m))
    if not len(pieces):
        return pieces, pieces
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    near = np.zeros(len(pieces), np.bool_)
    near[shapely.STRtree(others).query(middles, predicate="dwithin", distance=within_m)[0]] = True
    return pieces[near], pieces[~near]


def _pieces(lines: Geometries) -> Geometries:
    """The straight pieces of LineStrings and MultiLineStrings."""
    parts = shapely.get_parts(lines)
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    ends = np.stack([xy[:-1], xy[1:]], axis=1)[owner[1:] == owner[:-1]]
    pieces: Geometries = shapely.linestrings(ends)
    return pieces
