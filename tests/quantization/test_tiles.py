"""Tiles that are calibrated on are those of inference, and those that are judged by are others."""

from dataclasses import replace

import numpy as np
import pytest

import geounet
from geounet.errors import BandError, OptionsError
from geounet.grid import Window
from geounet.models.quantization import FloatGraph
from geounet.quantization.tiles import choose_tiles, fixed_tiles, patches_of, small_tiles


def chosen(scenes, card, *, most=32, hold_back=True):
    return choose_tiles(scenes, card, most=most, bands=None, hold_back=hold_back)


def test_tiles_are_those_that_the_model_sees(scene, card, two_classes, tmp_path):
    seen = []
    watching = two_classes(card, lambda patches: seen.extend(patches.copy()) or patches[:, 0])
    geounet.predict(scene, watching, tmp_path / "out.tif", options=fixed_tiles(card, None))
    scenes = chosen([scene], card, hold_back=False)
    patches = list(patches_of(scenes, card, None))
    assert len(patches) == len(scenes[0].tiles) > 4
    for patch in patches:
        assert any(np.array_equal(patch, other) for other in seen)


def test_at_most_every_second_tile_is_calibrated_on(scene, card):
    [whole], [half] = (chosen([scene], card, hold_back=flag) for flag in (False, True))
    assert set(half.tiles) < set(whole.tiles)
    assert len(half.tiles) == len(whole.tiles) // 2


def test_held_back_are_the_pixels_of_no_calibrated_core(scene, card):
    [one] = chosen([scene], card)
    expected = np.ones((one.grid.height, one.grid.width), bool)
    for index in one.tiles:
        core = one.grid[index].core
        expected[core.row : core.row_stop, core.col : core.col_stop] = False
    for window in (Window(0, 0, *expected.shape), Window(17, 5, 30, 60)):
        rows, cols = slice(window.row, window.row_stop), slice(window.col, window.col_stop)
        np.testing.assert_array_equal(one.held_back(window), expected[rows, cols])
    assert expected.any()


def test_no_more_tiles_than_were_asked_for_and_all_of_them_valid(scene, card):
    [one] = chosen([scene], card, most=3)
    assert len(one.tiles) == 3
    assert (0, 0) not in chosen([scene], card, hold_back=False)[0].tiles


def test_a_scene_of_one_tile_is_too_small_to_hold_one_back(make_raster, card):
    small = make_raster(np.ones((3, 10, 10), np.float32), "small.tif")
    with pytest.raises(OptionsError, match=r"no tile of 32 pixels.*hold back"):
        chosen([small], card)


def test_a_scene_without_valid_pixels_is_refused(make_raster, card):
    shape = (3, 80, 80)
    empty = make_raster(np.ones(shape, np.float32), "empty.tif", valid=np.zeros(shape[1:], bool))
    with pytest.raises(OptionsError, match="valid pixels"):
        chosen([empty], card)


def test_other_bands_are_refused(make_raster, card):
    grey = make_raster(np.ones((1, 80, 80), np.float32), "grey.tif")
    with pytest.raises(BandError):
        chosen([grey], card)


@pytest.mark.parametrize(
    ("tile", "side", "expected"), [(1024, None, 512), (256, None, 256), (1024, 1024, 1024)]
)
def test_large_tiles_are_calibrated_in_smaller_ones(card, tile, side, expected):
    graph = FloatGraph(None, replace(card, tile=tile), digest="", input="patches", side=side, batch=None)
    assert small_tiles(graph).tile == expected


@pytest.mark.parametrize("most", [1, 5, 7])
def test_of_many_scenes_no_more_tiles_are_taken_either(scene, make_raster, card, most):
    small = make_raster(np.ones((3, 10, 10), np.float32), "small.tif")  # its only tile is held back
    counts = [len(one.tiles) for one in chosen([small, *[scene] * 6], card, most=most)]
    assert sum(counts) == most
    assert counts[0] == 0
    assert max(counts[1:]) - min(counts[1:]) <= 1


def test_scenes_that_give_tiles_are_spread(scene, card):
    counts = [len(one.tiles) for one in chosen([scene] * 9, card, most=3)]
    assert np.diff(np.flatnonzero(counts)).tolist() == [3, 3]
