"""Options, in metres, and the size of a pixel → what the steps are told, in pixels."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import GroundScale
from geounet.vector.centrelines.bridge import Reach
from geounet.vector.centrelines.options import RoadOptions
from geounet.vector.centrelines.skeleton import Scale

_FINEST_M = 0.3
"""Pixels are joined to larger ones of no more than this, which still shows the sides of the narrowest road."""

_SQUARE = 0.01
"""Relative difference of a pixel's sides below which it is a square."""

_ROOM = 3.0
"""Pixels that distances are measured beyond half of the greatest width."""

_UNSURE_END, _UNSURE_SIDE = 0.8, 0.5
"""Shares of the longest gap, to the end of a road and to its side, that are bridged where there are no scores."""

_CELL_M = 2.0
"""Side of the cells in which the probability of roads is kept."""

_BLOCK = 8
"""Pixels of the largest such cell: blocks hold whole ones."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a raster is worked on; `units` are the mean side of a working pixel."""

    options: RoadOptions
    shape: tuple[int, int]
    """Rows and columns of the raster."""
    join: int
    """Pixels of the raster, along each axis, that are one working pixel."""
    metres: float
    """Length of a unit."""
    steps: tuple[float, float]
    """Units of a working row and column; (1, 1) where pixels are square."""

    @classmethod
    def of(cls, ground: GroundScale, options: RoadOptions, gsd: tuple[float, float]) -> Self:
        """The plan for a raster with pixels of `gsd` metres (down a column, along a row)."""
        join = max(1, math.floor(_FINEST_M / max(gsd) + 1e-6))
        metres = math.sqrt(gsd[0] * gsd[1]) * join
        square = abs(gsd[0] / gsd[1] - 1) < _SQUARE
        steps = (1.0, 1.0) if square else (gsd[0] * join / metres, gsd[1] * join / metres)
        return cls(options, (int(ground.row_nodes[-1]), int(ground.col_nodes[-1])), join, metres, steps)

    @property
    def working_shape(self) -> tuple[int, int]:
        """Rows and columns of working pixels; the last ones may be cut."""
        return -(-self.shape[0] // self.join), -(-self.shape[1] // self.join)

    @property
    def to_pixels(self) -> NDArray[np.float64]:
        """Columns and rows of the raster in a unit."""
        return self.join / np.array([self.steps[1], self.steps[0]])

    @property
    def size(self) -> NDArray[np.float64]:
        """The raster's width and height in units."""
        return np.array([self.shape[1], self.shape[0]]) / self.to_pixels

    @property
    def block_rows(self) -> int:
        """Working rows of a block."""
        return -(-self.options.block_rows // _BLOCK) * _BLOCK

    @property
    def cell(self) -> int:
        """Working pixels along a side of the cells in which the probability of roads is kept."""
        return int(2 ** np.clip(round(math.log2(_CELL_M / self.metres)), 0, math.log2(_BLOCK)))

    @property
    def widest(self) -> float:
        """Distance to the background from which a place is too wide for a road."""
        return self.options.max_width / 2 / self.metres

    @property
    def scale(self) -> Scale:
        """What skeletons are made by."""
        return Scale(self.steps, self.widest + _ROOM, int(self.options.fill_holes / self.metres**2))

    @property
    def least(self) -> float:
        """Units of the shortest road of its own."""
        return self.options.min_length / self.metres

    @property
    def tolerance(self) -> float:
        """Units that a line may leave its path by."""
        smooth = self.options.smooth
        return max(1.0 / self.metres, 1.5) if smooth is None else smooth / self.metres

    def reach(self, *, scored: bool) -> Reach:
        """How far gaps are bridged."""
        far = self.options.max_gap / self.metres
        if scored:
            return Reach(far, far, self.options.consent)
        return Reach(_UNSURE_END * far, _UNSURE_SIDE * far, 0.0)
