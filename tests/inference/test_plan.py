import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.grid import TileGrid
from geounet.inference.plan import cheapest_tile


@given(
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.sampled_from([8, 16, 32]),
    st.integers(2, 12),
    st.integers(1, 4),
)
def test_no_other_tile_takes_fewer_pixels(height, width, stride, sides, lapped):
    largest, overlap = stride * sides, stride * max(1, min(lapped, sides - 1))

    def pixels(tile):
        return len(TileGrid(height, width, tile=tile, overlap=overlap, stride=stride)) * tile**2

    tile = cheapest_tile(largest, overlap, size=(height, width), stride=stride)
    assert tile >= largest // 4 or tile >= max(height, width) + overlap
    sides = range(overlap + stride, largest + 1, stride)
    assert pixels(tile) == min(pixels(side) for side in sides if side >= largest // 4 or side == tile)


@pytest.mark.parametrize(
    ("size", "tile"),
    [((256, 256), 384), ((250, 100), 256), ((896, 896), 1024), ((900, 900), 608), ((3072, 3072), 896)],
)
def test_a_scene_of_few_tiles_has_tiles_that_fit_it(size, tile):
    assert cheapest_tile(1024, 128, size=size, stride=32) == tile


@pytest.mark.parametrize(("size", "tile"), [((5000, 5000), 1024), ((1184, 900), 1024), ((100, 250), 256)])
def test_without_overlap_tiles_are_as_large_as_the_scene_fills(size, tile):
    assert cheapest_tile(1024, 0, size=size, stride=32) == tile


def test_an_overlap_that_leaves_no_choice_is_for_the_grid_to_refuse():
    assert cheapest_tile(512, 512, size=(3000, 3000), stride=32) == 512
