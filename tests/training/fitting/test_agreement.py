import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from geounet.errors import TrainingError
from geounet.training import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.fitting.agreement import require_same, require_same_data
from geounet.training.reporting.run_folder import DATA, begin


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
    changed = dataclasses.replace(changed, data=dataclasses.replace(changed.data, cache=Path("kept")))
    require_same(changed, to_toml(config), checkpoint=Path("here"))


def test_a_project_that_was_moved_agrees(config, tables, tmp_path):
    begun = to_toml(dataclasses.replace(config, init=str(tmp_path / "encoder.safetensors")))
    tables |= {"root": str(tmp_path / "moved"), "out": str(tmp_path / "moved" / "bundle")}
    tables["init"] = "encoder.safetensors"
    require_same(TrainConfig.from_dict(tables), begun, checkpoint=Path("here"))


@pytest.mark.parametrize(
    ("key", "path"),
    [("scene", "other.tif"), ("labels", "other.geojson")],
)
def test_a_file_of_another_name_is_refused(config, tables, key, path):
    tables["data"]["train"][0][key] = path
    with pytest.raises(TrainingError, match=rf"data\.train\[0\]\.{key} is .*{path}"):
        require_same(TrainConfig.from_dict(tables), to_toml(config), checkpoint=Path("here"))


@pytest.fixture
def begun(tables, place, tmp_path) -> TrainConfig:
    """A run on a copy of the place, as it stands before the first step."""
    shutil.copytree(place, tmp_path / "data")
    config = TrainConfig.from_dict(tables | {"root": str(tmp_path / "data")})
    begin(config, {})
    return config


def test_the_same_data_agree(begun):
    require_same_data(begun, begun.run_folder / DATA)


@pytest.mark.parametrize(
    ("name", "what"), [("here.tif", "scene"), ("here.geojson", "labels"), ("there.geojson", "labels")]
)
def test_data_that_changed_are_refused_and_named(begun, tmp_path, name, what):
    path = tmp_path / "data" / name
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(TrainingError, match=rf"{what} {name} changed since .* begin anew without --resume"):
        require_same_data(begun, begun.run_folder / DATA)


@pytest.mark.parametrize("text", [None, "", "[]", json.dumps({"files": [{"use": "train"}]})])
def test_without_a_record_of_the_data_nothing_goes_on(begun, text):
    record = begun.run_folder / DATA
    record.unlink() if text is None else record.write_text(text)
    with pytest.raises(TrainingError, match="begin anew without --resume") as caught:
        require_same_data(begun, record)
    assert "\n" not in str(caught.value)


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
