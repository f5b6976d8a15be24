"""Shadows, cast on the ground, on roofs and on crowns alike, from the height of everything."""

import math

import numpy as np

from geounet.synthetic.canvas import Canvas
from geounet.synthetic.character import Character
from geounet.synthetic.noise import Field, blur

_CLEARANCE_M = 0.25


def cast_shadows(canvas: Canvas, character: Character) -> None:
    """Darken what the sun does not reach, towards the sky's blue, and what little of the sky reaches."""
    lit = 1 - _shadow(canvas, character)
    sky = np.array((0.90, 0.97, 1.10), np.float32) * np.float32(character.shade)
    canvas.colour[:] *= sky + (1 - sky) * lit[..., None]
    walled = blur(canvas.height, 2.5 / canvas.gsd) - canvas.height
    canvas.colour[:] *= (1 - np.clip(walled / 9, 0, 0.4))[..., None]


def _shadow(canvas: Canvas, character: Character) -> Field:
    """(rows, cols) 1 in shadow, 0 in the sun, with a soft edge: every pixel looks towards the sun, step by step."""
    rise = math.tan(character.sun_elevation)
    step = max(canvas.gsd, 0.15)
    horizon = np.full(canvas.shape, -np.inf, np.float32)
    for k in range(1, math.ceil(float(canvas.height.max(initial=0)) / rise / step) + 1):
        away = k * step
        dx = round(away * math.cos(character.sun_azimuth) / canvas.gsd)
        dy = round(away * math.sin(character.sun_azimuth) / canvas.gsd)
        if abs(dy) < canvas.shape[0] and abs(dx) < canvas.shape[1]:
            (to_rows, from_rows), (to_cols, from_cols) = _slices(dy), _slices(dx)
            seen = canvas.height[from_rows, from_cols] - np.float32(away * rise)
            np.maximum(horizon[to_rows, to_cols], seen, out=horizon[to_rows, to_cols])
    return blur((horizon > canvas.height + _CLEARANCE_M).astype(np.float32), 0.3 / canvas.gsd)


def _slices(offset: int) -> tuple[slice, slice]:
    """Where pixels look from, and where they look to, `offset` further on."""
    if offset >= 0:
        return slice(None, -offset or None), slice(offset, None)
    return slice(-offset, None), slice(None, offset)
