"""Textures from value noise: random values on a lattice, interpolated smoothly, octave upon octave.

Only sums and products of float32 are used, so that a texture is the same on every machine.
"""

import math

import numpy as np
from numpy.typing import NDArray

from geounet.synthetic.planar import Rng

Field = NDArray[np.float32]


def fractal(shape: tuple[int, int], wavelength: float, rng: Rng, *, octaves: int = 3) -> Field:
    """(rows, cols) of about -1 to 1; each octave has half the wavelength (pixels) and half the weight."""
    field = np.zeros(shape, np.float32)
    weight, total = 1.0, 0.0
    for octave in range(octaves):
        field += np.float32(weight) * _octave(shape, wavelength / 2**octave, rng)
        total += weight
        weight *= 0.5
    return field / np.float32(total)


def _octave(shape: tuple[int, int], wavelength: float, rng: Rng) -> Field:
    if wavelength <= 1.5:
        return rng.random(shape, np.float32) * np.float32(2) - np.float32(1)
    rows, cols = (math.ceil(n / wavelength) + 2 for n in shape)
    lattice = rng.random((rows, cols), np.float32) * np.float32(2) - np.float32(1)
    row, row_part = _steps(shape[0], wavelength, rng.random())
    col, col_part = _steps(shape[1], wavelength, rng.random())
    wide = lattice[:, col] + (lattice[:, col + 1] - lattice[:, col]) * col_part
    above = wide[row]
    return np.asarray(above + (wide[row + 1] - above) * row_part[:, None], np.float32)


def _steps(count: int, wavelength: float, phase: float) -> tuple[NDArray[np.int64], Field]:
    """The lattice node before each pixel, and the smoothed part of the way to the next."""
    at = np.arange(count) / wavelength + phase
    node = np.floor(at).astype(np.int64)
    part = at - node
    return node, (part * part * (3 - 2 * part)).astype(np.float32)


def blur(field: Field, radius: float) -> Field:
    """The mean of a square of about 2 × `radius` + 1 pixels a side, of the pixels that exist."""
    reach = max(1, round(radius))
    return _windowed(_windowed(field, reach, axis=0), reach, axis=1)


def _windowed(field: Field, reach: int, *, axis: int) -> Field:
    """The mean of `reach` pixels before and after each along `axis`: differences of a running sum."""
    length = field.shape[axis]
    margin = [(reach + 1, reach) if a == axis else (0, 0) for a in range(2)]
    total = np.cumsum(np.pad(field, margin), axis=axis, dtype=np.float64)
    after, before = np.split(total, [2 * reach + 1], axis=axis)[1], np.split(total, [length], axis=axis)[0]
    at = np.arange(length)
    count = np.minimum(at + reach + 1, length) - np.maximum(at - reach, 0)
    return np.asarray((after - before) / (count[:, None] if axis == 0 else count), np.float32)
