"""The sample that scene statistics come from: bounded, spread, and blind to how a file is laid out."""

import numpy as np
import pytest

from geounet.grid import Window
from geounet.raster import sample
from geounet.raster.sample import sample_valid


@pytest.fixture
def small_cells(monkeypatch):
    """Squares of 8 pixels, 16 at a time, so that small scenes are sampled in part."""
    monkeypatch.setattr(sample, "CELL", 8)
    monkeypatch.setattr(sample, "_CELLS", 16)


def test_a_small_scene_is_taken_whole(make_raster, open_scene, rng):
    values, valid = rng.integers(0, 99, (2, 150, 200)).astype("uint8"), rng.random((150, 200)) > 0.5
    with open_scene(make_raster(values, valid=valid)) as scene:
        found = sample_valid(scene)
    assert (np.sort(found) == np.sort(values[:, valid])).all()


@pytest.mark.parametrize("shape", [(400, 300), (8, 4000), (4000, 7), (333, 1234)])
def test_a_large_scene_is_sampled_evenly(make_raster, open_scene, small_cells, shape):
    place = np.arange(shape[0] * shape[1], dtype="int32").reshape(1, *shape)
    with open_scene(make_raster(place)) as scene:
        rows, cols = np.unravel_index(sample_valid(scene)[0], shape)
    assert 8 * 64 <= len(rows) <= 16 * 64
    assert len(set(zip(rows, cols, strict=True))) == len(rows)
    for at, size in ((rows, shape[0]), (cols, shape[1])):
        assert size <= 8 or set(at * 2 // size) == {0, 1}


def test_tiles_strips_and_interleaving_give_the_same_sample(make_raster, open_scene, small_cells, rng):
    values = rng.integers(0, 60_000, (3, 300, 400)).astype("uint16")
    layouts = [
        {},
        {"tiled": True, "blockxsize": 16, "blockysize": 64, "compress": "deflate"},
        {"interleave": "pixel", "compress": "lzw", "blockysize": 5},
    ]
    found = []
    for number, layout in enumerate(layouts):
        with open_scene(make_raster(values, f"{number}.tif", **layout)) as scene:
            found.append(sample_valid(scene).tobytes())
    assert found[0] == found[1] == found[2]


def test_an_island_in_nodata_is_found(make_raster, open_scene, small_cells):
    values = np.zeros((1, 500, 700), "uint8")
    values[0, 123:126, 456:458] = 77
    with open_scene(make_raster(values, nodata=0)) as scene:
        assert sample_valid(scene).tolist() == [[77] * 6]


def test_a_scene_without_valid_pixels_gives_none(make_raster, open_scene, small_cells):
    with open_scene(make_raster(np.zeros((2, 500, 700), "uint8"), nodata=0)) as scene:
        assert sample_valid(scene).shape == (2, 0)


def test_many_bands_stay_bounded(make_raster, open_scene, monkeypatch):
    monkeypatch.setattr(sample, "_VALUES", 20 * 128 * 128)
    with open_scene(make_raster(np.ones((10, 600, 700), "uint8"))) as scene:
        assert sample_valid(scene).shape == (10, 2 * 128 * 128)


def test_squares_lie_in_blocks_of_common_sizes():
    windows, whole = sample._lattice(9000, 7000, cells=128)
    assert not whole
    assert all(window.row % 128 == window.col % 128 == 0 for window in windows)
    assert all(window.intersect(Window(0, 0, 9000, 7000)) == window for window in windows)
