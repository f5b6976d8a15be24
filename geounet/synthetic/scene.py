"""From options to a town: streets, then plots, then paint, light and camera, and the truth beside them."""

from typing import TypeVar

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely import LineString, Polygon, box, transform

from geounet.georeference import Georeference
from geounet.synthetic.camera import Camera, photograph
from geounet.synthetic.canvas import Canvas, burn
from geounet.synthetic.character import Character, draw_character
from geounet.synthetic.clutter import park_cars, raise_walls, strew_things
from geounet.synthetic.ground import Ground, paint_ground, paint_streets
from geounet.synthetic.light import cast_shadows
from geounet.synthetic.options import TownOptions
from geounet.synthetic.planar import Rng, lines_in, polygons_in
from geounet.synthetic.plants import plant_trees
from geounet.synthetic.plots import Settlement, settle
from geounet.synthetic.roofs import paint_roofs
from geounet.synthetic.streets import Street, carriageway_of, lay_streets
from geounet.synthetic.town import BUILDING, NODATA, ROAD, Town

_Shape = TypeVar("_Shape", Polygon, LineString)

_MIN_AREA_PX = 1e-3
"""Of what an edge of the scene leaves of a footprint."""


def draw_town(options: TownOptions) -> Town:
    """Draw the town that `options` name; the same options give the same town, byte for byte."""
    streams = (
        np.random.Generator(np.random.PCG64(seed)) for seed in np.random.SeedSequence(options.seed).spawn(5)
    )
    whole, land, ground, paint, sight = streams
    character = draw_character(options, whole)
    view = _view(options, whole)
    extent = _scaled(view, options.gsd_m)
    plan = lay_streets(extent, character.setting, land)
    settlement = settle(plan, extent, character, land)
    footprints = _cut(settlement, view, options.gsd_m)
    which = burn([(polygon, index) for polygon, index in footprints], options.size)
    canvas = Canvas.blank(options.size, options.gsd_m, ground)
    road = _paint(canvas, (plan.streets, settlement, which), character, paint)
    image = photograph(canvas.colour, options.gsd_m, Camera.draw(sight), sight)
    valid = burn([(view, 1)], options.size) > 0
    labels = np.where(which > 0, BUILDING, np.where(road, ROAD, 0)).astype(np.uint8)
    labels[~valid] = NODATA
    image[:, ~valid] = 0
    buildings = tuple(polygon for polygon, _ in footprints)
    lines = _centrelines(plan.streets, view, options.gsd_m)
    covered = _carriageways(plan.streets, view, options.gsd_m)
    return Town(image, valid, labels, buildings, lines, covered, _grid(options))


def _paint(
    canvas: Canvas,
    land: tuple[tuple[Street, ...], Settlement, NDArray[np.int32]],
    character: Character,
    rng: Rng,
) -> NDArray[np.bool_]:
    """Paint from the ground up, and give where the roads are."""
    streets, settlement, which = land
    lots = canvas.burn([(lot.land, i) for i, lot in enumerate(settlement.lots, 1)])
    roads = canvas.burn([(carriageway_of(street), 1) for street in streets]) > 0
    ground = Ground(lots, which > 0, roads)
    paint_ground(canvas, ground, settlement, character, rng)
    paint_streets(canvas, streets, character, rng)
    raise_walls(canvas, ground, settlement, rng)
    strew_things(canvas, ground, settlement, rng)
    park_cars(canvas, ground, (streets, settlement), rng)
    paint_roofs(canvas, which, settlement.buildings, character, rng)
    plant_trees(canvas, ground, settlement, character, rng)
    cast_shadows(canvas, character)
    return roads


def _view(options: TownOptions, rng: Rng) -> Polygon:
    """What was flown, in pixels: the scene, without a corner if one is to be nodata."""
    rows, cols = options.size
    whole = box(0, 0, cols, rows)
    down, along = rng.uniform(0.08, 0.3, 2)
    right, bottom = (int(n) for n in rng.integers(0, 2, 2))
    if not options.nodata_corner:
        return whole
    x, y = right * cols, bottom * rows
    toward_x, toward_y = (1 - 2 * right) * along * cols, (1 - 2 * bottom) * down * rows
    return polygons_in(
        whole.difference(Polygon([(x, y), (x + toward_x, y), (x, y + toward_y)])), min_area=0.0
    )[0]


def _cut(settlement: Settlement, view: Polygon, gsd: float) -> list[tuple[Polygon, int]]:
    """The footprints in view, in pixels, each with 1 + the index of its building."""
    return [
        (part, index)
        for index, building in enumerate(settlement.buildings, 1)
        for part in polygons_in(
            _scaled(building.footprint, 1 / gsd).intersection(view), min_area=_MIN_AREA_PX
        )
    ]


def _centrelines(
    streets: tuple[Street, ...], view: Polygon, gsd: float
) -> tuple[tuple[LineString, float], ...]:
    lines = (
        (part, street)
        for street in streets
        for part in lines_in(_scaled(street.line, 1 / gsd).intersection(view))
    )
    return tuple((line, street.width) for line, street in lines)


def _carriageways(streets: tuple[Street, ...], view: Polygon, gsd: float) -> tuple[Polygon, ...]:
    """What each street covers in view, in pixels."""
    return tuple(
        part
        for street in streets
        for part in polygons_in(
            _scaled(carriageway_of(street), 1 / gsd).intersection(view), min_area=_MIN_AREA_PX
        )
    )


def _scaled(shape: _Shape, factor: float) -> _Shape:
    scaled: _Shape = transform(shape, lambda points: points * factor)
    return scaled


def _grid(options: TownOptions) -> Georeference:
    east, north = options.origin
    place = Affine(options.gsd_m, 0.0, east, 0.0, -options.gsd_m, north)
    return Georeference(place, CRS.from_epsg(options.epsg), *options.size)
