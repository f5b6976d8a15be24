"""Blocks become lots of one use each, and lots become plots with buildings, walls and yards."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, Polygon, STRtree, prepare

from geounet.synthetic.buildings import (
    STOREY_M,
    Building,
    court_footprint,
    fit_frame,
    house_footprint,
    raise_building,
    ridge_axis,
    roofed,
)
from geounet.synthetic.character import BUILT, Character, draw_roofing, pick, tinted
from geounet.synthetic.planar import (
    Frame,
    Rng,
    box_corners,
    frame_of,
    inset,
    polygons_in,
    subdivide,
    tightest_frame,
)
from geounet.synthetic.streets import StreetPlan

SETBACK_M = 1.2
"""Between a street's edge and whatever is built on it."""


_ROW_ROOM_M2 = 700.0
"""Room that a terrace of a few houses needs."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Land of one use, and the direction of the street that it lies on."""

    land: Polygon
    use: str
    angle: float


@dataclass(frozen=True, slots=True)
class Settlement:
    """What people have made of the land between the streets."""

    lots: tuple[Lot, ...]
    buildings: tuple[Building, ...]
    """Interiors are disjoint; row houses and old houses share walls."""
    walls: tuple[LineString, ...]
    """Walls and fences round plots."""


def settle(plan: StreetPlan, extent: Polygon, character: Character, rng: Rng) -> Settlement:
    """Give every lot near `extent` a use and build on it."""
    lots = _lots(plan, extent, character, rng)
    buildings: list[Building] = []
    walls: list[LineString] = []
    for lot in lots:
        if lot.use in _BUILDERS:
            buildings.extend(_BUILDERS[lot.use](lot, character, rng))
        if lot.use in ("houses", "compound", "court") and rng.random() < 0.35:
            walls.append(inset(lot.land, 0.3).exterior)
    return Settlement(tuple(lots), tuple(buildings), tuple(walls))


def _lots(plan: StreetPlan, extent: Polygon, character: Character, rng: Rng) -> list[Lot]:
    setting = character.setting
    directions = _Directions(plan)
    near = extent.buffer(15.0)
    lots = []
    for block in plan.blocks:
        for inner in polygons_in(block.buffer(-SETBACK_M).simplify(0.5), min_area=40.0):
            for land in subdivide(inner, setting.quarter_m2, rng):
                use, angle = pick(setting.uses, rng), directions.at(land)
                if land.intersects(near):
                    lots.append(Lot(land, use, angle))
    return _with_landmarks(lots, extent, character)


def _with_landmarks(lots: list[Lot], extent: Polygon, character: Character) -> list[Lot]:
    """No town that builds at all is without a courtyard and a row: lots in view with room enough become them."""
    if not any(character.setting.uses.get(use, 0) > 0 for use in BUILT):
        return lots
    room = [_room(lot.land, extent) for lot in lots]
    roomy = sorted(range(len(lots)), key=lambda i: -room[i])
    spare = [i for i in roomy[1:] if room[i] > _ROW_ROOM_M2] or roomy[1:2]
    for index, use in zip((*roomy[:1], *spare[-1:]), ("court", "rows"), strict=False):
        lots[index] = replace(lots[index], use=use)
    return lots


def _room(land: Polygon, extent: Polygon) -> float:
    """How much of the land's tightest frame is land that is in view: m² that a large building could use."""
    seen = land.intersection(extent)
    return round(float(seen.area**2 / tightest_frame(land).rectangle().area), 3) if not seen.is_empty else 0.0


class _Directions:
    """The direction of the street nearest to a place."""

    def __init__(self, plan: StreetPlan) -> None:
        self._lines = [street.line for street in plan.streets]
        self._tree = STRtree(self._lines)

    def at(self, land: Polygon) -> float:
        """Radians; along the land's own longer side where there is no street."""
        if not self._lines:
            return tightest_frame(land).angle
        place = land.centroid
        line = self._lines[int(self._tree.nearest(place))]
        along = line.project(place)
        a, b = line.interpolate(max(0.0, along - 6)), line.interpolate(min(line.length, along + 6))
        return math.atan2(b.y - a.y, b.x - a.x)


def _packed(lot: Lot, character: Character, rng: Rng) -> Iterator[Building]:
    """Old houses wall to wall, as the land was divided by inheritance."""
    for plot in subdivide(lot.land, rng.uniform(40, 95), rng, skew=rng.uniform(0.03, 0.14)):
        if rng.random() < 0.1 or plot.area < 12:
            continue
        gap = 0.0 if rng.random() < 0.6 else rng.uniform(0.25, 0.9)
        for footprint in polygons_in(plot.buffer(-gap, join_style="mitre"), min_area=10.0) if gap else [plot]:
            frame = tightest_frame(footprint)
            if frame.depth < 2.2:
                continue
            building = raise_building(footprint, frame.angle, character, rng)
            yield replace(building, height=STOREY_M * int(rng.integers(1, 5)) + rng.uniform(0, 0.8))


def _rows(lot: Lot, character: Character, rng: Rng) -> Iterator[Building]:
    """Terraces: units of one depth that share their side walls."""
    depth, roofing, height = (
        rng.uniform(7.5, 11),
        draw_roofing(character.setting.roofs, rng),
        rng.uniform(3, 7),
    )
    same = rng.random() < 0.5
    for frame, at in _bands(lot, depth, rng.uniform(6, 11)):
        width = rng.uniform(4.5, 8)
        for unit in _units(lot.land, frame, (at, at + depth), width, 0.0):
            mine = roofing if same else draw_roofing(character.setting.roofs, rng)
            yield replace(roofed(unit, lot.angle, mine, rng), height=height + rng.uniform(-0.4, 0.4))


def _estate(lot: Lot, character: Character, rng: Rng) -> Iterator[Building]:
    """Slabs of one make in ranks, with parking between."""
    lot = replace(lot, angle=lot.angle + (math.pi / 2 if rng.random() < 0.4 else 0.0))
    depth, length = rng.uniform(8.5, 12), rng.uniform(22, 42)
    roofing, height = draw_roofing(character.setting.roofs, rng), STOREY_M * int(rng.integers(1, 5)) + 1
    roof = "flat" if roofing.material == "concrete" else str(rng.choice(("gable", "gable", "hip")))
    for frame, at in _bands(lot, depth, rng.uniform(9, 17)):
        for slab in _units(lot.land, frame, (at, at + depth), length, rng.uniform(4, 9)):
            own = replace(roofing, colour=tinted(roofing.colour, rng, 0.015))
            yield Building(slab, lot.angle, height, roof, own)


def _houses(lot: Lot, character: Character, rng: Rng) -> Iterator[Building]:
    """A house a plot, and often a shed."""
    village = character.setting.quarter_m2 > 4000
    shells = rng.uniform(0, 0.3) if village else 0.04
    size = 2.2 if village else 1.0
    for plot in subdivide(lot.land, size * rng.uniform(190, 420), rng):
        if rng.random() < 0.12:
            continue
        inner = inset(plot, rng.uniform(0.8, 1.6))
        angle = lot.angle + rng.normal(0, character.setting.jitter)
        frame = fit_frame(inner, angle, (rng.uniform(8.5, 17), rng.uniform(7.5, 12.5)), rng)
        if frame is None or min(frame.length, frame.depth) < 3.5:
            continue
        house = raise_building(house_footprint(frame, rng), ridge_axis(frame), character, rng)
        yield replace(house, roof="shell", height=2.2) if rng.random() < shells else house
        yield from _shed(inner, house, character, rng)


def _shed(land: Polygon, house: Building, character: Character, rng: Rng) -> Iterator[Building]:
    """With luck a small building beside `house`."""
    if rng.random() < 0.55:
        return
    around = house.footprint.buffer(rng.uniform(0.6, 3), join_style="mitre")
    for rest in polygons_in(land.difference(around), min_area=9.0)[:1]:
        frame = fit_frame(rest, house.axis, (rng.uniform(2.5, 6), rng.uniform(2.2, 4)), rng)
        if frame is not None and min(frame.length, frame.depth) > 1.6:
            yield raise_building(frame.rectangle(), ridge_axis(frame), character, rng)


def _compound(lot: Lot, character: Character, rng: Rng) -> Iterator[Building]:
    """A school, market or mosque: wings round a courtyard in a yard of its own, and houses on what is left."""
    size = (rng.uniform(24, 52), rng.uniform(20, 40))
    inner = inset(lot.land, 2.0)
    frame = max((fit_frame(inner, lot.angle, size, rng) for _ in range(4)), key=_area)
    if frame is None or min(frame.length, frame.depth) < 11:
        yield from _houses(lot, character, rng)
        return
    court = court_footprint(frame, rng, closed=lot.use == "court" or rng.random() < 0.6)
    yield replace(
        raise_building(court, ridge_axis(frame), character, rng), height=STOREY_M * int(rng.integers(1, 4))
    )
    for rest in polygons_in(inner.difference(frame.rectangle().buffer(5)), min_area=250.0):
        yield from _houses(replace(lot, land=rest), character, rng)


def _area(frame: Frame | None) -> float:
    return round(frame.length * frame.depth, 6) if frame is not None else 0.0


def _bands(lot: Lot, depth: float, gap: float) -> Iterator[tuple[Frame, float]]:
    """The lot's frame and the v at which each rank of buildings begins."""
    frame = frame_of(lot.land, lot.angle)
    count = max(1, math.floor((frame.depth + gap - 1) / (depth + gap)))
    first = -(count * depth + (count - 1) * gap) / 2
    for at in first + np.arange(count) * (depth + gap):
        yield frame, float(at)


def _units(
    land: Polygon, frame: Frame, across: tuple[float, float], width: float, gap: float
) -> Iterator[Polygon]:
    """Boxes along u inside `land`; without a gap, neighbours share their corners exactly."""
    prepare(land)
    at = -frame.length / 2
    while at + width <= frame.length / 2:
        unit = frame.polygon(box_corners(at, across[0], at + width, across[1]))
        if land.contains(unit):
            yield unit
            at += width + gap
        else:
            at += 2.0


_BUILDERS: dict[str, Callable[[Lot, Character, Rng], Iterator[Building]]] = {
    "packed": _packed,
    "rows": _rows,
    "estate": _estate,
    "houses": _houses,
    "compound": _compound,
    "court": _compound,
}
