import numpy as np
import pytest

from geounet.grid import mirror
from geounet.training.config import TrainConfig
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.scene import LabelledScene, Level

SIZE = (40, 70)


def scene(*, centres=((20.0, 60.0),)) -> LabelledScene:
    """A scene whose one band, labels and weights all are a pixel's own number, modulo 251."""
    numbers = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE) % 251
    floats = numbers.astype(np.float32)
    level = Level(0.5, floats[None], numbers.astype(np.uint8), floats, np.array(centres).reshape(-1, 2))
    return LabelledScene("numbers", (level,), 1.0)


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


def test_image_labels_and_weights_are_cut_together(config):
    crops = Crops([scene()], config)
    for index in range(30):
        crop = crops[index]
        assert crop["labels"].shape == (crops.side, crops.side)
        np.testing.assert_array_equal(crop["image"][0].numpy(), crop["labels"].numpy())
        np.testing.assert_array_equal(crop["weights"].numpy(), crop["labels"].numpy())


def test_a_crop_is_the_scene_mirrored_past_its_border(config):
    crops, numbers = Crops([scene()], config), scene().levels[0].labels
    crop = crops[0]["labels"].numpy()
    reach = range(-crops.side, max(SIZE))
    rows = [mirror(r, crops.side, size=SIZE[0]) for r in reach]
    cols = [mirror(c, crops.side, size=SIZE[1]) for c in reach]
    assert any((numbers[np.ix_(r, c)] == crop).all() for r in rows for c in cols)


def test_crops_are_drawn_where_the_labels_are(tables):
    tables["data"] |= {"labelled": 1.0}
    crops = Crops([scene()], TrainConfig.from_dict(tables))
    rows, cols = zip(
        *(crops._place(scene().levels[0], np.random.default_rng(i)) for i in range(200)), strict=True
    )
    reach = 48 / 3 + 1
    assert max(abs(r + crops.side // 2 - 20) for r in rows) <= reach
    assert max(abs(c + crops.side // 2 - 60) for c in cols) <= reach
    assert len(set(rows)) > 10


def test_a_scene_without_labels_still_gives_crops(config):
    assert Crops([scene(centres=())], config)[3]["labels"].shape


def test_a_crop_follows_from_seed_and_index_alone(tables):
    first, second = (Crops([scene()], TrainConfig.from_dict(tables)) for _ in range(2))
    other = Crops([scene()], TrainConfig.from_dict(tables | {"seed": 4}))
    assert all((first[i]["labels"] == second[i]["labels"]).all() for i in (7, 3, 11))
    assert any((first[i]["labels"] != other[i]["labels"]).any() for i in range(5))


def test_scenes_are_drawn_by_weight(config):
    level = scene().levels[0]
    empty = Level(0.5, level.image, np.full(SIZE, 9, np.uint8), level.weights, level.centres)
    scenes = [LabelledScene("a", (level,), 1.0), LabelledScene("b", (empty,), 3.0)]
    share = np.mean([bool((Crops(scenes, config)[i]["labels"] == 9).all()) for i in range(96)])
    assert 0.6 < share < 0.9


def test_scale_draws_from_the_nearest_level(tables):
    tables["augment"] = {"scale": [0.5, 2.0]}
    levels = tuple(Level(g, *(a for a in _planes())) for g in (0.25, 0.5, 1.0))
    crops = Crops([LabelledScene("levels", levels, 1.0)], TrainConfig.from_dict(tables))
    zooms = [float(crops[i]["zoom"]) for i in range(90)]
    assert min(zooms) >= 2**-0.5 - 1e-6
    assert max(zooms) <= 2**0.5 + 1e-6
    assert np.ptp(zooms) > 0.5


def _planes():
    level = scene().levels[0]
    return level.image, level.labels, level.weights, level.centres
