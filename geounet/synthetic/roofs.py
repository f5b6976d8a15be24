"""Roofs: slopes shaded by the sun, slabs, walls without a roof.

A sloping roof's height at a pixel is its distance from the nearest eave times the pitch, and the slope faces
that eave. With every edge an eave this is the straight skeleton's hip roof, for any outline; with two, a gable.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.synthetic.buildings import Building
from geounet.synthetic.canvas import Canvas, Mask, Patch
from geounet.synthetic.character import Character, tinted
from geounet.synthetic.noise import Field
from geounet.synthetic.planar import Rng, frame_of
from geounet.synthetic.rooftops import Deck, furnish

Values = NDArray[np.float64]

RUST = np.array((0.42, 0.27, 0.19), np.float32)


@dataclass(frozen=True, slots=True)
class _Roof:
    """The pixels of one building, and its nearest eave at each."""

    building: Building
    patch: Patch
    mask: Mask
    """(h, w) which pixels of the patch are roof; the arrays below hold these n alone."""
    rise: Values
    """(n,) metres to the nearest eave."""
    face: NDArray[np.int64]
    """(n,) which eave that is."""
    along: Values
    """(n,) metres along it."""
    ridge: Mask
    """(n,) on a ridge, hip or valley."""
    outward: Values
    """(n, 2) unit vector that the slope faces."""


def paint_roofs(
    canvas: Canvas, which: NDArray[np.int32], buildings: tuple[Building, ...], character: Character, rng: Rng
) -> None:
    """Paint every building where `which` (rows, cols) holds 1 + its index."""
    for index, building in enumerate(buildings, 1):
        patch = canvas.patch(building.footprint.bounds)
        if patch is None:
            continue
        mask = which[patch.window] == index
        if mask.any():
            roof = _eaves(building, patch, mask, canvas.gsd)
            _PAINTERS.get(building.roof, _paint_slopes)(canvas, roof, character, rng)


def _eaves(building: Building, patch: Patch, mask: Mask, gsd: float) -> _Roof:
    start, end = _edges(building)
    x = np.broadcast_to(patch.x, mask.shape)[mask]
    y = np.broadcast_to(patch.y, mask.shape)[mask]
    run = end - start
    length = np.hypot(run[:, 0], run[:, 1])
    run /= length[:, None]
    dx, dy = x - start[:, :1], y - start[:, 1:]
    along = np.clip(dx * run[:, :1] + dy * run[:, 1:], 0, length[:, None])
    distance = np.hypot(dx - along * run[:, :1], dy - along * run[:, 1:])
    face = np.argmin(distance, axis=0)
    each = np.arange(face.size)
    rise = distance[face, each]
    second = np.partition(distance, 1, axis=0)[1] if len(start) > 1 else rise + 99
    return _Roof(
        building, patch, mask, rise, face, along[face, each],
        (second - rise < max(0.3, 0.7 * gsd)) & (rise > 0.5),
        np.column_stack((run[:, 1], -run[:, 0]))[face],
    )  # fmt: skip


def _edges(building: Building) -> tuple[Values, Values]:
    """(n, 2) starts and ends of the eaves, the roof to the left of each (y down: exterior clockwise on screen)."""
    rings = [building.footprint.exterior, *building.footprint.interiors]
    starts, ends = [], []
    for ring in rings:
        xy = np.asarray(ring.coords)[:, :2]
        inside_left = ring.is_ccw == (ring is rings[0])
        xy = xy if inside_left else xy[::-1]
        starts.append(xy[:-1])
        ends.append(xy[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    run = end - start
    length = np.hypot(run[:, 0], run[:, 1])
    kept = length > 0.05
    if building.roof in ("gable", "shed"):
        aligned = (
            np.abs(run[:, 0] * math.cos(building.axis) + run[:, 1] * math.sin(building.axis)) > 0.8 * length
        )
        kept &= aligned if aligned.any() else kept
    if building.roof == "shed":
        kept &= np.arange(len(kept)) == np.flatnonzero(kept)[0]
    return start[kept], end[kept]


def _paint_slopes(canvas: Canvas, roof: _Roof, character: Character, rng: Rng) -> None:
    building, window = roof.building, roof.patch.window
    pitch = rng.uniform(0.12, 0.3) if building.roof == "shed" else rng.uniform(0.22, 0.5)
    east, south = math.cos(character.sun_azimuth), math.sin(character.sun_azimuth)
    toward = roof.outward[:, 0] * east + roof.outward[:, 1] * south
    flat = math.sin(character.sun_elevation)
    direct = np.maximum(
        0, math.cos(pitch) * flat + math.sin(pitch) * math.cos(character.sun_elevation) * toward
    )
    light = character.shade + (1 - character.shade) * direct / flat
    light *= 1 + rng.uniform(0.0, 0.1) * (roof.ridge * rng.choice((-1.0, 1.0)) - 1.5 * (roof.rise < 0.35))
    covering = _covering(canvas, roof, character, rng)
    canvas.colour[window][roof.mask] = covering * light.astype(np.float32)[:, None]
    canvas.height[window][roof.mask] = building.height + np.minimum(roof.rise * math.tan(pitch), 4.5)


def _covering(canvas: Canvas, roof: _Roof, character: Character, rng: Rng) -> Field:
    """(n, 3) the colour of sheets, tiles or straw, before the sun."""
    fine, mid = canvas.fine[roof.patch.window][roof.mask], canvas.mid[roof.patch.window][roof.mask]
    material, age = roof.building.roofing.material, character.weathering * rng.uniform(0.2, 1.0)
    base = np.array(roof.building.roofing.colour, np.float32)
    if material in ("tile", "thatch"):
        grain = (0.10 if material == "tile" else 0.16) * fine + (0.05 + 0.1 * age) * mid
        return np.asarray(base * (1 + grain[:, None]), np.float32)
    sheet = rng.random(257)[_sheets(roof, rng)]
    spread = (0.14 if material == "rust" else 0.02) + 0.10 * age
    seam = np.where(np.mod(roof.along, 0.9) < 0.25, -0.04, 0.01) * rng.uniform(0.3, 1.8)
    colour = base * (1 + spread * (2 * sheet - 1) + seam + 0.04 * fine + 0.05 * mid)[:, None]
    rusty = np.clip((mid + 0.6 * fine + 1.1 * sheet + 1.5 * age - 2.0) * 2.5, 0, 0.8 * age)
    return np.asarray(colour + (RUST - colour) * rusty[:, None], np.float32)


def _sheets(roof: _Roof, rng: Rng) -> NDArray[np.int64]:
    """(n,) a number for the sheet that each pixel lies on."""
    width, length = rng.uniform(0.75, 1.1), rng.uniform(1.8, 3.2)
    column, row = np.floor(roof.along / width), np.floor(roof.rise / length)
    return (column.astype(np.int64) * 37 + row.astype(np.int64) * 101 + roof.face * 59) % 257


def _paint_flat(canvas: Canvas, roof: _Roof, character: Character, rng: Rng) -> None:
    """A slab with a parapet, stains, and the things that people keep on their roofs."""
    window, building = roof.patch.window, roof.building
    fine, mid, coarse = (layer[window][roof.mask] for layer in (canvas.fine, canvas.mid, canvas.coarse))
    stain = 0.05 * fine + (0.05 + 0.16 * character.weathering) * mid + 0.10 * coarse
    edge = roof.rise < max(0.3, 0.6 * canvas.gsd)
    parapet = rng.random() < 0.75
    light = 1 + stain + edge * (rng.uniform(0.0, 0.25) if parapet else -0.08)
    canvas.colour[window][roof.mask] = np.array(building.roofing.colour, np.float32) * light[:, None]
    canvas.height[window][roof.mask] = building.height + edge * (0.8 if parapet else 0.0)
    furnish(canvas, Deck(building, roof.patch, roof.mask), rng)


def _paint_shell(canvas: Canvas, roof: _Roof, character: Character, rng: Rng) -> None:
    """Walls and partitions; between them the earth, or what has grown there since."""
    window, building = roof.patch.window, roof.building
    u, v = roof.patch.local(frame_of(building.footprint, building.axis))
    room_u, room_v = rng.uniform(2.6, 4.2, 2)
    thick = max(0.35, 0.8 * canvas.gsd)
    partition = ((np.mod(u, room_u) < thick) | (np.mod(v, room_v) < thick))[roof.mask]
    wall = (roof.rise < thick) | (partition & (canvas.coarse[window][roof.mask] < 0.45))
    block = tinted((0.70, 0.68, 0.63), rng, 0.06)
    floor = character.green if rng.random() < 0.3 else character.soil
    light = 1 + 0.12 * canvas.fine[window][roof.mask]
    colour = np.where(wall[:, None], np.array(block, np.float32), 0.85 * np.array(floor, np.float32))
    canvas.colour[window][roof.mask] = colour * light[:, None]
    canvas.height[window][roof.mask] = wall * building.height


_PAINTERS = {"flat": _paint_flat, "shell": _paint_shell}
