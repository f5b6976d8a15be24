"""Law 1: cores partition the scene, for every size of one to three tiles and every margin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.grid import TileGrid
from geounet.inference.windows import axis_weights, first_rows

TILE = 12


@pytest.mark.parametrize("overlap", range(0, TILE, 2))
def test_each_pixel_has_exactly_one_core(overlap: int) -> None:
    for height in range(1, 3 * TILE + 1):
        for width in (1, TILE - 1, TILE, TILE + 1, 2 * TILE + 5, 3 * TILE):
            grid = TileGrid(height, width, tile=TILE, overlap=overlap)
            cores = np.zeros((height, width), int)
            for tile in grid:
                core = tile.core
                cores[core.row : core.row_stop, core.col : core.col_stop] += 1
                assert core.intersect(tile.window) == core
            assert (cores == 1).all()
            assert len(grid) == len(list(grid))


@settings(max_examples=200)
@given(st.integers(1, 3 * TILE), st.sampled_from(range(0, TILE, 2)), st.sampled_from(["taper", "core"]))
def test_weights_are_a_partition_of_unity(size: int, overlap: int, window: str) -> None:
    grid = TileGrid(size, size, tile=TILE, overlap=overlap)
    weights = axis_weights(size, grid.shape[0], tile=TILE, overlap=overlap, window=window)
    total = np.zeros(size)
    starts = first_rows(grid.shape[0], tile=TILE, overlap=overlap, window=window)
    for number, (start, row) in enumerate(zip(starts, weights, strict=True)):
        origin = number * grid.step - grid.margin
        inside = np.arange(origin, origin + TILE)
        seen = (inside >= 0) & (inside < size)
        assert (row[~seen] == 0).all()
        assert inside[seen][row[seen] > 0].min() == start
        if window == "taper":
            assert (row[seen] > 0).all()
        np.add.at(total, inside[seen], row[seen])
    np.testing.assert_allclose(total, 1, atol=1e-6)
