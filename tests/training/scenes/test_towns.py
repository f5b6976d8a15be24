import numpy as np
import pytest

from geounet.synthetic import TownOptions, draw_town
from geounet.training import TrainConfig
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import training_scenes
from geounet.training.scenes.towns import synthetic_scenes


@pytest.mark.parametrize(("task", "label"), [("buildings", 1), ("roads", 2)])
def test_a_town_s_labels_are_its_exact_truth(tables, task, label):
    tables["data"] |= {
        "synthetic": {"towns": 2, "side_m": 100, "seed": 7, "weight": 3.0, "task": task},
        "levels_m": [0.5, 1.0],
    }
    config = TrainConfig.from_dict(tables)
    scenes = synthetic_scenes(config, SceneCache.of(config.data))
    assert [s.weight for s in scenes] == [1.5, 1.5]
    for seed, scene in zip((7, 8), scenes, strict=True):
        town = draw_town(TownOptions(size=(200, 200), gsd_m=0.5, seed=seed))
        level = scene.level(0.5)
        expected = np.where(town.valid, town.labels == label, IGNORED)
        np.testing.assert_array_equal(level.labels, expected)
        np.testing.assert_array_equal(level.image, np.where(town.valid, town.image.astype(int) * 257, 0))
        assert (level.labels == 1).any()
        assert scene.level(0.9).image.shape == (3, 100, 100)


def test_crops_of_roads_are_drawn_all_along_them(tables):
    tables["data"] |= {"synthetic": {"towns": 1, "side_m": 200, "seed": 3, "task": "roads"}}
    config = TrainConfig.from_dict(tables)
    (scene,) = synthetic_scenes(config, SceneCache.of(config.data))
    (level,) = scene.levels
    rows, cols = level.centres.astype(int).T
    assert (level.labels[rows, cols] == 1).all()
    assert (level.centre_classes == 1).all()
    roads = np.argwhere(level.labels == 1)[::50] + 0.5
    nearest = np.sqrt(((roads[:, None] - level.centres[None]) ** 2).sum(axis=2)).min(axis=1)
    assert nearest.max() < 10


def test_towns_are_trained_on_and_not_divided(tables):
    del tables["data"]["validation"]
    tables["data"] |= {
        "synthetic": {"towns": 1, "side_m": 50}, "crop": 16, "split": {"block_m": 20.0},
    }  # fmt: skip
    here, town = training_scenes(TrainConfig.from_dict(tables))
    assert here.blocks is not None
    assert (town.name, town.blocks) == ("town_1000", None)
