"""A scene of several files in a config: a list, read back to the same value."""

import tomllib
from pathlib import Path

import pytest

from geounet.errors import TrainingError
from geounet.training.config.data import SceneConfig
from geounet.training.config.tables import build
from geounet.training.config.written import toml_value


def read(text: str) -> SceneConfig:
    scene: SceneConfig = build(SceneConfig, tomllib.loads(text), where="data.train[0].", root=Path("/data"))
    return scene


def test_a_list_is_a_scene_and_what_lies_beside_it() -> None:
    scene = read('scene = ["a.tif", "b.tif", "c.tif"]\nlabels = "l.gpkg"')
    assert scene.files == (Path("/data/a.tif"), Path("/data/b.tif"), Path("/data/c.tif"))
    assert scene == read(f'scene = "a.tif"\nbeside = {toml_value(["b.tif", "c.tif"])}\nlabels = "l.gpkg"')


def test_one_file_is_as_ever() -> None:
    scene = read('scene = "a.tif"\nlabels = "l.gpkg"')
    assert scene.files == (Path("/data/a.tif"),)
    assert scene == read('scene = ["a.tif"]\nlabels = "l.gpkg"')


def test_no_file_is_no_scene() -> None:
    with pytest.raises(TrainingError, match="a list of no files"):
        read('scene = []\nlabels = "l.gpkg"')
