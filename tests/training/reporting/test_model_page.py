import hashlib

import pytest

from geounet.training import TrainConfig
from geounet.training.config.augment import AugmentConfig
from geounet.training.config.loss import LossConfig
from geounet.training.reporting.export import measured_card
from geounet.training.reporting.model_page import (
    augmentation_in_words,
    loss_in_words,
    model_page,
    places_table,
)
from geounet.training.validation.verdict import Verdict


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


def page(config: TrainConfig, files: int) -> str:
    found = Verdict(threshold=0.44, iou=0.7, by_place={"there": 0.7}, by_class={"building": 0.7}, nll=0.2)
    card = measured_card(config, found, step=20, metrics={})
    listed = [
        {"path": f"/deep/down/here/{k}.tif", "use": "train", "bytes": 1000, "sha256": f"{k:064x}"}
        for k in range(files)
    ]
    return model_page(card, config, figures="(figures)", data={"files": listed})


def test_files_are_known_by_name_and_digest_and_not_by_where_they_lie(config):
    text = page(config, 3)
    assert "| train | here/2.tif | 1,000 | `000000000000` |" in text
    assert "/deep" not in text
    assert "(figures)" in text
    assert "step 20 of 24" in text
    assert "0.44" in text


def test_of_many_files_one_digest_is_told(config):
    whole = hashlib.sha256("".join(f"{k:064x}" for k in range(30)).encode()).hexdigest()
    text = page(config, 30)
    assert whole in text
    assert "30 files, 30,000 bytes" in text
    assert "here/2.tif" not in text


def test_a_table_has_the_figures_that_are_there():
    table = places_table({"a|b": {"iou": 0.5}, "c": {"iou": None}})
    assert table.splitlines() == ["|  | IoU |", "| --- | --- |", "| a/b | 0.500 |", "| c | – |"]


def test_loss_and_augmentation_are_told_by_what_is_on():
    assert (
        loss_in_words(LossConfig(dice=0, focal=0.5, deep=0.4))
        == "cross-entropy × 1 + focal × 0.5, deep supervision 0.4"
    )
    none = AugmentConfig(flip=0, rotate=0)
    assert augmentation_in_words(none) == "none"
    assert augmentation_in_words(AugmentConfig(flip=0, rotate=0, scale=(0.8, 1.2), drop_band=0.1)) == (
        "scale 0.8 to 1.2, drop band 0.1"
    )
