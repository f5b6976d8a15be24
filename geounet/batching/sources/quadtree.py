"""The tile scheme of web maps (XYZ): squares of the Web Mercator map (EPSG:3857), halved at each zoom."""

import math
from dataclasses import dataclass

from geounet.errors import OptionsError
from geounet.georeference import transformer_between
from geounet.grid import Window
from geounet.options import BBox

HALF = math.pi * 6378137.0
"""Half the side of the map in metres: its edges lie at ±HALF, rows counted from the north, columns from the west."""

FINEST = 22
"""The finest zoom whose pixels GDAL can count, with tiles of 256."""

_NORTH = math.degrees(2 * math.atan(math.exp(math.pi)) - math.pi / 2)
"""Degrees of latitude at the map's upper edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A zoom of the map."""

    zoom: int
    tile: int = 256
    """Rows and columns of a tile."""

    @property
    def tiles(self) -> int:
        """Rows, and columns, of tiles."""
        return 1 << self.zoom

    @property
    def size(self) -> int:
        """Rows, and columns, of pixels."""
        return self.tile << self.zoom

    @property
    def resolution(self) -> float:
        """Metres of the map that a pixel takes."""
        return 2 * HALF / self.size

    def origin(self, window: Window) -> tuple[float, float]:
        """Easting and northing of a window's upper left corner."""
        return -HALF + window.col * self.resolution, HALF - window.row * self.resolution

    def whole(self) -> Window:
        """All pixels."""
        return Window(0, 0, self.size, self.size)

    def window(self, bbox: BBox) -> Window:
        """The pixels that a rectangle (WGS 84 unless it says otherwise) touches; OptionsError where there are none."""
        west, south, east, north = _on_map(bbox)
        cols = [math.floor((west + HALF) / self.resolution), math.ceil((east + HALF) / self.resolution)]
        rows = [math.floor((HALF - north) / self.resolution), math.ceil((HALF - south) / self.resolution)]
        window = Window(rows[0], cols[0], rows[1] - rows[0], cols[1] - cols[0]).intersect(self.whole())
        if not window.width:
            raise _outside(bbox)
        return window

    def tile_window(self, window: Window) -> Window:
        """The tiles that hold a window's pixels, as rows and columns of tiles."""
        row, col = window.row // self.tile, window.col // self.tile
        row_stop, col_stop = -(-window.row_stop // self.tile), -(-window.col_stop // self.tile)
        return Window(row, col, row_stop - row, col_stop - col)

    def pixels(self, tiles: Window) -> Window:
        """The pixels of some tiles."""
        return Window(*(self.tile * number for number in (tiles.row, tiles.col, tiles.height, tiles.width)))


def _on_map(bbox: BBox) -> tuple[float, float, float, float]:
    """West, south, east and north on the map."""
    crs = bbox.crs or "EPSG:4326"
    west, south, east, north = bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax
    if crs.upper() == "EPSG:3857":
        return west, south, east, north
    if crs.upper() in ("EPSG:4326", "OGC:CRS84"):
        west, east = max(west, -180.0), min(east, 180.0)
        south, north = max(south, -_NORTH), min(north, _NORTH)
        if west >= east or south >= north:
            raise _outside(bbox)
    map_of = transformer_between(crs, "EPSG:3857")
    west, south, east, north = map_of.transform_bounds(west, south, east, north)
    return float(west), float(south), float(east), float(north)


def _outside(bbox: BBox) -> OptionsError:
    return OptionsError(
        f"bbox is {bbox.xmin:g},{bbox.ymin:g},{bbox.xmax:g},{bbox.ymax:g}, outside the map of tiles; expected degrees "
        f"(west,south,east,north) within 180 and {_NORTH:.2f}, or the bbox's CRS with it"
    )
