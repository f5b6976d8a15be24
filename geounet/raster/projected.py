"""Where the pixels of one grid lie on another, as a lattice of places to interpolate between."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from geounet.georeference import Georeference, transformer_between
from geounet.grid import Window

NODE_STEPS = (32, 8)
"""Pixels between the nodes at which places are projected; between them they are interpolated where that is good."""

_TOLERANCE = 0.01
"""Pixels by which an interpolated place may be wrong, at twice the step that is then used."""

_SAME = 1e-3
"""A pixel that lies elsewhere by less than this part of itself lies at the same place."""

_ALONG = 32
"""Places along a grid's longer side by which its extent on another is known."""


@dataclass(frozen=True, slots=True)
class Projection:
    """From the pixels of one grid to those of another; both have a CRS, or neither."""

    own: Georeference
    """The grid on which places are found."""
    grid: Georeference
    """The grid whose pixels are looked for."""

    def lattice(self, window: Window) -> NDArray[np.float64]:
        """Where some centres lie, (2, rows, cols), evenly from the first to the last: enough to interpolate between."""
        for step in NODE_STEPS:
            coarse = self.at(window, step)
            fine = self.at(window, step // 2)
            with np.errstate(invalid="ignore"):  # beyond a CRS nothing is finite, and so nothing good enough
                error = np.abs(_refined(coarse, fine.shape) - fine).max()
            if error < _TOLERANCE:
                return fine
        return self.at(window, 1)

    def meets(self) -> bool:
        """Whether any of one grid may lie on the other, by the extent of its pixels there."""
        whole = Window(0, 0, self.own.height, self.own.width)
        places = Projection(self.grid, self.own).at(whole, -(-max(self.own.height, self.own.width) // _ALONG))
        places = places.reshape(2, -1)[:, np.isfinite(places).all(axis=0).ravel()]
        if not places.size:
            return False
        reach = np.ptp(places, axis=1) / _ALONG + 1
        low, high = places.min(axis=1) - reach, places.max(axis=1) + reach
        return bool((high > 0).all() and (low < (self.grid.height, self.grid.width)).all())

    def at(self, window: Window, step: int) -> NDArray[np.float64]:
        """(2, rows, cols): row and column on the grid that is read, of centres at most `step` pixels apart."""
        rows, cols = _nodes(window.height, step), _nodes(window.width, step)
        row, col = np.meshgrid(window.row + rows, window.col + cols, indexing="ij")
        x, y = _applied(self.grid.transform, col, row)
        if self.own.crs is not None and self.grid.crs is not None and self.own.crs != self.grid.crs:
            x, y = transformer_between(self.grid.crs, self.own.crs).transform(x, y)
        col, row = _applied(~self.own.transform, np.asarray(x), np.asarray(y))
        return np.stack([row, col])


def coincide(own: Georeference, grid: Georeference) -> bool:
    """Whether two grids of one CRS cover the same ground in the same direction, however many pixels they have."""
    right, below = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    cols, rows = _applied(~own.transform, *_applied(grid.transform, right * grid.width, below * grid.height))
    apart = np.abs(np.stack([cols - right * own.width, rows - below * own.height])).max()
    return bool(apart < _SAME * max(1, own.width / grid.width, own.height / grid.height))


def halves(window: Window) -> tuple[Window, Window]:
    """The window cut across its longer side."""
    if window.height >= window.width:
        half = window.height // 2
        lower = Window(window.row + half, window.col, window.height - half, window.width)
        return Window(window.row, window.col, half, window.width), lower
    half = window.width // 2
    right = Window(window.row, window.col + half, window.height, window.width - half)
    return Window(window.row, window.col, window.height, half), right


def _applied(
    transform: Affine, cols: NDArray[Any], rows: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b, c, d, e, f = tuple(transform)[:6]
    with np.errstate(invalid="ignore"):  # what lies beyond a CRS is infinite
        return a * cols + b * rows + c, d * cols + e * rows + f


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
