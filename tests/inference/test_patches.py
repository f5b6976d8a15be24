import numpy as np

from geounet.grid import TileGrid, Window
from geounet.inference.area import Area
from geounet.inference.patches import read_blocks, tile_cols, tile_rows
from geounet.options import PredictOptions
from geounet.raster.scene import Scene


def test_no_more_is_read_than_the_tiles_of_the_area_show(make_raster):
    pixels = np.random.default_rng(0).integers(0, 200, (1, 90, 300)).astype(np.uint8)
    path = make_raster(pixels)
    area = Area(Window(40, 130, 12, 20), None)
    with Scene.open(path, bands=(), options=PredictOptions(), gsd_m=None) as scene:
        grid = TileGrid(90, 300, tile=32, overlap=8)
        blocks = list(read_blocks(scene, grid, area))
    rows, cols = tile_rows(grid, area), tile_cols(grid, area)
    assert [block.tile_row for block in blocks] == list(rows)
    for block in blocks:
        seen = block.values.shape[1:]
        # Tiles inside the scene show their own windows and nothing else.
        assert (block.first_col, seen[1]) == (cols.start * 24 - 4, len(cols) * 24 + 8)
        assert (block.first_row, seen[0]) == (block.tile_row * 24 - 4, 32)
        there = slice(block.first_row, block.stop_row), slice(block.first_col, block.first_col + seen[1])
        np.testing.assert_array_equal(block.values[0], pixels[0, *there])


def test_what_a_tile_mirrors_is_read_too(make_raster):
    path = make_raster(np.zeros((1, 40, 70), np.uint8))
    with Scene.open(path, bands=(), options=PredictOptions(), gsd_m=None) as scene:
        # The last tile shows columns 64 to 69, and their mirror image as far back as 2 × 69 − 127.
        (block,) = read_blocks(scene, TileGrid(40, 70, tile=64), Area(Window(0, 66, 40, 4), None))
    assert (block.first_col, block.first_col + block.values.shape[2]) == (11, 70)
