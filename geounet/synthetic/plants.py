"""Trees, palms and shrubs: crowns that hide what is under them and cast shadows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.synthetic.canvas import Canvas
from geounet.synthetic.character import Character, tinted
from geounet.synthetic.ground import Ground
from geounet.synthetic.planar import Rng, frame_of
from geounet.synthetic.plots import Lot, Settlement

TREES_A_HECTARE: dict[str, float] = {
    "packed": 15, "rows": 50, "estate": 45, "houses": 90, "compound": 50, "court": 50,
    "bush": 260, "field": 10, "orchard": 0, "ground": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plant:
    """One crown."""

    x: float
    y: float
    radius: float
    height: float
    palm: bool


def plant_trees(
    canvas: Canvas, ground: Ground, settlement: Settlement, character: Character, rng: Rng
) -> None:
    """Grow what the uses of land allow, lowest first, so that tall crowns hide low ones."""
    plants = [plant for lot in settlement.lots for plant in _plants(lot, character, rng)]
    rows, cols = canvas.shape
    for plant in sorted(plants, key=lambda p: p.height):
        row, col = int(plant.y // canvas.gsd), int(plant.x // canvas.gsd)
        rooted = 0 <= row < rows and 0 <= col < cols
        if not (rooted and (ground.built[row, col] or ground.road[row, col])):
            _paint_palm(canvas, plant, character, rng) if plant.palm else _paint_crown(
                canvas, plant, character, rng
            )


def _plants(lot: Lot, character: Character, rng: Rng) -> list[Plant]:
    if lot.use == "orchard":
        return _grove(lot, character, rng)
    rate = TREES_A_HECTARE[lot.use] * character.trees * rng.gamma(2.0) / 2
    count, shrubs = rng.poisson(lot.land.area / 1e4 * np.array((rate, 2.5 * rate)))
    frame = frame_of(lot.land, lot.angle)
    total = int(count + shrubs)
    # Crowns cluster: every third grows close to the one before it.
    uv = rng.uniform(-0.5, 0.5, (total, 2)) * (frame.length, frame.depth)
    for i in range(1, total):
        if i % 3:
            uv[i] = uv[i - 1] + rng.normal(0, 3.5, 2)
    points = frame.points([(float(u), float(v)) for u, v in uv])
    return [_sprout(point, character, rng, shrub=i >= count) for i, point in enumerate(points)]


def _sprout(point: tuple[float, float], character: Character, rng: Rng, *, shrub: bool) -> Plant:
    if shrub:
        radius = float(np.clip(rng.lognormal(-0.2, 0.4), 0.35, 2.0))
        return Plant(*point, radius, 0.9 * radius, palm=False)
    if rng.random() < character.palms:
        return Plant(*point, float(rng.uniform(2.2, 3.8)), float(rng.uniform(6, 11)), palm=True)
    radius = float(np.clip(rng.lognormal(0.85, 0.38), 1.0, 6.5))
    return Plant(*point, radius, radius * 1.5 + 1.0, palm=False)


def _grove(lot: Lot, character: Character, rng: Rng) -> list[Plant]:
    """Trees of one kind in ranks."""
    frame, space, radius = frame_of(lot.land, lot.angle), rng.uniform(5, 9), rng.uniform(1.5, 3.2)
    palm = rng.random() < character.palms
    us, vs = (np.arange(-extent / 2 + 2, extent / 2 - 2, space) for extent in (frame.length, frame.depth))
    spots = [(float(u + rng.normal(0, 0.5)), float(v + rng.normal(0, 0.5))) for u in us for v in vs]
    kept = [point for point in frame.points(spots) if rng.random() < 0.5 + 0.5 * character.trees]
    return [Plant(*point, radius * float(rng.uniform(0.7, 1.25)), radius * 1.6 + 1, palm) for point in kept]


def _paint_crown(canvas: Canvas, plant: Plant, character: Character, rng: Rng) -> None:
    """A dome of leaves, ragged at its edge, lit from the sun's side, clump by clump."""
    reach = plant.radius * 1.25
    patch = canvas.patch((plant.x - reach, plant.y - reach, plant.x + reach, plant.y + reach))
    if patch is None:
        return
    fine, mid = canvas.fine[patch.window], canvas.mid[patch.window]
    x, y = (patch.x - plant.x) / plant.radius, (patch.y - plant.y) / plant.radius
    away = x * x + y * y + 0.55 * fine + 0.25 * mid
    dome = np.sqrt(np.clip(1 - away, 0, 1))
    height = plant.height * (0.55 + 0.45 * dome)
    on = (away < 1) & (height > canvas.height[patch.window])
    lean = x * np.cos(character.sun_azimuth) + y * np.sin(character.sun_azimuth)
    light = 0.78 + 0.30 * lean + 0.32 * fine + 0.18 * dome
    _put(canvas, patch.window, on, (_leaf(character, rng), light, height))


def _paint_palm(canvas: Canvas, plant: Plant, character: Character, rng: Rng) -> None:
    """A star of fronds."""
    reach = plant.radius
    patch = canvas.patch((plant.x - reach, plant.y - reach, plant.x + reach, plant.y + reach))
    if patch is None:
        return
    x, y = patch.x - plant.x, patch.y - plant.y
    away = np.hypot(x, y) / plant.radius
    turn = np.arctan2(y, x) / (2 * np.pi) * int(rng.integers(9, 14)) + rng.random()
    middle = np.abs(turn - np.floor(turn) - 0.5) * 2
    on = (middle < 1.02 - 0.75 * away + 0.2 * canvas.fine[patch.window]) & (away < 1)
    height = plant.height * (1.0 - 0.25 * away * away)
    on &= height > canvas.height[patch.window]
    light = 0.85 + 0.3 * (1 - middle) - 0.2 * away + 0.2 * canvas.fine[patch.window]
    _put(canvas, patch.window, on, (_leaf(character, rng), light, height))


def _leaf(character: Character, rng: Rng) -> NDArray[np.float32]:
    """A tree's own green: darker than grass, from bluish to yellowish."""
    # Half of the land's own green, half of leaves anywhere.
    red, green, blue = ((a + b) / 2 for a, b in zip(character.green, (0.33, 0.45, 0.20), strict=True))
    dark, warm = rng.uniform(0.6, 1.0), rng.normal(0, 0.08)
    return np.array(
        tinted((red * dark * (1 + warm), green * dark, blue * dark * 0.95), rng, 0.02), np.float32
    )


def _put(
    canvas: Canvas,
    window: tuple[slice, slice],
    on: NDArray[np.bool_],
    crown: tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]],
) -> None:
    leaf, light, height = crown
    canvas.colour[window][on] = leaf * np.clip(light, 0.25, 1.6)[on, None].astype(np.float32)
    canvas.height[window][on] = height[on]
