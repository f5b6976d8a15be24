from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest

from geounet.grid import Window
from geounet.training.scenes.scene import Blocks, Level


def test_pixels_are_counts_as_shares_and_0_where_they_weigh_nothing(make_level):
    random = np.random.default_rng(3)
    image = random.integers(0, 65536, (2, 9, 7)).astype(np.uint16)
    image[:, 4, 4] = 65535
    level = make_level(random.choice(np.array([0, 1, 255]), (9, 7)), image=image)
    found = level.pixels(slice(2, 8), slice(1, 6))
    expected = image[:, 2:8, 1:6] / 65535.0 * (level.labels[2:8, 1:6] != 255)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.max() <= 1


def test_arrays_that_do_not_fit_together_are_refused():
    whole = np.zeros((5, 6), np.uint8), np.ones((5, 6), np.float32), np.zeros((0, 2)), np.zeros(0, np.uint8)
    Level(1.0, np.zeros((3, 5, 6), np.uint16), *whole)
    with pytest.raises(ValueError, match="expected uint16"):
        Level(1.0, np.zeros((3, 5, 6), np.float32), *whole)
    with pytest.raises(ValueError, match=r"\(3, 5, 7\)"):
        Level(1.0, np.zeros((3, 5, 7), np.uint16), *whole)
    with pytest.raises(ValueError, match="expected \\(n, 2\\)"):
        Level(1.0, np.zeros((3, 5, 6), np.uint16), *whole[:3], np.zeros(4, np.uint8))


def test_a_level_in_memory_survives_a_journey(make_level):
    level = make_level(np.eye(5))
    again = ForkingPickler.loads(ForkingPickler.dumps(level))
    np.testing.assert_array_equal(again.labels, level.labels)
    np.testing.assert_array_equal(again.image, level.image)
    np.testing.assert_array_equal(again.centres, level.centres)


@pytest.mark.parametrize("other", [(40, 60), (20, 30), (13, 97), (160, 240)])
def test_blocks_on_another_grid_hold_every_pixel_that_touches_them(other):
    blocks = Blocks((40, 60), (Window(10, 20, 7, 13),))
    ((rows, cols),) = blocks.within(other)
    for part, (first, stop), size, count in (
        (rows, (10, 17), 40, other[0]),
        (cols, (20, 33), 60, other[1]),
    ):
        edges = (
            np.arange(count + 1) * size / count
        )  # of the other grid's pixels, in pixels of the blocks' grid
        touching = np.flatnonzero((edges[1:] > first) & (edges[:-1] < stop))
        assert part.start <= touching[0]
        assert part.stop > touching[-1]
        assert part.stop - part.start <= len(touching) + (0 if size == count else 4)
