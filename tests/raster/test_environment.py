"""GDAL's settings: bounded, one for all threads, and a person's own where there are any."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import rasterio
from rasterio.env import getenv, hasenv

from geounet.raster.environment import MEBIBYTE, cache_room, gdal_environment


def cache_bytes():
    with gdal_environment():
        return getenv()["GDAL_CACHEMAX"]


def test_the_cache_is_as_large_as_the_largest_that_is_needed():
    least = cache_bytes()
    assert least <= 32 * MEBIBYTE
    with cache_room(100 * MEBIBYTE):
        with cache_room(1), ThreadPoolExecutor(1) as pool:
            assert pool.submit(cache_bytes).result() == cache_bytes() == 100 * MEBIBYTE
        assert cache_bytes() == 100 * MEBIBYTE
    assert cache_bytes() == least
    with cache_room(1 << 40):
        assert cache_bytes() == 512 * MEBIBYTE


def test_what_a_person_set_stays(monkeypatch):
    with rasterio.Env(GDAL_CACHEMAX=7 * MEBIBYTE, GDAL_NUM_THREADS="1"), gdal_environment():
        assert getenv()["GDAL_CACHEMAX"] == 7 * MEBIBYTE
        assert getenv()["GDAL_NUM_THREADS"] == "1"
    monkeypatch.setenv("GDAL_NUM_THREADS", "3")
    with gdal_environment():
        assert "GDAL_NUM_THREADS" not in getenv()


def test_nothing_is_left_behind():
    with gdal_environment():
        pass
    assert not hasenv()


def test_a_scene_is_read_in_another_thread_than_opened_it(make_raster, open_scene, rng):
    values = rng.integers(0, 255, (3, 300, 200)).astype("uint8")
    path = make_raster(values, tiled=True, compress="deflate")
    with ThreadPoolExecutor(1) as pool, open_scene(path) as scene:
        parts = list(pool.map(lambda row: scene.rows(row, row + 50).values, range(0, 300, 50)))
    assert (np.concatenate(parts, axis=1) == values).all()
