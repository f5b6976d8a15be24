"""The ground: soil, grass, fields, yards, streets and paths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geounet.synthetic.canvas import Canvas, Mask
from geounet.synthetic.character import RGB, Character, tinted
from geounet.synthetic.noise import Field, blur
from geounet.synthetic.planar import Rng, frame_of
from geounet.synthetic.plots import Lot, Settlement
from geounet.synthetic.streets import Street

GREENNESS: dict[str, float] = {
    "packed": -0.45, "rows": -0.15, "estate": -0.2, "houses": 0.0, "compound": -0.25, "court": -0.25,
    "bush": 0.35, "field": -0.1, "orchard": 0.1, "ground": -0.3,
}  # fmt: skip
"""How much more, or less, overgrown than the town's open land a use of it is."""

SEALED: dict[str, float] = {
    "packed": 0.75,
    "estate": 0.7,
    "rows": 0.4,
    "compound": 0.4,
    "court": 0.4,
    "ground": 0.15,
}
"""Chance that the ground of a lot is paved."""

ASPHALT: RGB = (0.52, 0.51, 0.49)
CONCRETE: RGB = (0.67, 0.65, 0.61)


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies where, for those who paint the ground and what stands on it."""

    lot: NDArray[np.int32]
    """(rows, cols) 1 + index of the lot, 0 on streets and verges."""
    built: Mask
    """(rows, cols) where buildings stand."""
    road: Mask
    """(rows, cols) where streets run."""


def paint_ground(
    canvas: Canvas, ground: Ground, settlement: Settlement, character: Character, rng: Rng
) -> None:
    """Paint soil and growth, then the lots that are tilled or paved, then trodden earth and paths."""
    _paint_growth(canvas, ground, settlement.lots, character)
    for index, lot in enumerate(settlement.lots, 1):
        patch = canvas.patch(lot.land.bounds)
        if patch is None:
            continue
        mask = ground.lot[patch.window] == index
        if lot.use == "field":
            _paint_field(canvas, lot, mask, character, rng)
        elif rng.random() < SEALED.get(lot.use, 0.0):
            paving = tinted(CONCRETE if rng.random() < 0.5 else ASPHALT, rng, 0.05)
            worn = np.clip(0.85 - 0.5 * canvas.mid[patch.window] - 0.6 * canvas.coarse[patch.window], 0, 1)
            canvas.mix(patch.window, paving, (mask * worn).astype(np.float32))
    _paint_paths(canvas, settlement.lots, character, rng)
    canvas.colour[:] *= (1 + 0.10 * canvas.fine + 0.05 * canvas.mid)[..., None]


def _paint_growth(canvas: Canvas, ground: Ground, lots: tuple[Lot, ...], character: Character) -> None:
    """Grass where it grows: by the lot's use, in patches, and not where people walk."""
    bias = np.array([-0.1, *(GREENNESS[lot.use] for lot in lots)], np.float32)[ground.lot]
    trodden = 1.3 * blur(ground.built.astype(np.float32), 3.5 / canvas.gsd)
    trodden += 0.9 * blur(ground.road.astype(np.float32), 2.0 / canvas.gsd)
    bias = blur(bias, 1.5 / canvas.gsd) - trodden
    growth = np.clip(
        (character.setting.green - 0.5 + bias + 0.55 * canvas.coarse + 0.4 * canvas.mid) * 2.2 + 0.5, 0, 1
    )
    soil = _shaded(character.soil, 0.28 * canvas.coarse + 0.06 * canvas.mid)
    lush = np.clip(0.5 + canvas.mid - 0.8 * canvas.coarse[::-1, ::-1], 0, 1)[..., None]
    dry = np.array([1.30, 1.16, 1.12], np.float32) * np.array(character.green, np.float32)
    grass = (dry + (np.array(character.green, np.float32) * np.float32(0.86) - dry) * lush) * _rough(canvas)
    canvas.colour[:] = soil + (grass - soil) * growth[..., None]


def _rough(canvas: Canvas) -> Field:
    return (1 + 0.16 * canvas.fine)[..., None].astype(np.float32)


def _shaded(colour: RGB, light: Field) -> Field:
    return (np.array(colour, np.float32) * (1 + light[..., None])).astype(np.float32)


def _paint_field(canvas: Canvas, lot: Lot, mask: Mask, character: Character, rng: Rng) -> None:
    """One crop, or bare soil, in furrows along the lot."""
    patch = canvas.patch(lot.land.bounds)
    if patch is None:
        return
    crop = character.green if rng.random() < 0.5 else character.soil
    _, v = patch.local(frame_of(lot.land, lot.angle + rng.normal(0, 0.05)))
    phase = v / rng.uniform(1.0, 2.4) + 0.25 * canvas.mid[patch.window]
    furrow = np.abs(phase - np.floor(phase) - 0.5) * 4 - 1
    light = rng.uniform(0.04, 0.2) * furrow + 0.15 * canvas.coarse[patch.window] + rng.uniform(-0.1, 0.15)
    share = mask * np.clip(0.7 + 0.6 * canvas.mid[patch.window] + 0.5 * canvas.coarse[patch.window], 0, 1)
    canvas.mix(
        patch.window, _shaded(tinted(crop, rng, 0.05), light.astype(np.float32)), share.astype(np.float32)
    )


def _paint_paths(canvas: Canvas, lots: tuple[Lot, ...], character: Character, rng: Rng) -> None:
    """Trodden tracks across open lots. A footpath is ground: what no car can use is no road in the truth."""
    shapes: list[tuple[BaseGeometry, int]] = []
    for lot in lots:
        if lot.use in ("bush", "orchard", "houses", "field", "ground") and rng.random() < 0.7:
            frame = frame_of(lot.land, lot.angle + rng.uniform(-0.9, 0.9))
            u = np.linspace(-0.5, 0.5, 12) * frame.length
            v = frame.depth * (rng.uniform(-0.3, 0.3) + 0.06 * np.cumsum(rng.normal(0, 1, 12)))
            line = LineString(frame.points(list(zip(u.tolist(), v.tolist(), strict=True))))
            shapes.append((line.buffer(rng.uniform(0.35, 0.8)), 1))
    path = blur(canvas.burn(shapes).astype(np.float32), 0.5 / canvas.gsd)
    light = tuple(min(0.95, 1.12 * band) for band in character.soil)
    canvas.mix((slice(None), slice(None)), (light[0], light[1], light[2]), np.clip(path * 0.9, 0, 0.85))


def paint_streets(canvas: Canvas, streets: tuple[Street, ...], character: Character, rng: Rng) -> None:
    """Paint carriageways: asphalt, concrete or beaten earth, worn and dusty towards their edges."""
    # The widest last: at a junction the lane ends where the road begins.
    streets = tuple(sorted(streets, key=lambda street: street.width))
    which = canvas.burn([(street.line.buffer(street.width / 2), i) for i, street in enumerate(streets, 1)])
    colours = np.array([(0, 0, 0), *(_surface(street, character, rng) for street in streets)], np.float32)
    on = (which > 0).astype(np.float32)
    soft = blur(on, 0.6 / canvas.gsd) * on
    sealed = np.array([0, *(street.surface != "dirt" for street in streets)], np.float32)[which]
    grain = 0.05 * canvas.fine + 0.08 * canvas.mid + 0.10 * canvas.coarse
    paint = colours[which] * (1 + grain * (1.5 - 0.7 * sealed))[..., None]
    dust = np.clip(1.15 - (1 - soft) * 1.6 - 0.25 * np.maximum(canvas.mid, 0), 0, 1)
    canvas.mix((slice(None), slice(None)), paint.astype(np.float32), (on * dust).astype(np.float32))
    lines = [(s.line.buffer(0.12), 1) for s in streets if s.surface == "asphalt" and s.width > 8]
    marked = canvas.burn(lines) * (canvas.mid > -0.3)
    canvas.mix((slice(None), slice(None)), (0.78, 0.78, 0.74), (marked * np.float32(0.6)).astype(np.float32))


def _surface(street: Street, character: Character, rng: Rng) -> RGB:
    if street.surface == "dirt":
        red, green, blue = character.soil
        return tinted((1.1 * red, 1.08 * green, 1.06 * blue), rng, 0.03)
    return tinted(ASPHALT if street.surface == "asphalt" else CONCRETE, rng, 0.05)
