"""A bounded sample of a scene's valid pixels, the same on every run and for every way the file is laid out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.grid import Window
from geounet.raster.scene import Scene
from geounet.raster.source import Pixels

CELL = 128
"""Side of the squares that are sampled; tiles of 128, 256 or 512 pixels each hold one whole."""

_CELLS = 128
"""Squares in a sample: two million pixels."""

_VALUES = 8_000_000
"""Values in a sample of many bands, at most."""

_ENOUGH = 0.05
"""Share of a sample that must be valid before a denser one is tried."""


def sample_valid(scene: Scene) -> NDArray[Any]:
    """Values of valid pixels, (bands, pixels), spread over the whole scene; none where no pixel is valid.

    A scene of at most two million pixels is taken whole. Where most of the scene is not valid, ever denser
    lattices of squares are tried, the whole scene last.
    """
    cells = max(1, min(_CELLS, _VALUES // (scene.count * CELL**2)))
    enough = _ENOUGH * cells * CELL**2
    while True:
        windows, whole = _lattice(scene.height, scene.width, cells=cells)
        values = np.concatenate([_valid_values(scene.read(window)) for window in windows], axis=1)
        if whole or values.shape[1] >= enough:
            return values
        cells *= 16


def _valid_values(pixels: Pixels) -> NDArray[Any]:
    return pixels.values[:, pixels.valid]


def _lattice(height: int, width: int, *, cells: int) -> tuple[list[Window], bool]:
    """At most about `cells` squares, evenly spread over a raster, and whether they are all there are."""
    rows, cols = -(-height // CELL), -(-width // CELL)
    down = min(rows, max(1, round((cells * rows / cols) ** 0.5)))
    along = min(cols, max(1, cells // down))
    down = min(rows, max(1, cells // along))
    bounds = Window(0, 0, height, width)
    spans = [(0, width)] if along == cols else [(col * CELL, CELL) for col in _even(cols, along)]
    windows = [
        Window(row * CELL, col, CELL, span).intersect(bounds)
        for row in _even(rows, down)
        for col, span in spans
    ]
    return windows, (down, along) == (rows, cols)


def _even(count: int, taken: int) -> list[int]:
    """`taken` of the numbers 0 … count − 1, evenly spread."""
    return [(2 * k + 1) * count // (2 * taken) for k in range(taken)]
