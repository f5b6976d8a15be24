import json

import numpy as np
import pytest

from geounet.errors import GeounetWarning, LabelsError, SceneError, TrainingError
from geounet.synthetic import TownOptions, draw_town
from geounet.training import TrainConfig
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import synthetic_scenes, training_scenes, validation_scenes


def test_a_town_s_labels_are_its_exact_truth(tables):
    tables["data"] |= {
        "synthetic": {"towns": 2, "side_m": 100, "seed": 7, "weight": 3.0},
        "levels_m": [0.5, 1.0],
    }
    config = TrainConfig.from_dict(tables)
    scenes = synthetic_scenes(config.data, config.card)
    assert [s.weight for s in scenes] == [1.5, 1.5]
    for seed, scene in zip((7, 8), scenes, strict=True):
        town = draw_town(TownOptions(size=(200, 200), gsd_m=0.5, seed=seed))
        level = scene.level(0.5)
        assert level.image.shape == (3, 200, 200)
        np.testing.assert_array_equal(level.labels == IGNORED, ~town.valid)
        differing = (level.labels == 1) != (town.labels == 1)
        assert (
            differing.mean() < 2e-3
        )  # GeoJSON rounds coordinates: an edge through a pixel's centre may fall either way
        assert (level.labels == 1).any()
        assert scene.level(0.9).image.shape == (3, 100, 100)


def test_every_level_is_the_same_place(tables):
    tables["data"] |= {"levels_m": [0.25, 0.5, 1.0]}
    (scene,) = training_scenes(TrainConfig.from_dict(tables))
    fine, middle, coarse = scene.levels
    assert fine.labels.shape == (320, 320)
    assert coarse.labels.shape == (80, 80)
    np.testing.assert_allclose((fine.labels == 1).mean(), (coarse.labels == 1).mean(), rtol=0.05)
    np.testing.assert_allclose(fine.centres / 2, middle.centres, atol=0.51)
    # A bright rectangle's centre is bright, and labelled, at each level.
    for level in scene.levels:
        rows, cols = level.centres.astype(int).T
        assert (level.labels[rows, cols] == 1).all()
        assert (level.image[0, rows, cols] > 0.5).all()


@pytest.mark.parametrize(("gsd", "nearest"), [(0.1, 0.25), (0.34, 0.25), (0.36, 0.5), (0.6, 0.5), (5.0, 1.0)])
def test_the_nearest_level_is_nearest_by_ratio(tables, gsd, nearest):
    tables["data"] |= {"levels_m": [0.25, 0.5, 1.0]}
    (scene,) = training_scenes(TrainConfig.from_dict(tables))
    assert scene.level(gsd).gsd_m == nearest


def test_uncertain_edges_are_ignored(tables):
    tables["data"]["train"][0] |= {"edge_m": 1.0}
    (scene,) = training_scenes(TrainConfig.from_dict(tables))
    labels = scene.levels[0].labels
    changes = (labels[:, 1:] < 2) & (labels[:, :-1] < 2) & (labels[:, 1:] != labels[:, :-1])
    assert not changes.any()  # between building and background there is always an ignored pixel
    assert (labels == 1).any()


def test_gaps_are_background_that_weighs_more(tables):
    plain = training_scenes(TrainConfig.from_dict(tables))[0].levels[0]
    tables["data"] |= {"gap_m": 20.0, "gap_weight": 4.0}
    (scene,) = training_scenes(TrainConfig.from_dict(tables))
    level = scene.levels[0]
    heavy = level.weights == 4
    assert heavy.any()
    assert (level.labels[heavy] == 0).all()
    np.testing.assert_array_equal(level.labels[~heavy], plain.labels[~heavy])


def test_what_cannot_be_read_is_one_line(tables, place):
    (place / "junk.geojson").write_text("no labels", encoding="utf-8")
    for change, kind in (({"labels": "junk.geojson"}, LabelsError), ({"scene": "junk.geojson"}, SceneError)):
        train = [{"scene": "here.tif", "labels": "here.geojson"} | change]
        with pytest.raises(kind) as caught:
            training_scenes(TrainConfig.from_dict(tables | {"data": tables["data"] | {"train": train}}))
        assert "\n" not in str(caught.value)


def test_labels_of_another_place_are_refused(tables, tmp_path):
    away = tmp_path / "away.geojson"
    square = [[10, 50], [10.001, 50], [10.001, 50.001], [10, 50]]
    away.write_text(
        json.dumps(
            {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [square]}}
        )
    )
    good = tables["data"]["train"][0]
    bad = good | {"labels": str(away)}
    tables["data"] |= {"train": [bad]}
    with pytest.raises(TrainingError, match="no label lies in the training scenes"):
        training_scenes(TrainConfig.from_dict(tables))
    tables["data"] |= {"train": [good, bad]}
    with pytest.warns(GeounetWarning, match="no label lies in the training scene"):
        assert [s.has_labels for s in training_scenes(TrainConfig.from_dict(tables))] == [True, False]
    tables["data"] |= {"validation": [bad]}
    with pytest.raises(TrainingError, match="no label lies in the validation scenes"):
        validation_scenes(TrainConfig.from_dict(tables))
