"""Grids that lie on one lattice of pixels: which do, where on it, and which of them touch.

Two grids share a lattice where their CRS and pixels are the same and their origins differ by whole pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from geounet.georeference import Georeference

SAME_PIXEL = 1e-6
"""Pixels are the same whose sides differ by no more than this share."""

WHOLE_PIXEL = 1e-3
"""Origins differ by whole pixels where no more than this part of one is left."""

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Places:
    """Where grids of one lattice lie on it; rows and columns count from the least of them, which is 0."""

    grid: Georeference
    """What covers them all."""
    rows: Int64
    """(n,) first row of each."""
    cols: Int64
    heights: Int64
    widths: Int64

    @classmethod
    def of(cls, grids: Sequence[Georeference]) -> "Places":
        """The places of grids, one at least, that share a lattice."""
        first = grids[0]
        origins = np.array([(grid.transform.c, grid.transform.f) for grid in grids])
        cols, rows = np.rint(_in_pixels(first.transform, origins)).astype(np.int64).T
        heights, widths = (
            np.array([getattr(grid, side) for grid in grids], np.int64) for side in ("height", "width")
        )
        rows, cols = rows - rows.min(), cols - cols.min()
        # The grid nearest the corner places it: where it lies there, not a bit of its transform is lost.
        nearest = int(np.argmin(rows + cols))
        corner = grids[nearest].transform
        if rows[nearest] or cols[nearest]:
            corner *= Affine.translation(-float(cols[nearest]), -float(rows[nearest]))
        height, width = int((rows + heights).max()), int((cols + widths).max())
        return cls(Georeference(corner, first.crs, height, width), rows, cols, heights, widths)

    def boxes(self, grown: float = 0.0) -> NDArray[np.object_]:
        """The grids as rectangles in columns and rows, larger by `grown` on each side."""
        return np.asarray(
            shapely.box(
                self.cols - grown, self.rows - grown,
                self.cols + self.widths + grown, self.rows + self.heights + grown,
            )
        )  # fmt: skip

    def covered(self) -> int:
        """Pixels that lie in one of the grids at least."""
        return round(shapely.union_all(self.boxes()).area)

    def touching(self) -> Int64:
        """(n,) the group of each grid: those that overlap, or meet at an edge or a corner, in chains."""
        if len(self.rows) == 1:
            return np.zeros(1, np.int64)
        # Quarter pixels are exact, join what meets, and leave a gap of one pixel open.
        parts = shapely.get_parts(shapely.union_all(self.boxes(grown=0.25)))
        corners = shapely.points(self.cols, self.rows)
        inside, part = shapely.STRtree(parts).query(corners, predicate="within")
        groups = np.zeros(len(self.rows), np.int64)
        groups[inside] = part
        return groups


def lattices(grids: Sequence[Georeference]) -> Int64:
    """(n,) the lattice of each grid, as a number; O(n log n)."""
    groups = _systems([grid.crs for grid in grids])
    if not len(grids):
        return groups
    transforms = [grid.transform for grid in grids]
    sides = np.array([(t.a, t.b, t.d, t.e) for t in transforms])
    size = np.sqrt(np.abs(sides[:, 0] * sides[:, 3] - sides[:, 1] * sides[:, 2]))
    for values in (np.log(size), *(sides / size[:, None]).T):
        groups = _split(groups, values, step=SAME_PIXEL)
    origins = np.array([(t.c, t.f) for t in transforms])
    phases = np.empty_like(origins)
    for members in _members(groups):
        phases[members] = _in_pixels(transforms[members[0]], origins[members]) % 1
    for phase in phases.T:
        groups = _split(groups, np.where(phase > 1 - WHOLE_PIXEL, phase - 1, phase), step=WHOLE_PIXEL)
    return groups


def _systems(systems: Sequence[CRS | None]) -> Int64:
    """The CRS of each grid, as a number; the same by another text is the same."""
    texts: dict[str, int] = {}
    known: list[CRS | None] = []
    numbers = np.zeros(len(systems), np.int64)
    for k, crs in enumerate(systems):
        text = "" if crs is None else crs.wkt
        if text not in texts:
            texts[text] = next((n for n, other in enumerate(known) if other == crs), len(known))
            known.append(crs)
        numbers[k] = texts[text]
    return numbers


def _split(groups: Int64, values: Float64, *, step: float) -> Int64:
    """Groups parted where their values, in order, are more than `step` apart."""
    order = np.lexsort((values, groups))
    apart = (np.diff(groups[order]) != 0) | (np.diff(values[order]) > step)
    parted = np.empty_like(groups)
    parted[order] = np.concatenate([[0], np.cumsum(apart)])
    return parted


def _members(groups: Int64) -> list[Int64]:
    """The positions of each group's members."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _in_pixels(transform: Affine, origins: Float64) -> Float64:
    """(n, 2) columns and rows from a grid's origin to other origins (x, y)."""
    # From the origin first: what is left is small, and loses no digits.
    x, y = (origins - (transform.c, transform.f)).T
    inverse = ~Affine(transform.a, transform.b, 0, transform.d, transform.e, 0)
    return np.column_stack([inverse.a * x + inverse.b * y, inverse.d * x + inverse.e * y])
