"""Windows, tiles and mirroring, against numpy.pad and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.errors import OptionsError
from geounet.grid import TileGrid, Window, mirror


@given(st.integers(1, 40), st.integers(-60, 60), st.integers(0, 90))
def test_mirror_is_numpy_reflect(size: int, first: int, count: int) -> None:
    pad = 200
    padded = np.pad(np.arange(size), pad, mode="reflect") if size > 1 else np.zeros(size + 2 * pad, int)
    assert mirror(first, count, size=size) == padded[pad + first : pad + first + count].tolist()


@given(
    st.tuples(*[st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9)]),
    st.tuples(*[st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9)]),
)
def test_intersection_holds_the_pixels_of_both(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    def pixels(window: Window) -> set[tuple[int, int]]:
        rows, cols = range(window.row, window.row_stop), range(window.col, window.col_stop)
        return {(row, col) for row in rows for col in cols}

    a, b = Window(*one), Window(*other)
    assert pixels(a.intersect(b)) == pixels(a) & pixels(b)


@given(st.data())
def test_every_tile_origin_is_a_multiple_of_the_stride_away(data: st.DataObject) -> None:
    stride = data.draw(st.sampled_from([1, 2, 8]))
    tile = stride * data.draw(st.integers(1, 6))
    overlaps = [o for o in range(0, tile, 2) if (tile - o) % stride == 0]
    grid = TileGrid(
        data.draw(st.integers(1, 60)), data.draw(st.integers(1, 60)), tile=tile,
        overlap=data.draw(st.sampled_from(overlaps)), stride=stride,
    )  # fmt: skip
    first = grid[0, 0].window
    for t in grid:
        assert (t.window.row - first.row) % stride == (t.window.col - first.col) % stride == 0
        assert t.window.height == t.window.width == tile


@pytest.mark.parametrize(
    ("tile", "overlap", "stride", "says"),
    [
        (16, 16, 1, "less than the tile"),
        (16, 20, 1, "less than the tile"),
        (16, 3, 1, "even"),
        (16, -2, 1, "at least 0"),
        (0, 0, 1, "at least 1"),
        (500, 100, 32, "multiple of its stride 32, such as 512"),
        (512, 100, 32, "tile − overlap is 412"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(tile: int, overlap: int, stride: int, says: str) -> None:
    with pytest.raises(OptionsError, match=says):
        TileGrid(100, 100, tile=tile, overlap=overlap, stride=stride)


def test_a_window_has_no_negative_side() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        Window(0, 0, -1, 3)
