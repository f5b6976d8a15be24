import hashlib
import json
import os
import shutil
import sqlite3
from importlib import metadata

import geopandas
import pytest
import shapely
import torch

from geounet.errors import SceneError
from geounet.training import TrainConfig
from geounet.training.reporting.digests import data_record, described, first_change
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


def test_a_file_that_serves_many_scenes_is_listed_once(tables, place, tmp_path):
    labels = tmp_path / "all.geojson"
    labels.write_bytes((place / "here.geojson").read_bytes())
    tables["data"]["train"] = [{"scene": f"{name}.tif", "labels": str(labels)} for name in ("here", "there")]
    tables["data"]["validation"] = [{"scene": str(tmp_path / "third.tif"), "labels": str(labels)}]
    (tmp_path / "third.tif").write_bytes(b"third")
    files = data_record(TrainConfig.from_dict(tables).data)["files"]
    assert [(one["path"].rsplit("/")[-1], one["use"], one["what"]) for one in files] == [
        ("here.tif", "train", "scene"),
        ("all.geojson", "train and validation", "labels"),
        ("there.tif", "train", "scene"),
        ("third.tif", "validation", "scene"),
    ]


@pytest.fixture
def copied(tables, place, tmp_path) -> TrainConfig:
    """The short run on a copy of its place, whose labels are a shapefile."""
    root = tmp_path / "data"
    shutil.copytree(place, root)
    (root / "here.shp").write_bytes(b"roofs")
    tables["data"]["train"][0]["labels"] = "here.shp"
    return TrainConfig.from_dict(tables | {"root": str(root)})


def test_files_that_are_as_they_were_have_not_changed_wherever_they_lie(copied, tables, tmp_path):
    files = data_record(copied.data)["files"]
    assert first_change(copied.data, files) is None
    moved = tmp_path / "moved" / "further"
    shutil.copytree(tmp_path / "data", moved)
    shutil.rmtree(tmp_path / "data")
    assert first_change(TrainConfig.from_dict(tables | {"root": str(moved)}).data, files) is None


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("here.shp", b"rooms", "labels here.shp"),
        ("here.shp", b"roofs and more", "labels here.shp"),
        ("there.tif", b"", "scene there.tif"),
        ("here.prj", b"new beside it", "labels here.prj"),
    ],
)
def test_a_file_that_changed_is_named(copied, tmp_path, name, data, expected):
    files = data_record(copied.data)["files"]
    (tmp_path / "data" / name).write_bytes(data)
    assert first_change(copied.data, files) == expected


def test_a_part_that_is_gone_is_a_change(copied, tmp_path):
    part = tmp_path / "data" / "here.dbf"
    part.touch()
    files = data_record(copied.data)["files"]
    part.unlink()
    assert first_change(copied.data, files) == "labels here.dbf"


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


def test_labels_that_a_map_only_opened_are_the_same(tables, place, tmp_path):
    path = tmp_path / "roofs.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=32737).to_file(path)
    tables["data"]["train"][0]["labels"] = os.path.relpath(path, place)
    config = TrainConfig.from_dict(tables)
    files = data_record(config.data)["files"]
    for mode in ("wal", "delete"):
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.close()
    assert data_record(config.data)["files"] != files
    assert first_change(config.data, files) is None
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE gpkg_contents SET description = 'edited'")
    connection.close()
    assert first_change(config.data, files) == "labels roofs.gpkg"
