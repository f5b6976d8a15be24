"""Batches: memory that runs out, scores of the wrong shape, test-time augmentation, options of the area."""

import _thread
import importlib
import json
import threading
import time
import warnings
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import rasterio.shutil
from shapely.geometry import Point, Polygon

import geounet
from geounet.errors import (
    GeounetWarning,
    MissingCRSError,
    ModelError,
    OptionsError,
    OutOfMemoryError,
    OutputError,
    SceneError,
)
from geounet.grid import Window
from geounet.inference.area import Area
from geounet.inference.patches import Block, read_blocks
from geounet.inference.placing import place_tiles
from geounet.inference.plan import Plan
from geounet.inference.predict import score_tiles
from geounet.inference.tta import Augmented
from geounet.models.card import Normalization
from geounet.raster.scene import Scene


@pytest.fixture
def scene(make_raster: Any) -> Path:
    return make_raster(np.random.default_rng(0).random((50, 70), np.float32))


def test_a_batch_that_does_not_fit_is_halved_for_the_rest_of_the_run(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    sizes: list[int] = []

    def score(patches: Any) -> Any:
        sizes.append(len(patches))
        if len(patches) > 2:
            raise OutOfMemoryError("device is full")
        return patches[:, 0]

    whole, halved = tmp_path / "whole.tif", tmp_path / "halved.tif"
    geounet.predict(scene, two_classes(make_card(), lambda p: p[:, 0]), whole)
    geounet.predict(
        scene, two_classes(make_card(), score), halved, options=geounet.PredictOptions(batch_size=8)
    )
    assert sizes[:3] == [8, 4, 2]
    assert set(sizes[2:]) == {2}
    with rasterio.open(whole) as a, rasterio.open(halved) as b:
        assert (a.read() == b.read()).all()


def test_memory_that_runs_out_at_batch_size_one_is_an_error(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    def score(_: Any) -> Any:
        raise OutOfMemoryError("device is full")

    with pytest.raises(OutOfMemoryError, match="device is full"):
        geounet.predict(scene, two_classes(make_card(), score), tmp_path / "p.tif")
    assert list(tmp_path.glob("**/*p.tif")) == []


def test_a_sparse_scene_keeps_no_more_blocks_than_it_may(
    make_raster: Any, make_card: Any, two_classes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One tile that waits for a full batch must not hold all the empty rows that follow."""
    monkeypatch.setattr("geounet.inference.predict.HELD_BYTES", 0)
    valid = np.zeros((400, 30), bool)
    valid[3, 3] = valid[390, 3] = True
    path = make_raster(np.ones((400, 30), np.float32), valid=valid)
    blocks: list[weakref.ref[Any]] = []
    alive: list[int] = []
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    options = geounet.PredictOptions(batch_size=8)
    with Scene.open(path, bands=("grey",), options=options, gsd_m=None) as scene:
        area = Area(Window(0, 0, 400, 30))
        plan = Plan.of(scene, segmenter, options, area=area)

        def watched() -> Iterator[Block]:
            for block in read_blocks(scene, plan.grid, area):
                blocks.append(weakref.ref(block.values))
                alive.append(sum(ref() is not None for ref in blocks))
                yield block
                del block

        tiles = place_tiles(watched(), plan.view, area, window="taper")
        scored = score_tiles(tiles, segmenter)
        assert sum(1 for _ in scored) == len(plan.grid)
    assert max(alive) <= 5
    assert segmenter.calls == 2


def test_cancelling_does_not_wait_for_a_whole_row_of_tiles(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    path = make_raster(np.ones((16, 8 * 600), np.float32))

    def slow(patches: Any) -> Any:
        if segmenter.calls == 3:
            _thread.interrupt_main()
        time.sleep(0.05)
        return patches[:, 0]

    segmenter = two_classes(make_card(), slow)
    with pytest.raises(KeyboardInterrupt):
        geounet.predict(path, segmenter, tmp_path / "p.tif")
    assert segmenter.calls < 300  # of 600 tiles


def test_an_error_in_the_model_names_the_model(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    def fails(_: Any) -> Any:
        raise RuntimeError("no kernel for this")

    with pytest.raises(ModelError, match=r"model 'plain' failed.*RuntimeError: no kernel for this"):
        geounet.predict(scene, two_classes(make_card(), fails), tmp_path / "p.tif")


def test_a_core_that_nobody_wants_never_reaches_the_model(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    path = make_raster(np.ones((80, 80), np.float32))
    with rasterio.open(path) as dataset:
        (left, top), (right, bottom) = dataset.transform * (16, 16), dataset.transform * (24, 24)
    box = geounet.BBox(xmin=left, ymin=bottom, xmax=right, ymax=top)
    for window, tiles in (("core", 1), ("taper", 9)):
        segmenter = two_classes(make_card(), lambda p: p[:, 0])
        options = geounet.PredictOptions(bbox=box, window=window, batch_size=1)
        geounet.predict(path, segmenter, tmp_path / f"{window}.tif", options=options)
        assert segmenter.seen == tiles


def test_rasters_and_layer_take_their_names_together_or_not_at_all(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr("geounet.raster.writer.copy_as_cog", full)
    options = geounet.ExtractOptions(class_raster=tmp_path / "c.tif", probability=tmp_path / "p.tif")
    with pytest.raises(OutputError, match="full"):
        geounet.extract(
            scene, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "o.gpkg", options=options
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scene.tif"]


def test_an_auxiliary_class_is_never_a_feature(
    make_raster: Any, make_card: Any, segmenter_type: Any, tmp_path: Path
) -> None:
    values = np.zeros((20, 20), np.float32)
    values[4:9, 4:9], values[12:18, 3:10] = 1, 2
    path = make_raster(values)
    card = make_card(
        classes=("background", "edge", "house"), auxiliary=("edge",), activation="sigmoid",
        normalization=Normalization((0.0, 2.0), (2, 98), (0.0,), (1.0,)),
    )  # fmt: skip
    overlapping = segmenter_type(
        card, lambda p: np.concatenate([p == 0.5, p == 1], axis=1).astype(np.float32)
    )
    options = geounet.ExtractOptions(class_raster=tmp_path / "c.tif", overwrite=True)
    done = geounet.extract(path, overlapping, tmp_path / "o.gpkg", options=options)
    assert done.by_class == {"house": 1}
    with rasterio.open(tmp_path / "c.tif") as dataset:
        assert (dataset.count, dataset.descriptions) == (1, ("house",))

    def exclusive(p: Any) -> Any:
        house, edge = np.where(p == 1, 0.3, 0.1), np.where(p == 0.5, 0.8, 0.5)
        return np.concatenate([1 - house - edge, edge, house], axis=1).astype(np.float32)

    options = replace(options, threshold=0.55)
    done = geounet.extract(
        path,
        segmenter_type(replace(card, activation="softmax"), exclusive),
        tmp_path / "o.gpkg",
        options=options,
    )
    assert done.by_class == {"house": 1}  # 0.3 of the 0.5 that house and background share
    with rasterio.open(tmp_path / "c.tif") as dataset:
        assert (dataset.read(1) == np.where(values == 2, 2, 0)).all()


@pytest.mark.parametrize(
    "scores", [lambda p: p, lambda p: np.zeros((len(p), 3, 16, 16)), lambda p: np.zeros((1, 2, 8, 8))]
)
def test_scores_of_another_shape_are_an_error(
    scene: Path, make_card: Any, segmenter_type: Any, tmp_path: Path, scores: Any
) -> None:
    with pytest.raises(ModelError, match="expected \\(1, 2, 16, 16\\)"):
        geounet.predict(scene, segmenter_type(make_card(), scores), tmp_path / "p.tif")


def test_scores_that_are_not_numbers_are_an_error(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="outside 0 … 1"):
        geounet.predict(scene, two_classes(make_card(), lambda _: np.float32(np.nan)), tmp_path / "p.tif")


def test_augmentation_is_the_mean_over_the_eight_views(make_card: Any, two_classes: Any) -> None:
    ramp = np.linspace(0, 1, 16, dtype=np.float32)
    lopsided = two_classes(make_card(), lambda p: p[:, 0] * ramp[:, None] * ramp**2)
    patch = np.random.default_rng(1).random((2, 1, 16, 16), np.float32)
    weight = np.outer(ramp, ramp**2)
    views = [np.rot90(w, k) for w in (weight, weight[:, ::-1]) for k in range(4)]
    expected = patch[:, 0] * np.mean(views, axis=0)
    np.testing.assert_allclose(Augmented(lopsided)(patch)[:, 1], expected, atol=1e-6)


def test_areas_of_interest_limit_what_is_written(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    with rasterio.open(scene) as dataset:
        transform, crs = dataset.transform, dataset.crs
    triangle = Polygon([transform * p for p in ((10, 5), (60, 5), (10, 45))])
    areas = tmp_path / "areas.geojson"
    gpd.GeoDataFrame(geometry=[triangle], crs=crs).to_crs(4326).to_file(areas)
    options = geounet.PredictOptions(output="class", aoi=areas)
    done = geounet.predict(
        scene, two_classes(make_card(), lambda _: np.float32(1)), tmp_path / "c.tif", options=options
    )
    with rasterio.open(tmp_path / "c.tif") as dataset:
        labels, where = dataset.read(1), dataset.transform
    assert (where.c, where.f) == pytest.approx(transform * (10, 5))
    rows, cols = np.nonzero(labels == 1)
    assert all(
        triangle.buffer(1e-3).contains(Point(*(where * (c + 0.5, r + 0.5))))
        for r, c in zip(rows, cols, strict=True)
    )
    assert done.valid_pixels == len(rows) == pytest.approx(50 * 40 / 2, rel=0.05)


def test_an_area_that_lies_elsewhere_is_an_error(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    box = geounet.BBox(xmin=0, ymin=0, xmax=1, ymax=1)
    aoi = tmp_path / "aoi.geojson"
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    aoi.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    for options, name in (
        (geounet.PredictOptions(bbox=box), "bbox"),
        (geounet.PredictOptions(aoi=aoi), "area of interest"),
    ):
        with pytest.raises(OptionsError, match=f"^{name} .*outside the scene"):
            geounet.predict(
                scene, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "p.tif", options=options
            )


def test_a_scene_without_a_crs_can_be_predicted_but_not_extracted(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    path = make_raster(np.ones((9, 9), np.float32), crs=None)
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    assert geounet.predict(path, segmenter, tmp_path / "p.tif").pixels == 81
    with pytest.raises(MissingCRSError, match="--assume-crs"):
        geounet.extract(path, segmenter, tmp_path / "o.gpkg")
    options = geounet.ExtractOptions(assume_crs="EPSG:32737")
    assert geounet.extract(path, segmenter, tmp_path / "o.gpkg", options=options).features == 1


def test_an_existing_output_is_an_error_before_the_model_runs(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    for name in ("p.tif", "o.gpkg", "c.tif"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match="--overwrite"):
        geounet.predict(scene, segmenter, tmp_path / "p.tif")
    with pytest.raises(OutputError, match="--overwrite"):
        geounet.extract(scene, segmenter, tmp_path / "o.gpkg")
    with pytest.raises(OutputError, match="--overwrite"):
        geounet.extract(
            scene,
            segmenter,
            tmp_path / "n.gpkg",
            options=geounet.ExtractOptions(class_raster=tmp_path / "c.tif"),
        )
    assert segmenter.calls == 0
    assert [(tmp_path / name).read_text() for name in ("p.tif", "o.gpkg", "c.tif")] == ["mine"] * 3


def test_an_open_dataset_is_read_and_left_open(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    with rasterio.open(scene) as dataset:
        geounet.predict(dataset, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "p.tif")
        assert dataset.read(1).shape == (50, 70)


def test_outputs_say_what_made_them(scene: Path, make_card: Any, two_classes: Any, tmp_path: Path) -> None:
    card = make_card(attribution="© somebody")
    options = geounet.PredictOptions(threshold=0.25, output="class")
    geounet.predict(scene, two_classes(card, lambda p: p[:, 0]), tmp_path / "c.tif", options=options)
    with rasterio.open(tmp_path / "c.tif") as dataset:
        tags = dataset.tags()
    assert tags["GEOUNET_MODEL"] == "plain 1.0.0"
    assert tags["GEOUNET_VERSION"] == geounet.__version__
    assert tags["ATTRIBUTION"] == "© somebody"
    assert json.loads(tags["GEOUNET_OPTIONS"]) == {"threshold": 0.25, "output": "class"}
    assert json.loads(tags["GEOUNET_ENGINE"])["tile"] == 16


def test_progress_counts_every_pixel_once(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    class Bar:
        def __init__(self, *, total: int, desc: str, unit: str) -> None:
            self.total, self.desc, self.unit, self.done, self.closed = total, desc, unit, 0, False
            bars.append(self)

        def update(self, n: int) -> None:
            self.done += n

        def close(self) -> None:
            self.closed = True

    bars: list[Bar] = []
    geounet.predict(scene, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "p.tif", progress=Bar)
    (bar,) = bars
    assert (bar.total, bar.done, bar.desc, bar.unit, bar.closed) == (3500, 3500, "scene.tif", "px", True)


def test_what_is_read_is_never_written_over(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    before = scene.read_bytes()
    with pytest.raises(OutputError, match="one of the files that are read"):
        geounet.predict(scene, segmenter, scene, options=geounet.PredictOptions(overwrite=True))
    with pytest.raises(OutputError, match="one of the files that are read"), rasterio.open(scene) as dataset:
        geounet.predict(dataset, segmenter, scene, options=geounet.PredictOptions(overwrite=True))
    vrt = tmp_path / "scene.vrt"
    rasterio.shutil.copy(scene, vrt, driver="VRT")
    with pytest.raises(OutputError, match="one of the files that are read"):
        geounet.predict(vrt, segmenter, scene, options=geounet.PredictOptions(overwrite=True))
    areas = tmp_path / "areas.gpkg"
    gpd.GeoDataFrame(geometry=[Point(500_005, 9_299_995).buffer(3)], crs="EPSG:32737").to_file(areas)
    with pytest.raises(OutputError, match="one of the files that are read"):
        geounet.extract(scene, segmenter, areas, options=geounet.ExtractOptions(aoi=areas, overwrite=True))
    same = geounet.ExtractOptions(class_raster=tmp_path / "x.tif", probability=tmp_path / "x.tif")
    with pytest.raises(OutputError, match="asked for twice"):
        geounet.extract(scene, segmenter, tmp_path / "o.gpkg", options=same)
    assert scene.read_bytes() == before
    assert segmenter.calls == 0


def test_a_scene_far_too_coarse_is_refused_unless_a_person_insists(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    transform = rasterio.Affine(10, 0, 500_000, 0, -10, 9_300_000)
    path = make_raster(np.ones((6, 5), np.float32), transform=transform)
    segmenter = two_classes(make_card(gsd_m=0.5), lambda p: p[:, 0])
    with pytest.raises(SceneError, match=r"pixels of 10 m, model 'plain' expects 0\.5 m"):
        geounet.predict(path, segmenter, tmp_path / "p.tif")
    native = geounet.predict(
        path, segmenter, tmp_path / "n.tif", options=geounet.PredictOptions(gsd="native")
    )
    finer = geounet.predict(path, segmenter, tmp_path / "f.tif", options=geounet.PredictOptions(gsd=0.5))
    assert (native.pixels, finer.pixels) == (30, pytest.approx(30 * 400, rel=0.01))


def test_an_output_that_fails_stops_the_stages_before_the_scene_is_closed(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that outlives its scene would read from a closed file."""
    path = make_raster(np.ones((400, 40), np.float32))

    def fails(strips: Any, *_: Any, **__: Any) -> None:
        next(strips)
        raise OutputError("cannot write")

    monkeypatch.setattr(importlib.import_module("geounet.pipeline.extraction"), "vectorize_strips", fails)
    before = set(threading.enumerate())
    with pytest.raises(OutputError, match="cannot write") as caught:
        geounet.extract(path, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "o.gpkg")
    assert set(threading.enumerate()) <= before
    assert caught.value is not None


def test_a_scene_outside_the_models_range_is_said(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    path = make_raster(np.ones((9, 9), np.float32))  # 0.3 m
    for low, high, said in ((0.2, 0.5, 0), (0.1, 0.2, 1), (4.0, 8.0, 1)):
        segmenter = two_classes(make_card(gsd_range_m=(low, high)), lambda p: p[:, 0])
        options = geounet.PredictOptions(overwrite=True)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            geounet.predict(path, segmenter, tmp_path / "p.tif", options=options)
        told = [str(w.message) for w in caught if issubclass(w.category, GeounetWarning)]
        assert len(told) == said
        assert all(f"holds for {low:g} to {high:g} m" in text for text in told)


def test_a_layer_says_how_it_was_finished(
    scene: Path, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    card = make_card(finishing={"min_area": 2.5})
    geounet.extract(scene, two_classes(card, lambda p: p[:, 0]), tmp_path / "o.gpkg")
    assert '\\"min_area\\": 2.5' in json.dumps(
        pyogrio.read_info(tmp_path / "o.gpkg", layer="o")["layer_metadata"]
    )


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_touching_buildings_come_apart_at_the_card_s_boundary_class(
    make_raster: Any, make_card: Any, segmenter_type: Any, tmp_path: Path, activation: str
) -> None:
    values = np.zeros((20, 40), np.float32)
    values[4:16, 4:36] = 2  # one block
    values[4:16, 20] = 1  # with a wall
    path = make_raster(values)
    card = make_card(
        classes=("background", "house", "wall"), auxiliary=("wall",), activation=activation, task="buildings",
        normalization=Normalization((0.0, 2.0), (2, 98), (0.0,), (1.0,)),
    )  # fmt: skip

    def scores(p: Any) -> Any:
        wall = np.where(p == 0.5, 0.6, 0.0)
        house = np.where(p == 1, 0.9, np.where(p == 0.5, 0.55 if activation == "sigmoid" else 0.3, 0.05))
        bands = [house, wall] if activation == "sigmoid" else [1 - house - wall, house, wall]
        return np.concatenate(bands, axis=1).astype(np.float32)

    found = {}
    for separate in (False, True):
        options = geounet.ExtractOptions(separate=separate, overwrite=True)
        done = geounet.extract(path, segmenter_type(card, scores), tmp_path / "o.gpkg", options=options)
        assert set(done.by_class) == {"house"}
        found[separate] = gpd.read_file(tmp_path / "o.gpkg", layer="o")
    assert (len(found[False]), len(found[True])) == (1, 2)
    np.testing.assert_allclose(found[True].area.sum(), found[False].area.sum())  # the wall's pixels went back
    assert abs(found[True].area.iloc[0] - found[True].area.iloc[1]) <= 13 * 0.09
