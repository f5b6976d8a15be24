"""Where a raster lies, in degrees: what maps and catalogues of a batch are drawn from."""

import math

from pyproj.exceptions import ProjError

from geounet.georeference import Georeference, transformer_between

_POINTS = 21
"""Points along each edge: a straight edge on the grid may be a curve in degrees."""

_DECIMALS = 7
"""A centimetre."""


def degrees(grid: Georeference) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a grid; west is greater than east across 180°. None where it has no place."""
    if grid.crs is None:
        return None
    corners = [grid.transform @ (col, row) for col in (0, grid.width) for row in (0, grid.height)]
    x, y = [corner[0] for corner in corners], [corner[1] for corner in corners]
    try:
        bounds = transformer_between(grid.crs, "OGC:CRS84").transform_bounds(
            min(x), min(y), max(x), max(y), densify_pts=_POINTS
        )
    except ProjError:
        return None
    if not all(map(math.isfinite, bounds)):
        return None
    west, south, east, north = (round(value, _DECIMALS) for value in bounds)
    return west, south, east, north
