import dataclasses
from pathlib import Path

import pytest

from geounet.errors import TrainingError
from geounet.training import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.fitting.agreement import require_same


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


def test_the_same_config_agrees(config):
    require_same(config, to_toml(config), checkpoint=Path("here"))


def test_what_no_weight_depends_on_is_free(config):
    optimizer = dataclasses.replace(config.optimizer, workers=3)
    changed = dataclasses.replace(
        config, overwrite=True, source="x.toml", logger="wandb", about="…", optimizer=optimizer
    )
    require_same(changed, to_toml(config), checkpoint=Path("here"))


def test_all_else_is_refused_and_named(config):
    train = dataclasses.replace(config.data.train[0], weight=2.0)
    changed = dataclasses.replace(
        config,
        threshold=0.4,
        data=dataclasses.replace(config.data, train=(train,)),
        card=dataclasses.replace(config.card, version="9"),
    )
    with pytest.raises(TrainingError) as caught:
        require_same(changed, to_toml(config), checkpoint=Path("here"))
    for words in (
        "data.train[0].weight is 2.0, was 1.0",
        "threshold is 0.4, was not set",
        "card.version is 9",
    ):
        assert words in str(caught.value)


def test_many_differences_are_counted(config):
    optimizer = dataclasses.replace(config.optimizer, steps=9, batch=9, rate=0.9, warmup=9, clip=9.0)
    with pytest.raises(TrainingError, match="and 2 more"):
        require_same(
            dataclasses.replace(config, optimizer=optimizer), to_toml(config), checkpoint=Path("here")
        )
