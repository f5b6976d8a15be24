"""How large a pixel is on the ground, so that widths in the config are true metres on any CRS."""

from dataclasses import dataclass
from typing import Self

from geounet.georeference import Georeference


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Ground metres of one pixel; its sides are taken to be perpendicular."""

    row_m: float
    """Metres of one row: a step down a column."""
    col_m: float
    """Metres of one column: a step along a row."""

    @classmethod
    def of(cls, grid: Georeference, *, gsd_m: float) -> Self:
        """A pixel at the grid's centre, geodesic; `gsd_m` on each side where the grid has no CRS."""
        return cls(*grid.gsd()) if grid.crs is not None else cls(gsd_m, gsd_m)

    @property
    def half_m(self) -> float:
        """Half a pixel's mean side: how far a pixel's centre lies from its own edge."""
        return (self.row_m + self.col_m) / 4

    @property
    def area_m2(self) -> float:
        """Its area."""
        return self.row_m * self.col_m
