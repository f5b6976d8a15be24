"""Zoom levels at which vector tiles show features as they are, and from which on a map of them begins."""

import math
from collections.abc import Sequence

from geounet.errors import OptionsError

EXTENT = 4096
"""Units of a tile's side, on which vertices lie."""

WORLD_M = 40_075_016.685578488
"""Side of the one tile of zoom 0, in metres of Web Mercator (EPSG:3857)."""

_UNITS_A_FEATURE = 32
"""Units of a tile that a feature is wide at the largest zoom: vertices are off by half a 32nd of it at most."""

_LEVELS = 6
"""Zooms below the largest, at which a feature of average size is half a unit wide: lower ones would show nothing."""

HIGHEST = 16
"""Beyond it a unit of a tile is less than 15 cm; maps enlarge what they have."""


def largest_zoom(size: float) -> int:
    """The zoom for features that are `size` metres of Web Mercator wide on average."""
    if not size > 0:
        return HIGHEST
    unit = size / _UNITS_A_FEATURE
    return min(HIGHEST, max(0, math.ceil(math.log2(WORLD_M / EXTENT / unit))))


def smallest_zoom(bounds: Sequence[float], largest: int) -> int:
    """The zoom at which bounds (in metres of Web Mercator) are as large as a tile, unless features vanish there."""
    side = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1.0)
    whole = max(0, math.floor(math.log2(WORLD_M / side)))
    return min(max(whole, largest - _LEVELS), largest)


def check_zooms(min_zoom: int | None, max_zoom: int | None) -> None:
    """Raise OptionsError unless zooms are in order and such as GDAL makes tiles of."""
    for name, zoom in (("min_zoom", min_zoom), ("max_zoom", max_zoom)):
        if zoom is not None and not 0 <= zoom <= 22:
            raise OptionsError(f"{name} is {zoom}; expected 0 to 22")
    if min_zoom is not None and max_zoom is not None and min_zoom > max_zoom:
        raise OptionsError(
            f"min_zoom {min_zoom} is above max_zoom {max_zoom}; expected the smaller one first"
        )
