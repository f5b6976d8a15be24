import gc
import json
from pathlib import Path

import numpy as np
import pytest

from geounet.errors import GeounetWarning, LabelsError, SceneError, TrainingError
from geounet.training import TrainConfig
from geounet.training.scenes import reading
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import scene_names, training_scenes, validation_scenes
from geounet.training.scenes.scene import FULL
from geounet.training.scenes.split import split_record


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
        assert (level.image[0, rows, cols] > FULL / 2).all()


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
    tables["data"] |= {"validation": [tables["data"]["validation"][0] | {"labels": str(away)}]}
    with pytest.raises(TrainingError, match="no label lies in the validation scenes"):
        validation_scenes(TrainConfig.from_dict(tables))


def test_scenes_have_names_of_their_own():
    paths = [Path(p) for p in ("a/x.tif", "b/x.tif", "a/y.tif", "c/a/x.tif")]
    assert scene_names(paths) == ["a/x", "b/x", "y", "a/x-2"]


@pytest.fixture
def divided(tables):
    """Tables that list no scenes to judge by: there are 16 blocks."""
    del tables["data"]["validation"]
    tables["data"] |= {"crop": 16, "levels_m": [0.25, 0.5], "split": {"block_m": 20.0, "share": 0.25}}
    return tables


def test_without_validation_scenes_blocks_are_kept_that_no_training_level_has(divided):
    config = TrainConfig.from_dict(divided)
    (training,), (validation,) = training_scenes(config), validation_scenes(config)
    assert training.blocks == validation.blocks
    assert validation.blocks is not None
    assert validation.blocks.shape == (160, 160)
    kept = np.zeros((160, 160), np.bool_)
    for w in validation.blocks.windows:
        kept[w.row : w.row_stop, w.col : w.col_stop] = True
    (judged,) = validation.levels
    assert ((judged.labels != IGNORED) & ~kept).sum() == 0
    assert (judged.labels[kept] == 1).any()
    fine, own = training.levels
    assert not own.weights[kept].any()
    assert (own.labels[kept] == IGNORED).all()
    assert not own.pixels(slice(None), slice(None))[:, kept].any()
    assert not fine.weights[kept.repeat(2, axis=0).repeat(2, axis=1)].any()
    # Elsewhere all is as it is in a scene that is not divided.
    divided["data"] |= {"validation": [{"scene": "there.tif", "labels": "there.geojson"}]}
    (whole,) = training_scenes(TrainConfig.from_dict(divided))
    np.testing.assert_array_equal(own.weights[~kept], whole.levels[1].weights[~kept])
    np.testing.assert_array_equal(own.labels[~kept], whole.levels[1].labels[~kept])


def test_the_split_is_recorded(divided):
    config = TrainConfig.from_dict(divided)
    training, validation = training_scenes(config), validation_scenes(config)
    record = json.loads(json.dumps(split_record(config, training, validation)))
    assert (record["by"], record["share"], record["seed"], record["fold"]) == ("blocks", 0.25, 0, 0)
    (own,), (judged,) = record["training"], record["validation"]
    assert own["without"] == judged["only"]
    assert [judged["rows"], judged["cols"]] == [160, 160]
    labels = np.array(validation[0].levels[0].labels)
    for row, col, height, width in judged["only"]:
        labels[row : row + height, col : col + width] = IGNORED
    assert (labels == IGNORED).all()


def test_listed_scenes_are_recorded_by_name(tables):
    config = TrainConfig.from_dict(tables)
    assert split_record(config, training_scenes(config), validation_scenes(config)) == {
        "by": "scenes",
        "training": [{"scene": "here"}],
        "validation": [{"scene": "there"}],
    }


@pytest.mark.filterwarnings("ignore:.*overlap")  # both lie at the same place
def test_of_small_scenes_whole_ones_are_kept(divided):
    here, there = ({"scene": f"{n}.tif", "labels": f"{n}.geojson"} for n in ("here", "there"))
    divided["data"] |= {"train": [here, there], "split": {"block_m": 500.0}}
    config = TrainConfig.from_dict(divided)
    (training,), (validation,) = training_scenes(config), validation_scenes(config)
    assert {training.name, validation.name} == {"here", "there"}


def test_a_scene_that_cannot_be_divided_says_what_to_do(divided):
    divided["data"]["split"] = {}
    divided["data"]["crop"] = 256
    with pytest.raises(
        TrainingError, match=r"1 block with labels; expected 2 .*list \[\[data.validation\]\]"
    ):
        validation_scenes(TrainConfig.from_dict(divided))
    divided["data"] |= {"train": divided["data"]["train"] * 2, "split": {"block_m": 20.0}}
    with pytest.raises(TrainingError, match=r"here.tif is listed 2 times"):
        training_scenes(TrainConfig.from_dict(divided))


def test_a_kept_cache_gives_the_same_and_reads_nothing_twice(divided, tmp_path):
    config = TrainConfig.from_dict(divided)
    expected = training_scenes(config) + validation_scenes(config)
    divided["data"] |= {"cache": str(tmp_path / "cache")}
    config = TrainConfig.from_dict(divided)
    first = training_scenes(config) + validation_scenes(config)
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.npy")}
    again = training_scenes(config) + validation_scenes(config)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.npy")} == made
    for scenes in zip(expected, first, again, strict=True):
        for a, b, c in zip(*(scene.levels for scene in scenes), strict=True):
            for name in ("image", "labels", "weights", "centres", "centre_classes"):
                np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
                np.testing.assert_array_equal(getattr(b, name), getattr(c, name))


def test_the_cache_of_a_run_lives_as_long_as_its_scenes(tables):
    config = TrainConfig.from_dict(tables)
    cache = SceneCache.of(config.data)
    path = cache.path
    scenes = training_scenes(config, cache)
    del cache
    gc.collect()
    assert scenes[0].levels[0].image[:, 20, 20].any()
    assert path.is_dir()
    del scenes
    gc.collect()
    assert not path.exists()


@pytest.fixture
def images(make_scene, monkeypatch):
    """Datasets of six images each, of which the last has no labels."""

    def opened(dataset, card):
        gsd_m = card.gsd_m if dataset.use == "validation" else 0.25
        side = round(16 / gsd_m)
        for number in range(6):
            image = np.full((3, side, side), 1000 * number, np.uint16)
            labels = np.full((side, side), number < 5)
            yield make_scene(labels, name=f"{dataset.split}_{number}", image=image, gsd_m=gsd_m, weight=1 / 6)

    monkeypatch.setattr(reading, "dataset_scenes", opened)


@pytest.mark.filterwarnings("ignore:no label lies in")
@pytest.mark.usefixtures("images")
def test_datasets_are_trained_on_or_judged_by_as_the_config_says(tables, tmp_path):
    dataset = {"name": "Any", "root": str(tmp_path)}
    tables["data"] |= {
        "datasets": [dataset | {"split": "a"}, dataset | {"split": "b", "use": "validation"}],
        "cache": str(tmp_path / "cache"),
    }
    config = TrainConfig.from_dict(tables)
    training, validation = training_scenes(config), validation_scenes(config)
    assert [s.name for s in training] == ["here", *(f"a_{n}" for n in range(6))]
    assert [s.name for s in validation] == ["there", *(f"b_{n}" for n in range(6))]
    for number, scene in enumerate(training[1:]):
        (level,) = scene.levels
        assert isinstance(level.image, np.memmap)
        assert (level.image == 1000 * number).all()
        assert level.gsd_m == 0.25


@pytest.mark.usefixtures("images")
def test_the_images_of_a_dataset_are_divided_where_nothing_is_named_to_judge_by(divided, tmp_path):
    divided["data"] |= {
        "datasets": [{"name": "Any", "root": str(tmp_path), "split": "a"}], "split": {"block_m": 20.0, "share": 0.3},
    }  # fmt: skip
    config = TrainConfig.from_dict(divided)
    training, validation = training_scenes(config), validation_scenes(config)
    kept = {s.name for s in validation} - {"here"}
    assert 1 <= len(kept) <= 2
    assert {s.name for s in training} == {"here", *(f"a_{n}" for n in range(6))} - kept
    assert all(s.levels[0].gsd_m == 0.5 for s in validation)
