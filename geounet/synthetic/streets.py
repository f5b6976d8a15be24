"""Streets that cut land into blocks: through roads first, then lanes across whatever block is still too big.

Every lane ends on the street that bounds its block, so junctions are exact and the network hangs together.
"""

import math
from dataclasses import dataclass

import numpy as np
from shapely import LineString, Polygon, STRtree, union_all
from shapely.ops import split

from geounet.synthetic.character import Setting
from geounet.synthetic.planar import Rng, lines_in, polygons_in, tightest_frame

ROAD_SPACING_M = 380.0
BORDER_M = 60.0
"""Land drawn beyond the scene, so that streets and plots are cut by its edge as any scene cuts them."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street by its centreline, in metres."""

    line: LineString
    width: float
    surface: str
    """asphalt, concrete or dirt."""


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """Streets, and the land between them."""

    streets: tuple[Street, ...]
    """Connected with one another inside the extent; each may reach beyond it."""
    blocks: tuple[Polygon, ...]


def lay_streets(extent: Polygon, setting: Setting, rng: Rng) -> StreetPlan:
    """Cut the land of `extent`, and some beyond it, into blocks of about the setting's size."""
    land = extent.envelope.buffer(BORDER_M, join_style="mitre")
    streets, blocks = _through_roads(land, setting, rng)
    target = setting.block_m2 * rng.uniform(0.8, 1.3)
    done: list[Polygon] = []
    while blocks:
        block = blocks.pop()
        if block.area < target * rng.uniform(0.9, 2.2):
            done.append(block)
            continue
        lanes, parts = _cut_by_lane(block, setting, rng)
        streets.extend(lanes)
        blocks.extend(parts) if len(parts) > 1 else done.append(block)
    carriageway = union_all([carriageway_of(street) for street in streets])
    free = [part for block in done for part in polygons_in(block.difference(carriageway), min_area=20.0)]
    return StreetPlan(_connected(streets, extent), tuple(free))


def carriageway_of(street: Street) -> Polygon:
    """What a street covers, in metres: all within half its width of the centreline."""
    return street.line.buffer(street.width / 2)


def _through_roads(land: Polygon, setting: Setting, rng: Rng) -> tuple[list[Street], list[Polygon]]:
    """Roads from side to side, in two directions, that cross each other."""
    frame = tightest_frame(land)
    turn = frame.angle + rng.uniform(-0.5, 0.5)
    streets, blocks = [], [land]
    for angle, extent in ((turn, frame.depth), (turn + math.pi / 2 + rng.normal(0, 0.1), frame.length)):
        count = max(1, round(extent / ROAD_SPACING_M))
        for at in (np.arange(count) + 0.5 + rng.uniform(-0.25, 0.25, count)) / count - 0.5:
            x = land.centroid.x - at * extent * math.sin(angle)
            y = land.centroid.y + at * extent * math.cos(angle)
            line = _wander((x, y), angle, frame.length + frame.depth, setting.bend / 3, rng)
            streets.extend(_streets_along(land, line, rng.uniform(6, 13), setting.paved + 0.3, rng))
            blocks = [part for block in blocks for part in polygons_in(split(block, line), min_area=1.0)]
    return streets, blocks


def _cut_by_lane(block: Polygon, setting: Setting, rng: Rng) -> tuple[list[Street], list[Polygon]]:
    frame = tightest_frame(block)
    at = rng.uniform(-0.15, 0.15) * frame.length
    start = frame.points([(at, 0.0)])[0]
    angle = frame.angle + math.pi / 2 + rng.normal(0, 0.08 + setting.bend / 2)
    line = _wander(start, angle, 2 * (frame.length + frame.depth), setting.bend / 2, rng)
    width = rng.uniform(3.0, 4.6) if block.area < 3 * setting.block_m2 else rng.uniform(4.2, 7.5)
    return _streets_along(block, line, width, setting.paved, rng), polygons_in(
        split(block, line), min_area=1.0
    )


def _streets_along(land: Polygon, line: LineString, width: float, paved: float, rng: Rng) -> list[Street]:
    surface = str(rng.choice(("asphalt", "asphalt", "concrete"))) if rng.random() < paved else "dirt"
    width = width if surface != "dirt" else min(width, 2.5 + 0.5 * width)
    return [Street(part, width, surface) for part in lines_in(line.intersection(land), min_length=1.0)]


def _wander(middle: tuple[float, float], angle: float, length: float, bend: float, rng: Rng) -> LineString:
    """A line of `length` through `middle` that strays sideways by about `bend` × its wavelength."""
    t = np.linspace(-0.5, 0.5, max(3, round(length / 6))) * length
    aside = np.zeros_like(t)
    for wavelength in (70.0, 150.0, 400.0):
        wave = np.sin(2 * np.pi * (t / (wavelength * rng.uniform(0.7, 1.4)) + rng.random()))
        aside += wave * wavelength * bend * rng.uniform(0.05, 0.6)
    x = middle[0] + t * math.cos(angle) - aside * math.sin(angle)
    y = middle[1] + t * math.sin(angle) + aside * math.cos(angle)
    return LineString(np.column_stack((x, y)))


def _connected(streets: list[Street], extent: Polygon) -> tuple[Street, ...]:
    """The streets of the longest network that hangs together inside `extent`, cut a little beyond its edge.

    A lane's end is a computed point of another line, so two lines that meet are within a hair, not equal.
    """
    beyond = extent.buffer(20.0, join_style="mitre")
    pieces = [
        Street(part, street.width, street.surface)
        for street in streets
        for part in lines_in(street.line.intersection(beyond))
        if part.intersection(extent).length > 0
    ]
    inside = [piece.line.intersection(extent) for piece in pieces]
    first, second = STRtree(inside).query(inside, predicate="dwithin", distance=1e-6) if inside else ([], [])
    group = list(range(len(pieces)))
    for a, b in zip(first, second, strict=True):
        root_a, root_b = group[a], group[b]
        if root_a != root_b:
            group = [root_a if g == root_b else g for g in group]
    length: dict[int, float] = {}
    for root, line in zip(group, inside, strict=True):
        length[root] = length.get(root, 0.0) + line.length
    longest = max(length, key=lambda root: length[root], default=-1)
    return tuple(piece for piece, root in zip(pieces, group, strict=True) if root == longest)
