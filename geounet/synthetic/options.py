"""What a person can choose about a town; the rest follows from the seed."""

import math
from dataclasses import dataclass

from geounet.errors import OptionsError

MIN_GSD_M, MAX_GSD_M = 0.05, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TownOptions:
    """A town's size, place and seed. Raises OptionsError where a value is out of range."""

    size: tuple[int, int] = (1024, 1024)
    """(rows, cols), each at least 1."""
    gsd_m: float = 0.3
    """Metres per pixel of the CRS, 0.05 to 3; finer shows more, coarser covers more ground."""
    seed: int = 0
    """At least 0. The same options and seed give the same bytes; other sizes of one seed are other towns."""
    density: float | None = None
    """Share of the land that is built up, 0 to 1; None is the seed's own choice."""
    trees: float | None = None
    """How wooded the land is, 0 (no tree) to 1; None is the seed's own choice."""
    nodata_corner: bool = True
    """Cut one corner off the scene, as a flight line's edge does."""
    epsg: int = 32737
    """A projected CRS in metres; the default is UTM 37S."""
    origin: tuple[float, float] = (352_000.0, 9_246_000.0)
    """(easting, northing) of the upper left corner in that CRS; the default lies in Morogoro, Tanzania."""

    def __post_init__(self) -> None:
        if len(self.size) != 2 or min(self.size) < 1:
            raise OptionsError(f"size is {self.size}; expected (rows, cols) of at least 1 each")
        if not MIN_GSD_M <= self.gsd_m <= MAX_GSD_M:
            raise OptionsError(f"gsd_m is {self.gsd_m}; expected {MIN_GSD_M} to {MAX_GSD_M} metres per pixel")
        if self.seed < 0:
            raise OptionsError(f"seed is {self.seed}; expected an integer of at least 0")
        for name, share in (("density", self.density), ("trees", self.trees)):
            if share is not None and not 0 <= share <= 1:
                raise OptionsError(f"{name} is {share}; expected 0 to 1, or None for the seed's own choice")
        if not all(map(math.isfinite, self.origin)):
            raise OptionsError(f"origin is {self.origin}; expected (easting, northing) in metres")
