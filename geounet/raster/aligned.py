"""Rasters on another grid, as they are: at each pixel's centre, the source pixel that it lies in.

GDAL would do the same in a warped VRT, but takes any fourth band for alpha, loses what a file says of its classes, and
fills with background what lies outside. Here whatever can be read window by window stays what it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.errors import MissingCRSError
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.labels import LabelRaster
from geounet.raster.projected import Projection, coincide, halves
from geounet.raster.source import Pixels, Source

_MOST_PIXELS = 1 << 24
"""Source pixels that are read at once."""

_PART = 1024
"""Pixels along the side of a part that is sampled at once."""

_ROUNDING = 1e-6
"""A centre by so much before a pixel's edge lies behind it: a tie falls to the pixel on the right, and below."""


def aligned_labels(raster: LabelRaster, grid: Georeference) -> LabelRaster:
    """A label raster on `grid`, nodata outside of it; itself where it lies there already.

    Raises MissingCRSError where it cannot be placed, OptionsError where there is no way from CRS to CRS.
    """
    if on_grid(raster.grid, grid, name=raster.name):
        return raster
    bands, alpha = (
        tuple(AlignedSource(source, raster.grid, grid) for source in sources)
        for sources in (raster.bands, [raster.alpha] if raster.alpha else [])
    )
    return replace(raster, grid=grid, bands=bands, alpha=next(iter(alpha), None))


def on_grid(own: Georeference, grid: Georeference, *, name: str) -> bool:
    """Whether a raster's pixels are those of `grid`.

    Without a CRS on either side they are where there are as many, and the transforms do not say otherwise. Raises
    MissingCRSError where that does not hold.
    """
    shape = (own.height, own.width)
    fits = shape == (grid.height, grid.width)
    if own.crs is not None and grid.crs is not None:
        return fits and own.crs == grid.crs and coincide(own, grid)
    placeless = any(g.crs is None and g.transform.is_identity for g in (own, grid))
    if fits and (placeless or coincide(own, grid)):
        return True
    raise MissingCRSError(
        f"{name} has {shape[0]} × {shape[1]} pixels{'' if own.crs else ' and no CRS'}, what it is laid on "
        f"{grid.height} × {grid.width}{'' if grid.crs else ' and no CRS'}; expected a CRS of both, or the same pixels: "
        "pass --assume-crs"
    )


class AlignedSource(Source):
    """A source on another grid than its own; what lies outside of it is 0, and not valid."""

    def __init__(self, source: Source, own: Georeference, grid: Georeference) -> None:
        self._source = source
        self._sampling = Sampling(own, grid)
        self.height, self.width = grid.height, grid.width
        self.count, self.dtype, self.dtypes = source.count, source.dtype, source.dtypes
        self.value_dtype = source.value_dtype
        self.cache_bytes, self.files = source.cache_bytes, source.files

    def read(self, window: Window) -> Pixels:
        """The pixels of a window of the grid; raises SceneError when they cannot be read."""
        values = np.zeros((self.count, window.height, window.width), self.dtype)
        valid = np.zeros((window.height, window.width), np.bool_)
        self._sampling.fill(self._source.read, window, values=values, valid=valid)
        return Pixels(values, valid)


@dataclass(frozen=True, slots=True)
class Sampling:
    """Where the pixels of one grid lie on another; both have a CRS, or neither."""

    own: Georeference
    """The grid that is read."""
    grid: Georeference
    """The grid that is filled."""

    def fill(
        self,
        read: Callable[[Window], Pixels],
        window: Window,
        *,
        values: NDArray[Any],
        valid: NDArray[np.bool_],
    ) -> None:
        """Fill values (bands, rows, cols) and valid (rows, cols) of a window of the grid with what `read` reads.

        Where the window lies outside of what is read, both are left as they are.
        """
        for part in _parts(window):
            rows, cols = self._places(part)
            inside = rows >= 0
            if not inside.any():
                continue
            needed = _bounds(rows[inside], cols[inside])
            if needed.height * needed.width > _MOST_PIXELS and part.height * part.width > 1:
                for half in halves(part):
                    self.fill(read, half, **_views(values, valid, half, window))
                continue
            target = _views(values, valid, part, window)
            at = np.where(inside, rows - needed.row, 0), np.where(inside, cols - needed.col, 0)
            pixels = read(needed)
            np.copyto(target["values"], pixels.values[:, *at], where=inside)
            np.copyto(target["valid"], pixels.valid[at], where=inside)

    def _places(self, window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The row and column of the pixel that each pixel's centre lies in, (rows, cols) each; −1 where there is none."""
        shape = (window.height, window.width)
        rows, cols = np.empty(shape, np.int64), np.empty(shape, np.int64)
        _find(Projection(self.own, self.grid).lattice(window), (self.own.height, self.own.width), rows, cols)
        return rows, cols


def _parts(window: Window) -> Iterator[Window]:
    """The window in parts that are not too wide for the pixels under them to be held."""
    for row in range(window.row, window.row_stop, _PART):
        for col in range(window.col, window.col_stop, _PART):
            yield Window(row, col, _PART, _PART).intersect(window)


def _views(
    values: NDArray[Any], valid: NDArray[np.bool_], part: Window, window: Window
) -> dict[str, NDArray[Any]]:
    """What arrays of a window hold of a part of it."""
    rows = slice(part.row - window.row, part.row_stop - window.row)
    cols = slice(part.col - window.col, part.col_stop - window.col)
    return {"values": values[:, rows, cols], "valid": valid[rows, cols]}


def _bounds(rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Window:
    """The smallest window with all of these pixels."""
    row, col = int(rows.min()), int(cols.min())
    return Window(row, col, int(rows.max()) - row + 1, int(cols.max()) - col + 1)


@numba.njit(nogil=True, cache=True)
def _find(
    lattice: NDArray[np.float64], size: tuple[int, int], rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> None:
    """Fill rows and cols with the pixels that places fall in, bilinear in a lattice of them; −1 where there is none."""
    _, nodes_down, nodes_along = lattice.shape
    for row in range(rows.shape[0]):
        y = row * (nodes_down - 1) / max(1, rows.shape[0] - 1)
        above = min(int(y), max(0, nodes_down - 2))
        below = min(above + 1, nodes_down - 1)
        y -= above
        for col in range(rows.shape[1]):
            x = col * (nodes_along - 1) / max(1, rows.shape[1] - 1)
            left = min(int(x), max(0, nodes_along - 2))
            right = min(left + 1, nodes_along - 1)
            x -= left
            at_row, at_col = _ROUNDING, _ROUNDING
            for i, down in ((above, 1 - y), (below, y)):
                for j, along in ((left, 1 - x), (right, x)):
                    if down * along > 0:  # a weight of 0 leaves out what is not finite
                        at_row += lattice[0, i, j] * down * along
                        at_col += lattice[1, i, j] * down * along
            inside = 0 <= at_row < size[0] and 0 <= at_col < size[1]
            rows[row, col] = int(at_row) if inside else -1
            cols[row, col] = int(at_col) if inside else -1
