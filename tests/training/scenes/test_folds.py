from collections import Counter

import pytest

from geounet.errors import TrainingError
from geounet.training import TrainConfig
from geounet.training.scenes.folds import fold_configs


def names(scenes):
    return [scene.scene.stem for scene in scenes]


@pytest.fixture
def many(tables):
    """Five scenes to train on, and two to judge by."""
    scenes = [{"scene": f"{name}.tif", "labels": f"{name}.geojson"} for name in "abcdefg"]
    tables["data"] |= {"train": scenes[:5], "validation": scenes[5:]}
    return tables


@pytest.mark.parametrize("folds", [2, 3, 5, 7])
def test_whole_scenes_are_held_out_once_where_there_are_enough(many, folds):
    configs = fold_configs(TrainConfig.from_dict(many), folds)
    assert len(configs) == folds
    held = Counter(name for config in configs for name in names(config.data.validation))
    assert held == Counter("abcdefg")
    for config in configs:
        assert sorted(names(config.data.train) + names(config.data.validation)) == list("abcdefg")
        assert 7 // folds <= len(config.data.validation) <= -(-7 // folds)


def test_another_seed_of_the_split_gives_other_folds(many):
    first = fold_configs(TrainConfig.from_dict(many), 3)
    many["data"] |= {"split": {"seed": 1}}
    second = fold_configs(TrainConfig.from_dict(many), 3)
    assert {tuple(names(c.data.validation)) for c in first} != {
        tuple(names(c.data.validation)) for c in second
    }


def test_fewer_scenes_than_folds_are_held_out_by_blocks(tables):
    tables["data"] |= {"split": {"share": 0.3, "block_m": 12.0, "seed": 5}}
    configs = fold_configs(TrainConfig.from_dict(tables), 3)
    assert {c.data.split.fold for c in configs} == {0, 1, 2}
    for config in configs:
        split = config.data.split
        assert (split.share, split.block_m, split.seed) == (1 / 3, 12.0, 5)
        assert names(config.data.train) == ["here", "there"]
        assert config.data.validation == ()


def test_datasets_join_the_pool(many, tmp_path):
    dataset = {"name": "LoveDA", "root": str(tmp_path), "split": "val", "use": "validation"}
    many["data"] |= {"datasets": [dataset]}
    for config in fold_configs(TrainConfig.from_dict(many), 2):
        assert [d.use for d in config.data.datasets] == ["train"]
        assert len(config.data.train) == 7
        assert config.data.split.share == 0.5


def test_only_the_data_differ(many):
    config = TrainConfig.from_dict(many)
    for fold in fold_configs(config, 3):
        assert (fold.card, fold.optimizer, fold.seed, fold.out) == (
            config.card,
            config.optimizer,
            config.seed,
            config.out,
        )


def test_one_fold_is_none(tables):
    with pytest.raises(TrainingError, match="2 at least"):
        fold_configs(TrainConfig.from_dict(tables), 1)
