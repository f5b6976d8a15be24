"""Synthetic towns as scenes to train on: drawn by `geounet.synthetic`, written and read as any other scene is."""

import dataclasses
from pathlib import Path

from geounet.synthetic import TownOptions, draw_town
from geounet.training.config import TrainConfig
from geounet.training.config.data import SceneConfig, SyntheticConfig
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.levels import read_level
from geounet.training.scenes.places import places
from geounet.training.scenes.scene import LabelledScene, Level, card_gsd


def synthetic_scenes(config: TrainConfig, cache: SceneCache) -> list[LabelledScene]:
    """The config's towns, drawn at the finest of its GSDs, with their buildings or their streets as labels."""
    synthetic = config.data.synthetic
    seeds = range(synthetic.seed, synthetic.seed + synthetic.towns)
    return [_town_scene(seed, config, cache) for seed in seeds]


def _town_scene(seed: int, config: TrainConfig, cache: SceneCache) -> LabelledScene:
    synthetic, levels_m = config.data.synthetic, config.data.levels_m or (card_gsd(config.card),)
    side = round(synthetic.side_m / min(levels_m))
    options = TownOptions(size=(side, side), gsd_m=min(levels_m), seed=seed)
    key = {"town": dataclasses.asdict(options), "task": synthetic.task}
    source = _source(cache.folder(key, lambda folder: _write(folder, options, synthetic)), synthetic)
    levels = [read_level(source, config, gsd_m=g, exact=False, cache=cache) for g in levels_m]
    if synthetic.task == "roads":
        levels = [_all_along(level) for level in levels]
    return LabelledScene(f"town_{seed}", tuple(levels), source.weight, cache=cache)


def _write(folder: Path, options: TownOptions, synthetic: SyntheticConfig) -> None:
    """Draw a town, and write its picture and its truth."""
    town, source = draw_town(options), _source(folder, synthetic)
    town.write(source.scene)
    if synthetic.task == "roads":
        town.write_streets(source.labels)
    else:
        town.write_truth(source.labels)


def _source(folder: Path, synthetic: SyntheticConfig) -> SceneConfig:
    # A GeoPackage holds coordinates as they are: GeoJSON would round them, and truth is exact.
    weight = synthetic.weight / synthetic.towns
    return SceneConfig(scene=folder / "town.tif", labels=folder / "truth.gpkg", weight=weight)


def _all_along(level: Level) -> Level:
    """The level with crops drawn all along its streets: a point inside each would leave out most of a long one."""
    centres = places(level.labels)
    rows, cols = centres.astype(int).T
    return dataclasses.replace(level, centres=centres, centre_classes=level.labels[rows, cols])
