"""What people keep on flat roofs: sheds, stairheads, tanks, panels, washing."""

from dataclasses import dataclass

import numpy as np

from geounet.synthetic.buildings import Building
from geounet.synthetic.canvas import Canvas, Mask, Patch
from geounet.synthetic.character import RGB, ROOFINGS, tinted
from geounet.synthetic.planar import Frame, Rng, frame_of

TANKS: tuple[RGB, ...] = ((0.10, 0.10, 0.11), (0.12, 0.12, 0.13), (0.75, 0.77, 0.78), (0.22, 0.42, 0.66),
                          (0.20, 0.40, 0.30))  # fmt: skip
CLOTHES: tuple[RGB, ...] = ((0.75, 0.72, 0.66), (0.62, 0.24, 0.22), (0.24, 0.36, 0.60), (0.85, 0.85, 0.84),
                            (0.30, 0.28, 0.26), (0.70, 0.58, 0.26), (0.36, 0.46, 0.32))  # fmt: skip

_USED_M2 = 22.0


@dataclass(frozen=True, slots=True)
class Deck:
    """A flat roof to put things on."""

    building: Building
    patch: Patch
    mask: Mask
    """(h, w) which pixels of the patch are roof."""


def furnish(canvas: Canvas, roof: Deck, rng: Rng) -> None:
    """Put things on a roof that is large enough to be used."""
    if roof.building.footprint.area < _USED_M2:
        return
    room = frame_of(roof.building.footprint, roof.building.axis)
    busy = min(12, int(rng.poisson(roof.building.footprint.area / 28)))
    if rng.random() < 0.45:
        kind = ("blue", "grey", "rust", "red", "bright", "green")[int(rng.integers(6))]
        tin = ROOFINGS[kind][int(rng.integers(3))].colour
        size = (room.length * rng.uniform(0.3, 0.7), room.depth * rng.uniform(0.4, 0.9))
        _place_box(canvas, roof, _spot(room, size, rng), colour=tinted(tin, rng, 0.04), height=2.2)
    if rng.random() < 0.6:
        tone = tinted(roof.building.roofing.colour, rng, 0.1)
        upper = (max(2.4, room.length * rng.uniform(0.1, 0.6)), max(2.0, room.depth * rng.uniform(0.2, 0.8)))
        _place_box(canvas, roof, _spot(room, upper, rng), colour=tone, height=2.3)
    for _ in range(busy):
        size = (rng.uniform(0.4, 2.6), rng.uniform(0.4, 1.4))
        colour = tinted(CLOTHES[int(rng.integers(len(CLOTHES)))], rng, 0.05)
        _place_box(canvas, roof, _spot(room, size, rng), colour=colour, height=rng.uniform(0.1, 0.9))
    for _ in range(int(rng.integers(0, 3))):
        _place_tank(canvas, roof, _spot(room, (1.5, 1.5), rng), rng)
    if rng.random() < 0.12:
        panel = _spot(room, (rng.uniform(2, 6), rng.uniform(1.6, 3.2)), rng)
        _place_box(canvas, roof, panel, colour=tinted((0.13, 0.17, 0.28), rng, 0.02), height=0.4)


def _spot(room: Frame, size: tuple[float, float], rng: Rng) -> Frame:
    """A frame of `size` somewhere in `room`, square with it."""
    u = rng.uniform(-0.5, 0.5) * max(0.0, room.length - size[0] - 0.6)
    v = rng.uniform(-0.5, 0.5) * max(0.0, room.depth - size[1] - 0.6)
    x, y = room.points([(u, v)])[0]
    return Frame(x, y, room.angle, *size)


def _place_box(canvas: Canvas, roof: Deck, frame: Frame, *, colour: RGB, height: float) -> None:
    """A box on the roof, cut off where the roof ends."""
    patch = canvas.patch(frame.rectangle().bounds)
    if patch is None:
        return
    u, v = patch.local(frame)
    on = (np.abs(u) <= frame.length / 2) & (np.abs(v) <= frame.depth / 2) & _over(roof, patch)
    if on.any():
        seam = np.where(np.mod(u, 0.9) < 0.3, 0.95, 1.02)
        shade = (seam * (1 + 0.06 * canvas.mid[patch.window]))[on]
        canvas.colour[patch.window][on] = np.array(colour, np.float32) * shade[:, None].astype(np.float32)
        canvas.height[patch.window][on] = roof.building.height + height


def _place_tank(canvas: Canvas, roof: Deck, frame: Frame, rng: Rng) -> None:
    patch = canvas.patch(frame.rectangle().bounds)
    if patch is None:
        return
    u, v = patch.local(frame)
    radius = rng.uniform(0.5, 0.85)
    on = (np.hypot(u, v) <= radius) & _over(roof, patch)
    colour = np.array(TANKS[int(rng.integers(len(TANKS)))], np.float32)
    canvas.colour[patch.window][on] = colour * (1.1 - 0.3 * (np.hypot(u, v) / radius)[on, None]).astype(
        np.float32
    )
    canvas.height[patch.window][on] = roof.building.height + 1.6


def _over(roof: Deck, patch: Patch) -> Mask:
    """(h, w) of `patch`: which of its pixels belong to the roof."""
    row, col = patch.rows.start - roof.patch.rows.start, patch.cols.start - roof.patch.cols.start
    inside = np.zeros((patch.y.size, patch.x.size), np.bool_)
    rows = slice(max(0, -row), min(patch.y.size, roof.mask.shape[0] - row))
    cols = slice(max(0, -col), min(patch.x.size, roof.mask.shape[1] - col))
    if rows.start < rows.stop and cols.start < cols.stop:
        part = roof.mask[rows.start + row : rows.stop + row, cols.start + col : cols.stop + col]
        inside[rows, cols] = part
    return inside
