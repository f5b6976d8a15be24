"""Borders of objects, each against its definition, by the distance of every pixel to every object."""

import math

import numpy as np
import pytest
from scipy import ndimage

from geounet.training.scenes.borders import SIGMAS, border_weights, boundaries, edges, gaps
from geounet.training.scenes.pixel_size import PixelSize

PIXEL = PixelSize(0.5, 0.5)


@pytest.fixture
def objects():
    """Thirty rectangles on 90 × 110 pixels, some over others, so that many touch."""
    random = np.random.default_rng(8)
    drawn = np.zeros((90, 110), np.int32)
    for number in range(1, 31):
        row, col = random.integers(0, (80, 100))
        height, width = random.integers(4, 14, 2)
        drawn[row : row + height, col : col + width] = number
    return drawn


def distances(objects, pixel=PIXEL):
    """(n, rows, cols) of every pixel to each object there is, and to the background if objects number it."""
    return np.stack(
        [ndimage.distance_transform_edt(objects != k, (pixel.row_m, pixel.col_m)) for k in np.unique(objects)]
    )


@pytest.mark.parametrize("pixel", [PIXEL, PixelSize(0.4, 0.7)])
def test_border_weights_are_equation_2_of_the_paper(objects, pixel):
    near, next_near = np.sort(distances(objects, pixel)[1:], axis=0)[:2]
    exact = 10 * np.exp(-((near + next_near) ** 2) / (2 * 1.2**2))
    expected = np.where(objects == 0, exact, 0)
    found = border_weights(objects, pixel, weight=10, sigma_m=1.2)
    np.testing.assert_allclose(found, expected, atol=10 * math.exp(-(SIGMAS**2) / 2))  # cut off at 4 σ
    within = (near + next_near < SIGMAS * 1.2 - 1e-6) & (objects == 0)
    np.testing.assert_allclose(found[within], expected[within], rtol=1e-4)
    assert found.max() > 4


def test_a_pixel_between_two_objects_weighs_most_and_one_object_alone_nothing():
    objects = np.zeros((9, 20), np.int32)
    objects[2:7, 3:8] = 1
    assert not border_weights(objects, PIXEL, weight=10, sigma_m=1).any()
    objects[2:7, 9:14] = 2
    found = border_weights(objects, PIXEL, weight=10, sigma_m=1)
    # The pixel column between them is half a metre from each: (d1 + d2)² / 2 is 1 / 2.
    np.testing.assert_allclose(found[2:7, 8], 10 * math.exp(-0.5), rtol=1e-6)
    assert found.argmax() % 20 == 8
    assert not found[objects > 0].any()


def test_no_object_at_all_has_no_border():
    nothing = np.zeros((3, 4), np.int32)
    assert not border_weights(nothing, PIXEL, weight=10, sigma_m=1).any()
    assert not gaps(nothing, PIXEL, width_m=2).any()
    assert not edges(nothing + 1, PIXEL, width_m=2).any()
    assert not boundaries(nothing + 1, PIXEL, width_m=2).any()


@pytest.mark.parametrize("width", [0.5, 1.0, 2.2, 5.0])
def test_a_gap_is_within_half_a_width_of_two_objects(objects, width):
    from_edges = np.maximum(distances(objects)[1:] - 0.25, 0)
    expected = (from_edges <= width / 2 + 1e-6).sum(axis=0) > 1
    np.testing.assert_array_equal(gaps(objects, PIXEL, width_m=width), expected)


def test_a_gap_takes_a_pixel_from_each_of_two_that_touch_and_nothing_else():
    objects = np.zeros((8, 20), np.int32)
    objects[2:6, 2:10], objects[2:6, 10:18] = 1, 2
    expected = np.zeros((8, 20), bool)
    expected[2:6, 9:11] = True
    found = gaps(objects, PIXEL, width_m=1.0)
    np.testing.assert_array_equal(found[2:6], expected[2:6])
    assert found[[0, 1, 6, 7]].sum() <= 8  # the background at the two ends of the wall
    assert found[:, [*range(8), *range(12, 20)]].sum() == 0


@pytest.mark.parametrize("width", [0.5, 1.3, 3.0])
def test_edges_are_within_a_width_of_another_region(objects, width):
    others = np.sort(distances(objects), axis=0)[1] - 0.25
    np.testing.assert_array_equal(edges(objects + 1, PIXEL, width_m=width), others <= width + 1e-6)


def test_what_is_not_known_has_no_edge():
    regions = np.ones((6, 9), np.int32)
    regions[:, 3:] = 0
    assert not edges(regions, PIXEL, width_m=2).any()
    regions[:, 6:] = 2
    assert edges(regions, PIXEL, width_m=1.8)[:, [2, 6]].all()


def test_boundaries_are_the_outer_pixels_of_large_objects():
    regions = np.ones((40, 40), np.int32)
    regions[5:30, 5:20], regions[5:30, 20:35] = 2, 3
    found = boundaries(regions, PIXEL, width_m=1.0)
    for number in (2, 3):
        inside = regions == number
        depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
        np.testing.assert_array_equal(found[inside], depth[inside] <= 2)
    assert boundaries(regions, PIXEL, width_m=0.01)[5, 5:35].all()  # one pixel at least


@pytest.mark.parametrize("side", range(1, 20))
@pytest.mark.parametrize("width", [0.5, 2.0, 30.0])
def test_every_object_keeps_some_of_itself(side, width):
    regions = np.ones((30, 30), np.int32)
    regions[4 : 4 + side, 6:25] = 2
    core = (regions == 2) & ~boundaries(regions, PIXEL, width_m=width)
    assert core.any()
    narrow = ndimage.distance_transform_edt(regions == 2).max() - 0.5
    assert ndimage.distance_transform_edt(core).max() >= narrow / 2 - 0.5
