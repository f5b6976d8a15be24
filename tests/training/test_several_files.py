"""Trained on scenes of several files, from files to a layer: a height model beside colours, and a stack of dates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import torch
from affine import Affine

import geounet
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training import train

NOISE = np.random.default_rng(11)


def _beside(scene: Path, name: str, values: Callable[[Any], Any], *, coarser: int = 1) -> Path:
    """A raster of the same ground in larger pixels: what `values` makes of the scene's red band."""
    path = scene.with_name(f"{scene.stem}_{name}.tif")
    with rasterio.open(scene) as dataset:
        red = values(dataset.read(1).astype(np.float32))[::coarser, ::coarser]
        transform = dataset.transform @ Affine.scale(coarser)
        profile = {"height": red.shape[0], "width": red.shape[1], "transform": transform, "crs": dataset.crs}
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype="float32", **profile) as dataset:
        dataset.write(red, 1)
    return path


def _flat(scene: Path) -> None:
    """Take from the colours what they say: noise where the scene is valid."""
    with rasterio.open(scene, "r+") as dataset:
        shape = (dataset.count, dataset.height, dataset.width)
        valid = dataset.read_masks(1) > 0
        dataset.write(np.where(valid, NOISE.integers(40, 200, shape), 0).astype("uint8"))


def _tables(folder: Path, card: dict[str, Any], files: list[str], **more: Any) -> dict[str, Any]:
    scenes = {
        use: {"scene": [name.format(place) for name in files], "labels": f"{place}.geojson"}
        for use, place in (("train", "here"), ("validation", "there"))
    }
    return {
        "root": str(folder), "card": card, "seed": 3, "validate_every": 30, "device": "cpu",
        "data": {"train": [scenes["train"]], "validation": [scenes["validation"]], "crop": 48},
        "optimizer": {"steps": 60, "batch": 4, "rate": 5e-3, "warmup": 5, "average": 0.9, "precision": "32-true"},
    } | more  # fmt: skip


@pytest.fixture
def town(draw_place: Any, tmp_path: Path) -> Path:
    """A folder of two places whose buildings are in the height models alone."""
    for name, options in (("here", {"seed": 1}), ("there", {"seed": 2, "side": 128, "west": 501_000})):
        scene = draw_place(tmp_path, name, **options)
        _beside(scene, "height", lambda red: np.where(red > 120, 6.0, 0.5).astype(np.float32), coarser=2)
        _flat(scene)
    return tmp_path


def test_a_height_model_is_learnt_as_a_fourth_band_from_three_band_weights(
    town: Path, card: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    torch.manual_seed(5)
    three = ModelCard.from_dict({"format": 1} | card)
    start = bundle.save(town / "start", three, state=build(three).state_dict(), page="").folder
    normalization = {
        "range": ["dtype", "dtype", "dtype", [0, 10]], "percentiles": [2, 98], "mean": [0.5] * 3 + [0.2], "std": [0.25] * 4,
    }  # fmt: skip
    wider = card | {"bands": ["red", "green", "blue", "height"], "normalization": normalization}
    tables = _tables(town, wider, ["{}.tif", "{}_height.tif"], out=str(town / "bundle"), start=str(start))
    with caplog.at_level("INFO", logger="geounet.training"):
        report = train(tables)
    assert "its bands were red, green, blue" in caplog.text
    assert "begin anew" not in caplog.text
    assert report.metrics["there"] > 0.6
    assert "there_height.tif" in (report.run_folder / "data.json").read_text(encoding="utf-8")

    files = [town / "there.tif", town / "there_height.tif"]
    geounet.extract(files, str(report.bundle), town / "found.gpkg")
    found, truth = gpd.read_file(town / "found.gpkg"), gpd.read_file(town / "there.geojson")
    ours, theirs = found.geometry.union_all(), truth.to_crs(found.crs).geometry.union_all()
    assert ours.intersection(theirs).area / ours.union(theirs).area > 0.5


def test_a_stack_of_dates_is_trained_on_from_a_file_a_date(
    draw_place: Any, tmp_path: Path, card: dict[str, Any]
) -> None:
    for name, options in (("here", {"seed": 1}), ("there", {"seed": 2, "side": 128, "west": 501_000})):
        scene = draw_place(tmp_path, name, **options)
        for date, factor in (("may", 1.0), ("june", 0.5), ("july", 0.9)):
            _beside(scene, date, lambda red, factor=factor: red * np.float32(factor))
    stack = card | {
        "bands": ["grey"], "axes": {"time": 3}, "stride": 4,
        "architecture": {"name": "Unet3D", "steps": 3, "channels": 4, "depth": 2, "halvings": 0},
        "normalization": {"range": [0, 255], "percentiles": [2, 98], "mean": [0.5], "std": [0.25]},
    }  # fmt: skip
    files = [f"{{}}_{date}.tif" for date in ("may", "june", "july")]
    tables = _tables(tmp_path, stack, files, out=str(tmp_path / "bundle"))
    tables["optimizer"] |= {"steps": 40}
    report = train(tables)
    assert report.metrics["there_may"] > 0.5
    assert bundle.read(report.bundle).card.steps == 3
    dates = [tmp_path / name.format("there") for name in files]
    done = geounet.predict(dates, str(report.bundle), tmp_path / "p.tif")
    assert done.pixels == 128 * 128
    with pytest.raises(geounet.errors.BandError, match="2 files"):
        geounet.predict(dates[:2], str(report.bundle), tmp_path / "q.tif")
