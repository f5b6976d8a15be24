import hashlib
import json
import os
from importlib import metadata

import pytest
import torch

from geounet.errors import SceneError
from geounet.training import TrainConfig
from geounet.training.reporting.digests import data_record, described
from geounet.training.reporting.packages import package_list
from geounet.training.reporting.run_folder import begin


def test_a_run_can_be_read_back_from_its_folder(tables):
    config = TrainConfig.from_dict(tables)
    split = {"here": "train", "there": "validation"}
    folder = begin(config, split)
    assert folder == config.run_folder
    again = TrainConfig.from_toml(folder / "config.toml")
    assert again.seed == config.seed
    assert again.card == config.card
    assert again.optimizer == config.optimizer
    assert json.loads((folder / "split.json").read_text(encoding="utf-8")) == split


def test_every_file_has_its_size_and_digest(tables):
    config = TrainConfig.from_dict(tables)
    found = data_record(config.data)["files"]
    listed = [(config.data.train[0], "train"), (config.data.validation[0], "validation")]
    paths = [(path, use) for scene, use in listed for path in (scene.scene, scene.labels)]
    assert [(one["path"], one["use"]) for one in found] == [(p.as_posix(), use) for p, use in paths]
    for one, (path, _) in zip(found, paths, strict=True):
        data = path.read_bytes()
        assert one["bytes"] == len(data)
        assert one["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_folder_is_its_files_in_order(tmp_path):
    for name, data in (("b", b"two"), ("a", b"one")):
        (tmp_path / name).write_bytes(data)
    found = described(tmp_path)
    assert found["bytes"] == 6
    assert found["sha256"] == hashlib.sha256(b"onetwo").hexdigest()


def test_the_parts_of_a_shapefile_are_digested_too(tables, place, tmp_path):
    for ending in (".shp", ".dbf", ".shx"):
        (tmp_path / f"roofs{ending}").write_bytes(ending.encode())
    tables["data"]["train"][0]["labels"] = os.path.relpath(tmp_path / "roofs.shp", place)
    files = data_record(TrainConfig.from_dict(tables).data)["files"]
    assert [one["path"].rsplit(".")[-1] for one in files if one["use"] == "train"] == [
        "tif",
        "shp",
        "shx",
        "dbf",
    ]


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(SceneError, match=r"nowhere\.tif") as caught:
        described(tmp_path / "nowhere.tif")
    assert "\n" not in str(caught.value)


def test_packages_are_listed_once_and_sorted():
    lines = package_list().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    packages = [line for line in lines if not line.startswith("#")]
    assert packages == sorted(packages, key=lambda line: line.split("==")[0])
    assert len({line.split("==")[0] for line in packages}) == len(packages)
    assert f"numpy=={metadata.version('numpy')}" in packages
    assert any(torch.__version__ in line for line in comments)
