from dataclasses import replace
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from geounet.errors import TrainingError
from geounet.grid import mirror
from geounet.training.config import TrainConfig
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import FULL, LabelledScene, Level

SIZE = (40, 70)


def level(*, gsd_m=0.5, centres=((20.0, 60.0),), dtype=np.float32) -> Level:
    """A level whose one band, labels and weights all are a pixel's own number, modulo 251 (invalid where that is 0)."""
    numbers = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE) % 251
    labels = np.where(numbers, numbers, IGNORED).astype(np.uint8)
    points = np.array(centres).reshape(-1, 2)
    return Level(
        gsd_m,
        numbers[None].astype(np.uint16),
        labels,
        numbers.astype(dtype),
        points,
        np.ones(len(points), np.uint8),
    )


def scene(**changes) -> LabelledScene:
    return LabelledScene("numbers", (level(**changes),), 1.0)


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_image_labels_and_weights_are_cut_together(config, dtype):
    crops = Crops([scene(dtype=dtype)], config)
    for index in range(30):
        crop = crops[index]
        labels = crop["labels"].numpy()
        assert crop["image"].shape == (1, crops.side, crops.side)
        assert [str(crop[k].dtype) for k in ("image", "labels", "weights", "zoom")] == [
            "torch.float32", "torch.uint8", "torch.float32", "torch.float32",
        ]  # fmt: skip
        np.testing.assert_array_equal(crop["weights"].numpy(), np.where(labels == IGNORED, 0, labels))
        np.testing.assert_allclose(crop["image"][0].numpy() * FULL, crop["weights"].numpy(), rtol=1e-6)


def test_a_crop_is_the_scene_mirrored_past_its_border(config):
    crops, numbers = Crops([scene()], config), level().labels
    crop = crops[0]["labels"].numpy()
    reach = range(-crops.side, max(SIZE))
    rows = [mirror(r, crops.side, size=SIZE[0]) for r in reach]
    cols = [mirror(c, crops.side, size=SIZE[1]) for c in reach]
    assert any((numbers[np.ix_(r, c)] == crop).all() for r in rows for c in cols)


def test_what_weighs_nothing_is_not_seen(make_level, config):
    labels = np.zeros(SIZE, np.uint8)
    labels[10:20, 30:50] = IGNORED
    hidden = make_level(labels, image=np.full((2, *SIZE), FULL, np.uint16))
    crops = Crops([LabelledScene("hidden", (hidden,), 1.0)], config)
    for crop in (crops[n] for n in range(10)):
        assert ((crop["image"] == 0) == (crop["weights"] == 0)).all()
        assert ((crop["image"] == 1) == (crop["labels"] == 0)).all()


def centre(crop, side):
    return crop["labels"][side // 2, side // 2].item()


@given(seed=st.integers(0, 10_000), known=st.floats(0.001, 0.3), share=st.sampled_from((0.0, 0.5, 1.0)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_crop_s_centre_is_always_known(config, make_scene, seed, known, share):
    random = np.random.default_rng(seed)
    labels = np.where(random.random((90, 70)) < known, random.integers(0, 3, (90, 70)), IGNORED)
    labels[random.integers(90), random.integers(70)] = 1
    config = replace(config, data=replace(config.data, labelled=share))
    crops = Crops([make_scene(labels)], config)
    assert all(centre(crops[n], crops.side) != IGNORED for n in range(8))


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_crops_are_drawn_where_the_labels_are(tables, make_scene, zoom):
    """The one labelled pixel is in the middle part of each crop, which is trained on however it is turned."""
    tables["data"] |= {"labelled": 1.0, "crop": 48}
    tables["augment"] = {"scale": [zoom, zoom], "rotate": 0.5}
    labels = np.zeros((300, 300), np.uint8)
    labels[150, 150] = 1
    crops = Crops([make_scene(labels)], TrainConfig.from_dict(tables))
    found = [np.argwhere(crops[n]["labels"].numpy() == 1) for n in range(60)]
    assert all(len(each) == 1 for each in found)
    away = np.abs(np.concatenate(found) - crops.side // 2).max(axis=1)
    assert away.max() <= 48 * zoom / 3 + 1
    assert away.max() > 48 * zoom / 6
    assert float(crops[0]["zoom"]) == pytest.approx(zoom)


def test_the_labelled_share_is_near_labels_and_the_rest_is_anywhere(tables, make_scene):
    tables["data"] |= {"labelled": 0.7, "crop": 8}
    labels = np.zeros((400, 400), np.uint8)
    labels[200, 200] = 1
    crops = Crops([make_scene(labels)], TrainConfig.from_dict(tables))
    near = np.mean([bool((crops[n]["labels"] == 1).any()) for n in range(400)])
    assert near == pytest.approx(0.7, abs=0.1)


def test_each_class_is_centred_on_equally_often_if_balanced(tables, make_scene):
    tables["data"] |= {"labelled": 1.0, "crop": 8}
    labels = np.zeros((200, 300), np.uint8)
    labels[10:190, 10:200] = 1
    labels[100, 280] = 3
    chosen = {}
    for balanced in (True, False):
        tables["data"] |= {"balanced": balanced}
        crops = Crops([make_scene(labels)], TrainConfig.from_dict(tables))
        chosen[balanced] = np.mean([bool((crops[n]["labels"] == 3).any()) for n in range(200)])
    assert chosen[True] == pytest.approx(0.5, abs=0.1)
    assert chosen[False] < 0.05


def test_a_scene_without_labels_still_gives_crops(config):
    assert Crops([scene(centres=())], config)[3]["labels"].shape


def test_no_crop_is_wholly_invalid_however_little_is_known(tables, make_scene):
    tables["data"] |= {"labelled": 0.5, "crop": 16}
    labels = np.full((500, 500), IGNORED, np.uint8)
    labels[400:402, 77:79] = 0
    labels[3, 480] = 1
    crops = Crops([make_scene(labels)], TrainConfig.from_dict(tables))
    for crop in (crops[n] for n in range(80)):
        assert centre(crop, crops.side) != IGNORED


def test_scenes_of_which_nothing_is_known_are_never_drawn(config, make_scene):
    nothing = make_scene(np.full(SIZE, IGNORED), weight=100.0)
    crops = Crops([nothing, scene()], config)
    assert all((crops[n]["weights"] > 0).any() for n in range(10))
    with pytest.raises(TrainingError, match=r"add \[\[data.train\]\]"):
        Crops([nothing], config)
    with pytest.raises(TrainingError, match="all weigh 0"):
        Crops([replace(scene(), weight=0.0)], config)


def test_a_crop_follows_from_seed_and_index_alone(tables):
    first, second = (Crops([scene()], TrainConfig.from_dict(tables)) for _ in range(2))
    other = Crops([scene()], TrainConfig.from_dict(tables | {"seed": 4}))
    assert all((first[i]["labels"] == second[i]["labels"]).all() for i in (7, 3, 11))
    assert any((first[i]["labels"] != other[i]["labels"]).any() for i in range(5))


def test_scenes_are_drawn_by_weight(config):
    whole = level()
    empty = Level(
        0.5, whole.image, np.full(SIZE, 9, np.uint8), np.ones(SIZE), whole.centres, whole.centre_classes
    )
    scenes = [LabelledScene("a", (whole,), 1.0), LabelledScene("b", (empty,), 3.0)]
    crops = Crops(scenes, config)
    share = np.mean([bool((crops[i]["labels"] == 9).all()) for i in range(200)])
    assert share == pytest.approx(0.75, abs=0.1)


def test_scale_draws_from_the_nearest_level(tables):
    tables["augment"] = {"scale": [0.5, 2.0]}
    levels = tuple(level(gsd_m=g) for g in (0.25, 0.5, 1.0))
    crops = Crops([LabelledScene("levels", levels, 1.0)], TrainConfig.from_dict(tables))
    zooms = [float(crops[i]["zoom"]) for i in range(90)]
    assert min(zooms) >= 2**-0.5 - 1e-6
    assert max(zooms) <= 2**0.5 + 1e-6
    assert np.ptp(zooms) > 0.5


@pytest.fixture
def on_disk(tmp_path):
    """The scene of numbers as memory maps."""
    whole = level()
    arrays = {}
    for name in ("image", "labels", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(whole, name))
        arrays[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    return LabelledScene("numbers", (replace(whole, **arrays),), 1.0)


def test_workers_give_the_same_crops(config, on_disk):
    crops = Crops([on_disk], config)
    alone, together = (
        [batch["labels"] for batch in DataLoader(crops, batch_size=4, num_workers=n)] for n in (0, 2)
    )
    assert len(alone) == len(crops) // 4
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


def test_crops_travel_to_another_process_without_their_pixels(config, on_disk):
    crops = Crops([on_disk], config)
    message = ForkingPickler.dumps(crops)
    assert len(message) < on_disk.levels[0].image.nbytes
    again = ForkingPickler.loads(message)
    assert isinstance(again.scenes[0].levels[0].image, np.memmap)
    assert all((again[n]["labels"] == crops[n]["labels"]).all() for n in range(5))


def test_all_of_a_scene_comes_up(config, make_scene):
    """Every part of it is in the squares that are trained on, and none of them needs the scene's mirror image."""
    labels = (np.arange(8)[:, None] * 8 + np.arange(8)).repeat(10, axis=0).repeat(10, axis=1) + 1
    crops = Crops([make_scene(labels)], config)
    first = (crops.side - config.data.crop) // 2
    inner = slice(first, first + config.data.crop)
    squares = [crops[n]["labels"][inner, inner].numpy() for n in range(300)]
    assert np.unique(np.concatenate(squares)).tolist() == list(range(1, 65))
    assert all((np.diff(square.astype(int), axis=1) >= 0).all() for square in squares)
    assert all((np.diff(square.astype(int), axis=0) >= 0).all() for square in squares)


def test_a_crop_that_is_larger_than_its_scene_stays_where_it_was_drawn(config):
    crops = Crops([scene()], config)
    assert config.data.crop > SIZE[0]
    assert len({int(crops[n]["labels"][crops.side // 2, crops.side // 2]) for n in range(40)}) > 10
