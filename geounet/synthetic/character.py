"""What a seed decides about a town as a whole: how it is built, what its roofs and soil look like, its light."""

import math
from dataclasses import dataclass, replace

import numpy as np

from geounet.synthetic.options import TownOptions
from geounet.synthetic.planar import Rng

RGB = tuple[float, float, float]

BUILT = ("packed", "rows", "estate", "houses", "compound", "court")
OPEN = ("bush", "field", "orchard", "ground")


@dataclass(frozen=True, slots=True)
class Setting:
    """A manner of building: numbers that differ from an old town to a village."""

    block_m2: float
    """Area of a block between streets."""
    quarter_m2: float
    """Area of land in a block that has one use."""
    bend: float
    """How far streets wander from straight, as a share of their length."""
    jitter: float
    """Spread, in radians, of buildings from the direction of their street."""
    uses: dict[str, float]
    """Weight of each use of land."""
    roofs: dict[str, float]
    """Weight of each roofing."""
    green: float
    """How much of the open ground is overgrown, 0 to 1."""
    paved: float
    """Chance that a street is sealed."""


@dataclass(frozen=True, slots=True)
class Roofing:
    """What a roof is covered with."""

    material: str
    """tin, concrete, tile or thatch."""
    colour: RGB


ROOFINGS: dict[str, tuple[Roofing, ...]] = {
    "bright": tuple(Roofing("tin", c) for c in ((0.80, 0.83, 0.86), (0.70, 0.75, 0.80), (0.86, 0.87, 0.87))),
    "grey": tuple(Roofing("tin", c) for c in ((0.56, 0.58, 0.60), (0.47, 0.48, 0.49), (0.60, 0.64, 0.68))),
    "rust": tuple(Roofing("rust", c) for c in ((0.44, 0.29, 0.22), (0.54, 0.37, 0.29), (0.38, 0.31, 0.27))),
    "blue": tuple(Roofing("tin", c) for c in ((0.22, 0.42, 0.64), (0.32, 0.51, 0.72), (0.34, 0.58, 0.66))),
    "red": tuple(Roofing("tin", c) for c in ((0.60, 0.30, 0.27), (0.48, 0.25, 0.23), (0.68, 0.38, 0.35))),
    "green": tuple(Roofing("tin", c) for c in ((0.32, 0.44, 0.37), (0.46, 0.57, 0.51), (0.26, 0.38, 0.33))),
    "concrete": tuple(Roofing("concrete", c) for c in ((0.58, 0.56, 0.53), (0.67, 0.65, 0.61), (0.49, 0.47, 0.45))),
    "tile": tuple(Roofing("tile", c) for c in ((0.64, 0.36, 0.27), (0.56, 0.32, 0.24), (0.47, 0.33, 0.28))),
    "thatch": tuple(Roofing("thatch", c) for c in ((0.48, 0.41, 0.31), (0.40, 0.36, 0.30))),
}  # fmt: skip

SETTINGS: dict[str, Setting] = {
    "old town": Setting(
        4500, 2200, 0.10, 0.05,
        {"packed": 7, "rows": 1, "houses": 1, "compound": 1, "ground": 0.5, "bush": 0.5},
        {"concrete": 7, "blue": 1.5, "grey": 2.5, "rust": 2, "red": 0.8, "bright": 1, "green": 0.3, "tile": 0.4},
        0.45, 0.6,
    ),
    "estate": Setting(
        9000, 5000, 0.05, 0.02,
        {"estate": 6, "rows": 2, "houses": 1, "compound": 1, "ground": 0.5, "bush": 0.3},
        {"red": 2, "bright": 2, "green": 1, "tile": 2, "grey": 1, "blue": 0.5, "concrete": 0.5},
        0.5, 0.95,
    ),
    "suburb": Setting(
        9000, 3500, 0.08, 0.05,
        {"houses": 7, "rows": 1, "packed": 0.7, "compound": 0.8, "ground": 0.5, "bush": 1, "field": 0.5},
        {"bright": 2, "grey": 2, "red": 1.5, "blue": 1.5, "green": 1, "tile": 1.5, "rust": 1, "concrete": 1},
        0.6, 0.5,
    ),
    "village": Setting(
        24000, 4500, 0.14, 0.16,
        {"houses": 4, "bush": 2.5, "field": 2.5, "orchard": 1, "compound": 0.7, "ground": 0.5},
        {"bright": 4, "grey": 2.5, "rust": 2, "thatch": 0.8, "blue": 0.4, "red": 0.3},
        0.75, 0.15,
    ),
    "market town": Setting(
        11000, 3000, 0.10, 0.08,
        {"packed": 2, "houses": 3, "rows": 1.5, "estate": 1, "compound": 1, "bush": 1, "field": 1, "ground": 0.7},
        {"bright": 2, "grey": 2, "rust": 1.5, "blue": 1.5, "red": 1, "concrete": 2.5, "green": 0.6, "tile": 1},
        0.55, 0.4,
    ),
}  # fmt: skip

SOILS: tuple[RGB, ...] = ((0.60, 0.44, 0.31), (0.66, 0.55, 0.42), (0.55, 0.47, 0.39), (0.50, 0.36, 0.27),
                          (0.62, 0.57, 0.48))  # fmt: skip
GREENS: tuple[RGB, ...] = ((0.34, 0.42, 0.20), (0.41, 0.47, 0.25), (0.28, 0.38, 0.19), (0.47, 0.48, 0.29))


@dataclass(frozen=True, slots=True)
class Character:
    """A town's manner of building, its palettes, and the light it is seen in."""

    setting: Setting
    trees: float
    """How wooded the land is, 0 to 1."""
    palms: float
    """Share of palms among the trees."""
    soil: RGB
    green: RGB
    """Of grass; trees are darker."""
    sun_azimuth: float
    """Radians from +x towards +y (image axes) of the direction in which the sun stands."""
    sun_elevation: float
    """Radians above the horizon."""
    shade: float
    """Light left in a shadow, 0 to 1."""
    weathering: float
    """How stained, rusted and patched the roofs are, 0 to 1."""


def draw_character(options: TownOptions, rng: Rng) -> Character:
    """What the options and the seed make of a town."""
    name = list(SETTINGS)[int(rng.integers(len(SETTINGS)))]
    trees = float(rng.uniform(0.25, 1.2)) * (0.8 if name in ("old town", "estate") else 1.0)
    return Character(
        setting=_varied(SETTINGS[name], options.density, rng),
        trees=min(1.0, trees) if options.trees is None else options.trees,
        palms=float(rng.choice((0.0, 0.1, 0.4, 0.7))),
        soil=tinted(SOILS[int(rng.integers(len(SOILS)))], rng, 0.04),
        green=tinted(GREENS[int(rng.integers(len(GREENS)))], rng, 0.03),
        sun_azimuth=float(rng.uniform(0, 2 * math.pi)),
        sun_elevation=float(rng.uniform(0.6, 1.25)),
        shade=float(rng.uniform(0.3, 0.75)),
        weathering=float(rng.uniform(0.15, 1.0)),
    )


def _varied(setting: Setting, density: float | None, rng: Rng) -> Setting:
    """The same manner with weights of its own, and with the share of built land that was asked for."""
    uses = {use: weight * rng.gamma(3.0) / 3 for use, weight in setting.uses.items()}
    roofs = {roof: weight * rng.gamma(2.5) / 2.5 + 0.03 for roof, weight in setting.roofs.items()}
    if density is not None:
        uses = {use: weight for use, weight in uses.items() if use in BUILT} | {
            use: uses.get(use, 0.3) for use in OPEN
        }
        for group, share in ((BUILT, density), (OPEN, 1 - density)):
            total = sum(weight for use, weight in uses.items() if use in group)
            uses |= {use: weight / total * share for use, weight in uses.items() if use in group}
    green = float(np.clip(setting.green + rng.normal(0, 0.15), 0.1, 0.95))
    return replace(setting, uses=uses, roofs=roofs, green=green)


def tinted(colour: RGB, rng: Rng, spread: float) -> RGB:
    """A colour near `colour`: lighter or darker by `spread`, and each band by a third of it."""
    light = rng.normal(0, spread)
    red, green, blue = (float(np.clip(c + light + rng.normal(0, spread / 3), 0.03, 0.97)) for c in colour)
    return red, green, blue


def pick(weights: dict[str, float], rng: Rng) -> str:
    """A key, as likely as its weight."""
    total = np.cumsum(list(weights.values()))
    return list(weights)[int(np.searchsorted(total, rng.random() * total[-1], side="right"))]


def draw_roofing(weights: dict[str, float], rng: Rng) -> Roofing:
    """A roofing by weight, in a tint of its own."""
    choices = ROOFINGS[pick(weights, rng)]
    roofing = choices[int(rng.integers(len(choices)))]
    return Roofing(roofing.material, tinted(roofing.colour, rng, 0.05))
