import numpy as np
import pytest
import rasterio
from scipy import ndimage

from benchmarks.growth import growth
from benchmarks.growth_rows import SQUARE, squares

SIZES = [1.0, 2.0, 4.0, 8.0, 16.0]


def test_a_straight_line_is_found():
    found = growth(SIZES, [3 + 2 * size for size in SIZES])
    assert (found.fixed, found.each) == pytest.approx((3, 2))
    assert found.deviation == pytest.approx(0, abs=1e-9)
    assert found.exponent < found.steepest < 1


def test_a_square_bends_upwards_where_it_is_steepest():
    found = growth(SIZES, [10 + size**2 for size in SIZES])
    assert found.steepest == pytest.approx(np.log2((10 + 256) / (10 + 64)))
    assert found.at == 16
    assert found.deviation > 0.25


def test_near_sizes_are_compared_with_one_twice_as_large():
    found = growth([1, 2, 3, 4], [1, 2, 5, 4])  # three is an accident; nothing is twice its size
    assert found.steepest == pytest.approx(1)


def test_costs_too_small_to_be_seen_are_taken_as_the_least_that_was():
    assert growth([1, 2, 4], [0, 0, 6]) == growth([1, 2, 4], [6, 6, 6])
    found = growth([1, 2, 4, 8], [0, 5, 10, 20])
    assert (found.steepest, found.at) == (pytest.approx(1), 8)
    assert growth(SIZES, [0.0] * 5).steepest == 0


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_squares_are_as_many_as_asked_for(tmp_path, count):
    with rasterio.open(squares(tmp_path / "labels.tif", size=300, count=count)) as dataset:
        labels = dataset.read(1)
    _, found = ndimage.label(labels)
    assert found == count
    assert labels.sum() == count * SQUARE**2
