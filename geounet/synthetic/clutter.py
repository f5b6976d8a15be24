"""What stands about and is no building: cars, garden walls."""

import numpy as np
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geounet.synthetic.canvas import Canvas
from geounet.synthetic.character import BUILT, RGB, tinted
from geounet.synthetic.ground import Ground
from geounet.synthetic.planar import Frame, Rng, frame_of
from geounet.synthetic.plots import Settlement
from geounet.synthetic.streets import Street

CARS: tuple[RGB, ...] = ((0.86, 0.86, 0.86), (0.80, 0.80, 0.80), (0.55, 0.56, 0.57), (0.16, 0.16, 0.17),
                         (0.30, 0.31, 0.33), (0.55, 0.14, 0.13), (0.18, 0.28, 0.45), (0.80, 0.66, 0.18))  # fmt: skip

THINGS: tuple[RGB, ...] = ((0.70, 0.68, 0.62), (0.40, 0.35, 0.30), (0.28, 0.26, 0.24), (0.82, 0.82, 0.80),
                           (0.52, 0.46, 0.38), (0.34, 0.42, 0.52), (0.56, 0.33, 0.28))  # fmt: skip


def raise_walls(canvas: Canvas, ground: Ground, settlement: Settlement, rng: Rng) -> None:
    """Walls round lots, of block or render, broken by a gate here and there."""
    half = max(0.13, 0.35 * canvas.gsd)
    shapes: list[tuple[BaseGeometry, int]] = [(line.buffer(half), 1) for line in settlement.walls]
    standing = (
        (canvas.burn(shapes) > 0) & (canvas.coarse + 0.5 * canvas.mid < 0.4) & ~ground.built & ~ground.road
    )
    colour = tinted((0.62, 0.60, 0.56), rng, 0.06)
    canvas.mix((slice(None), slice(None)), colour, standing.astype(np.float32))
    canvas.height[standing] = 1.8


def park_cars(canvas: Canvas, ground: Ground, land: tuple[tuple[Street, ...], Settlement], rng: Rng) -> None:
    """Cars along the streets, and parked in rows on estates."""
    streets, settlement = land
    for street in streets:
        for _ in range(int(rng.poisson(street.line.length / (25 if street.surface != "dirt" else 90)))):
            side = rng.choice((-0.5, 0.5)) * (street.width - 2.6) * rng.uniform(0.5, 1)
            _paint_car(canvas, ground, _beside(street.line, rng.uniform(0, 1), side), rng)
    for lot in settlement.lots:
        if lot.use in ("estate", "compound", "court", "ground"):
            frame = frame_of(lot.land, lot.angle)
            for _ in range(int(rng.poisson(lot.land.area / 1100))):
                start = (rng.uniform(-0.5, 0.5) * frame.length, rng.uniform(-0.5, 0.5) * frame.depth)
                for k in range(int(rng.integers(1, 7))):
                    x, y = frame.points([(start[0] + 2.7 * k, start[1])])[0]
                    _paint_car(canvas, ground, Frame(x, y, lot.angle + np.pi / 2, 4.3, 1.8), rng)


def strew_things(canvas: Canvas, ground: Ground, settlement: Settlement, rng: Rng) -> None:
    """What lies in yards: heaps, tarpaulins, boards, washing; more where people live closer."""
    for lot in settlement.lots:
        frame = frame_of(lot.land, lot.angle)
        for _ in range(int(rng.poisson(lot.land.area / (110 if lot.use in BUILT else 900)))):
            x, y = frame.points(
                [(rng.uniform(-0.5, 0.5) * frame.length, rng.uniform(-0.5, 0.5) * frame.depth)]
            )[0]
            thing = Frame(x, y, lot.angle + rng.normal(0, 0.4), rng.uniform(0.4, 2.8), rng.uniform(0.4, 1.5))
            patch = canvas.patch(thing.rectangle().bounds)
            if patch is not None and not (ground.built[patch.window] | ground.road[patch.window]).any():
                u, v = patch.local(thing)
                on = (np.abs(u) <= thing.length / 2) & (np.abs(v) <= thing.depth / 2)
                canvas.colour[patch.window][on] = tinted(THINGS[int(rng.integers(len(THINGS)))], rng, 0.08)
                canvas.height[patch.window][on] = rng.uniform(0.2, 1.0)


def _beside(line: LineString, share: float, side: float) -> Frame:
    at = share * line.length
    a, b = line.interpolate(max(0, at - 2)), line.interpolate(min(line.length, at + 2))
    angle = float(np.arctan2(b.y - a.y, b.x - a.x))
    x, y = (a.x + b.x) / 2 - side * np.sin(angle), (a.y + b.y) / 2 + side * np.cos(angle)
    return Frame(float(x), float(y), angle, 4.3, 1.8)


def _paint_car(canvas: Canvas, ground: Ground, frame: Frame, rng: Rng) -> None:
    """A roof, darker glass before and behind it, a bonnet."""
    colour = np.array(tinted(CARS[int(rng.integers(len(CARS)))], rng, 0.03), np.float32)
    patch = canvas.patch(frame.rectangle().bounds)
    if patch is None or ground.built[patch.window].any():
        return
    u, v = patch.local(frame)
    on = (np.abs(u) <= frame.length / 2) & (np.abs(v) <= frame.depth / 2)
    glass = (np.abs(u) > 0.9) & (np.abs(u) < 1.35)
    canvas.colour[patch.window][on] = colour * np.where(glass, np.float32(0.45), np.float32(1))[on, None]
    canvas.height[patch.window][on] = 1.4
