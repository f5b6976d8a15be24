"""Rasters on another grid, as they are: at each pixel's centre, the source pixel that it lies in.

GDAL would do the same in a warped VRT, but takes any fourth band for alpha, loses what a file says of its classes, and
fills with background what lies outside. Here whatever can be read window by window stays what it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from geounet.errors import MissingCRSError
from geounet.georeference import Georeference, transformer_between
from geounet.grid import Window
from geounet.raster.labels import LabelRaster
from geounet.raster.source import Pixels, Source

NODE_STEPS = (32, 8)
"""Pixels between the nodes at which places are projected; between them they are interpolated where that is good."""

_TOLERANCE = 0.01
"""Pixels by which an interpolated place may be wrong, at twice the step that is then used."""

_SAME = 1e-3
"""A pixel that lies elsewhere by less than this part of itself lies at the same place."""

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
        return fits and own.crs == grid.crs and _coincide(own, grid)
    placeless = any(g.crs is None and g.transform.is_identity for g in (own, grid))
    if fits and (placeless or _coincide(own, grid)):
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
        self.count, self.dtype = source.count, source.dtype
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
                for half in _halves(part):
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
        _find(self._lattice(window), (self.own.height, self.own.width), rows, cols)
        return rows, cols

    def _lattice(self, window: Window) -> NDArray[np.float64]:
        """Where some centres lie, (2, rows, cols), evenly from the first to the last: enough to interpolate between."""
        for step in NODE_STEPS:
            coarse = self._projected(window, step)
            fine = self._projected(window, step // 2)
            with np.errstate(invalid="ignore"):  # beyond a CRS nothing is finite, and so nothing good enough
                error = np.abs(_refined(coarse, fine.shape) - fine).max()
            if error < _TOLERANCE:
                return fine
        return self._projected(window, 1)

    def _projected(self, window: Window, step: int) -> NDArray[np.float64]:
        """(2, rows, cols): row and column on the grid that is read, of centres at most `step` pixels apart."""
        rows, cols = _nodes(window.height, step), _nodes(window.width, step)
        row, col = np.meshgrid(window.row + rows, window.col + cols, indexing="ij")
        x, y = _applied(self.grid.transform, col, row)
        if self.own.crs is not None and self.grid.crs is not None and self.own.crs != self.grid.crs:
            x, y = transformer_between(self.grid.crs, self.own.crs).transform(x, y)
        col, row = _applied(~self.own.transform, np.asarray(x), np.asarray(y))
        return np.stack([row, col])


def _coincide(own: Georeference, grid: Georeference) -> bool:
    """Whether the corners of two grids of one size lie at the same place, in pixels."""
    corners = np.array([0, 1, 0, 1]) * grid.width, np.array([0, 0, 1, 1]) * grid.height
    cols, rows = _applied(~own.transform, *_applied(grid.transform, *corners))
    return bool(np.abs(np.stack([cols - corners[0], rows - corners[1]])).max() < _SAME)


def _applied(
    transform: Affine, cols: NDArray[Any], rows: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b, c, d, e, f = tuple(transform)[:6]
    with np.errstate(invalid="ignore"):  # what lies beyond a CRS is infinite
        return a * cols + b * rows + c, d * cols + e * rows + f


def _parts(window: Window) -> Iterator[Window]:
    """The window in parts that are not too wide for the pixels under them to be held."""
    for row in range(window.row, window.row_stop, _PART):
        for col in range(window.col, window.col_stop, _PART):
            yield Window(row, col, _PART, _PART).intersect(window)


def _halves(window: Window) -> tuple[Window, Window]:
    """The window cut across its longer side."""
    if window.height >= window.width:
        half = window.height // 2
        lower = Window(window.row + half, window.col, window.height - half, window.width)
        return Window(window.row, window.col, half, window.width), lower
    half = window.width // 2
    right = Window(window.row, window.col + half, window.height, window.width - half)
    return Window(window.row, window.col, window.height, half), right


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


def _nodes(count: int, step: int) -> NDArray[np.float64]:
    """Centres of pixels from the first to the last, at most `step` apart."""
    return np.linspace(0.5, count - 0.5, -(-(count - 1) // step) + 1)


def _refined(coarse: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Values of an even lattice, (2, rows, cols), on a finer one of the same extent; bilinear."""
    down, along = (_weights(*sizes) for sizes in zip(coarse.shape[1:], shape[1:], strict=True))
    result: NDArray[np.float64] = down @ coarse @ along.T
    return result


def _weights(count: int, finer: int) -> NDArray[np.float64]:
    """(finer, count): how much of each of `count` even nodes there is at each of `finer` ones."""
    at = np.linspace(0, count - 1, finer)
    weights: NDArray[np.float64] = 1 - np.abs(at[:, None] - np.arange(count))
    return weights.clip(min=0)


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
