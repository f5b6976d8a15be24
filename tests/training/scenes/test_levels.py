"""A level is what rasterio reads, stretched."""

import json

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geounet.training import TrainConfig
from geounet.training.scenes import levels
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.levels import read_level


@pytest.fixture
def cache(tmp_path):
    return SceneCache(tmp_path, temporary=False)


def read(tables, cache, *, gsd_m=0.5, exact=False):
    config = TrainConfig.from_dict(tables)
    return read_level(config.data.train[0], config, gsd_m=gsd_m, exact=exact, cache=cache)


def test_counts_are_stretched_from_the_type_s_range(tables, place, cache):
    level = read(tables, cache)
    with rasterio.open(place / "here.tif") as dataset:
        counts, valid = dataset.read(), dataset.dataset_mask() > 0
    np.testing.assert_array_equal(level.image, np.where(valid, counts.astype(int) * 257, 0))
    np.testing.assert_array_equal(level.weights != 0, valid)
    np.testing.assert_array_equal(level.labels == IGNORED, ~valid)
    assert (level.gsd_m, level.shape) == (0.5, (160, 160))


def test_counts_are_stretched_between_the_scene_s_percentiles(tables, place, cache):
    tables["card"]["normalization"] = tables["card"]["normalization"] | {"range": "scene"}
    level = read(tables, cache)
    with rasterio.open(place / "here.tif") as dataset:
        counts, valid = dataset.read().astype(float), dataset.dataset_mask() > 0
    for band, found in zip(counts, level.image, strict=True):
        low, high = np.percentile(band[valid], [2, 98])
        expected = np.clip((band - low) / (high - low), 0, 1)
        np.testing.assert_allclose(found[valid] / 65535, expected[valid], atol=1e-5)


@pytest.mark.parametrize("gsd_m", [0.5, 0.3, 0.8])
def test_strips_make_no_difference(tables, cache, tmp_path, monkeypatch, gsd_m):
    whole = read(tables, cache, gsd_m=gsd_m)
    monkeypatch.setattr(levels, "STRIP_BYTES", 17 * 160 * 12)
    (tmp_path / "other").mkdir()
    strips = read(tables, SceneCache(tmp_path / "other", temporary=False), gsd_m=gsd_m)
    np.testing.assert_array_equal(whole.image, strips.image)
    np.testing.assert_array_equal(whole.weights, strips.weights)
    assert whole.shape == (round(80 / gsd_m), round(80 / gsd_m))


def test_a_changed_scene_label_or_rule_is_read_anew(tables, draw_place, tmp_path):
    draw_place(tmp_path, "own", seed=5, side=64)
    cache = SceneCache(tmp_path / "cache", temporary=False)
    cache.path.mkdir()
    tables["data"]["train"] = [{"scene": str(tmp_path / "own.tif"), "labels": str(tmp_path / "own.geojson")}]
    tables["data"] |= {"crop": 16}
    first = np.array(read(tables, cache).image)

    def folders():
        return sum(1 for _ in cache.path.iterdir())

    assert folders() == 2
    read(tables, cache)
    assert folders() == 2
    read(tables, cache, exact=True)
    assert folders() == 3
    tables["data"] |= {"gap_m": 1.0}
    read(tables, cache)
    assert folders() == 4
    tables["data"]["train"][0] |= {"edge_m": 1.0}
    read(tables, cache)
    assert folders() == 5
    labels = tmp_path / "own.geojson"
    collection = json.loads(labels.read_text(encoding="utf-8"))
    labels.write_text(json.dumps(collection | {"name": "edited"}), encoding="utf-8")
    read(tables, cache)
    assert folders() == 7, "own.geojson lies beside own.tif, and may be a side file of it"
    draw_place(tmp_path, "own", seed=6, side=64)
    assert (np.array(read(tables, cache).image) != first).any()


def test_weights_of_valid_pixels_are_above_0(tables, cache):
    tables["data"] |= {"gap_m": 20.0, "gap_weight": 0.0}
    level = read(tables, cache)
    np.testing.assert_array_equal(level.weights == 0, level.labels == IGNORED)
    assert (level.weights[level.weights > 0] < 1e-3).any()


def test_crops_are_not_centred_where_nothing_is_known(tables, draw_place, tmp_path, cache):
    path = draw_place(tmp_path, "own", seed=5)
    with rasterio.open(path, "r+") as dataset:
        image = dataset.read()
        image[:, :, :80] = 0
        dataset.write(image)
    tables["data"]["train"] = [{"scene": str(path), "labels": str(path.with_suffix(".geojson"))}]
    level = read(tables, cache)
    assert len(level.centres) > 3
    assert (level.centres[:, 1] >= 80).all()
    rows, cols = level.centres.astype(int).T
    np.testing.assert_array_equal(level.labels[rows, cols], level.centre_classes)


def test_a_scene_of_many_pixels_is_never_in_memory(tables, tmp_path, cache):
    """Read in strips: what python and numpy hold at once is far less than the image."""
    import tracemalloc

    side = 3000
    path = tmp_path / "large.tif"
    profile = {"driver": "GTiff", "count": 3, "dtype": "uint8", "height": side, "width": side, "tiled": True}
    where = {"crs": "EPSG:32737", "transform": from_origin(500_000, 9_000_000, 0.5, 0.5)}
    with rasterio.open(path, "w", **profile, **where, compress="deflate") as dataset:
        dataset.write(np.full((3, side, side), 7, np.uint8))
    tables["data"]["train"][0] |= {"scene": str(path)}
    config = TrainConfig.from_dict(tables)
    with levels.Scene.open(
        path, bands=config.card.bands, options=levels.PredictOptions(), gsd_m=0.5
    ) as scene:
        tracemalloc.start()
        levels._keep_pixels(tmp_path, scene, levels.stretch_only(config.card.normalization))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (tmp_path / "image.npy").stat().st_size > 6 * side**2
    assert peak < 4 * levels.STRIP_BYTES
