"""Labelled scenes in memory: each read once, at a few GSDs, stretched as the card says, its labels drawn."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from geounet.errors import GeounetWarning, TrainingError
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.models.card import ModelCard, Normalization
from geounet.options import PredictOptions
from geounet.raster.normalize import Normalizer, scene_ranges
from geounet.raster.scene import Scene
from geounet.synthetic import TownOptions, draw_town
from geounet.training.config import TrainConfig
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.label_rasters import is_raster, places, read_label_raster
from geounet.training.scenes.labels import IGNORED, draw, edges, gaps, read_footprints


@dataclass(frozen=True, slots=True)
class Level:
    """A labelled scene at one GSD."""

    gsd_m: float
    image: NDArray[np.float32]
    """(C, rows, cols), counts stretched to 0 … 1 as the card's normalisation does before mean and std."""
    labels: NDArray[np.uint8]
    """(rows, cols) class indices; IGNORED where invalid or uncertain."""
    weights: NDArray[np.float32]
    """(rows, cols) weight of each pixel in the loss; 0 where invalid, and there alone."""
    centres: NDArray[np.float64]
    """Points on labelled pixels, one inside each object where objects are known, as (row, col), n × 2."""


@dataclass(frozen=True, slots=True)
class LabelledScene:
    """A scene with its labels, at one or more GSDs."""

    name: str
    levels: tuple[Level, ...]
    weight: float
    """How often crops are drawn from it, relative to other scenes."""

    @property
    def has_labels(self) -> bool:
        """Whether any valid pixel is of a class other than the background."""
        labels = self.levels[0].labels
        return bool(((labels != 0) & (labels != IGNORED)).any())

    def level(self, gsd_m: float) -> Level:
        """The level whose GSD is nearest, by ratio."""
        return min(self.levels, key=lambda level: abs(math.log(level.gsd_m / gsd_m)))


@dataclass(frozen=True, slots=True)
class LabelRules:
    """How footprints become labels and weights."""

    edge_m: float = 0.0
    """Pixels this near a boundary are ignored."""
    gap_m: float = 0.0
    """Width of the background kept between objects."""
    gap_weight: float = 1.0
    """Weight of those pixels."""


def read_scene(
    config: SceneConfig, card: ModelCard, *, levels_m: Sequence[float], rules: LabelRules
) -> LabelledScene:
    """A scene of the config at each of the GSDs, stretched as the card says."""
    levels = [_read_level(config, card, gsd_m=g, rules=rules) for g in levels_m]
    return LabelledScene(config.scene.stem, tuple(levels), config.weight)


def _read_level(config: SceneConfig, card: ModelCard, *, gsd_m: float, rules: LabelRules) -> Level:
    options = PredictOptions(gsd=gsd_m)
    with Scene.open(config.scene, bands=card.bands, options=options, gsd_m=gsd_m, model=card.name) as scene:
        normalizer = Normalizer.of(
            stretch_only(card.normalization), scene_ranges(scene, card.normalization, stats=None)
        )
        pixels = scene.read(Window(0, 0, scene.height, scene.width))
        image = normalizer(pixels.values, pixels.valid)
        drawn = _drawn(config, card, scene.grid, gsd_m=gsd_m, rules=rules)
    drawn.labels[~pixels.valid] = IGNORED
    drawn.weights[~pixels.valid] = 0
    return Level(gsd_m, image, drawn.labels, drawn.weights, drawn.centres)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Labels on a scene's grid: see `Level`."""

    labels: NDArray[np.uint8]
    weights: NDArray[np.float32]
    centres: NDArray[np.float64]


def stretch_only(normalization: Normalization) -> Normalization:
    """The same stretch to 0 … 1, without mean and std: augmentation works in between."""
    bands = len(normalization.mean)
    return Normalization(normalization.range, normalization.percentiles, (0.0,) * bands, (1.0,) * bands)


def _drawn(
    config: SceneConfig, card: ModelCard, grid: Georeference, *, gsd_m: float, rules: LabelRules
) -> _Drawn:
    """A scene's labels on its grid, before what is not valid is left out."""
    shape = (grid.height, grid.width)
    weights = np.ones(shape, np.float32)
    if is_raster(config.labels):
        labels = read_label_raster(config.labels, grid, classes=len(card.classes))
        return _Drawn(labels, weights, places(labels))
    footprints = read_footprints(config.labels, grid, classes=card.classes)
    labels = draw(footprints, shape)
    if rules.gap_m:
        between = gaps(footprints, shape, width=rules.gap_m / gsd_m)
        labels[between] = 0
        weights[between] = rules.gap_weight
    if rules.edge_m:
        labels[edges(footprints, shape, width=rules.edge_m / gsd_m)] = IGNORED
    centres = footprints.centres
    inside = ((centres >= 0) & (centres < shape)).all(axis=1)
    return _Drawn(labels, weights, centres[inside])


def training_scenes(config: TrainConfig) -> list[LabelledScene]:
    """The config's scenes and synthetic towns, at each of its GSDs; raises TrainingError without labels."""
    card, data = config.card, config.data
    scenes = [
        read_scene(
            s,
            card,
            levels_m=data.levels_m or (card_gsd(card),),
            rules=LabelRules(s.edge_m, data.gap_m, data.gap_weight),
        )
        for s in data.train
    ]
    scenes += synthetic_scenes(data, card)
    _require_labels(scenes, "training")
    return scenes


def synthetic_scenes(data: DataConfig, card: ModelCard) -> list[LabelledScene]:
    """The config's towns, drawn at the finest of its GSDs, then written and read as any other scene is."""
    synthetic, levels = data.synthetic, data.levels_m or (card_gsd(card),)
    rules = LabelRules(0.0, data.gap_m, data.gap_weight)
    side = round(synthetic.side_m / min(levels))
    scenes = []
    for seed in range(synthetic.seed, synthetic.seed + synthetic.towns):
        town = draw_town(TownOptions(size=(side, side), gsd_m=min(levels), seed=seed))
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            scene = town.write(Path(folder) / f"town_{seed}.tif")
            labels = town.write_truth(Path(folder) / f"town_{seed}.geojson")
            place = SceneConfig(scene=scene, labels=labels, weight=synthetic.weight / synthetic.towns)
            scenes.append(read_scene(place, card, levels_m=levels, rules=rules))
    return scenes


def validation_scenes(config: TrainConfig) -> list[LabelledScene]:
    """The config's validation scenes at the card's GSD, labels as they are; raises TrainingError without labels."""
    scenes = [
        read_scene(s, config.card, levels_m=(card_gsd(config.card),), rules=LabelRules())
        for s in config.data.validation
    ]
    _require_labels(scenes, "validation")
    return scenes


def _require_labels(scenes: Sequence[LabelledScene], use: str) -> None:
    """Raise TrainingError where no scene has a labelled pixel; warn of each that has none."""
    bare = [scene.name for scene in scenes if not scene.has_labels]
    if len(bare) == len(scenes):
        raise TrainingError(
            f"no label lies in the {use} scenes ({', '.join(bare)}); expected some: are the labels of this place, "
            "and is their CRS right?"
        )
    for name in bare:
        warnings.warn(f"no label lies in the {use} scene {name}", GeounetWarning, stacklevel=3)


def card_gsd(card: ModelCard) -> float:
    """The card's GSD in metres; raises TrainingError where it has none."""
    if card.gsd_m is None:
        raise TrainingError(f"card of {card.name!r} has no gsd_m; a model that is trained needs one")
    return card.gsd_m
