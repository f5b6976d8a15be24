import numpy as np
import pytest
from scipy import ndimage

from geounet.vector.centrelines.mask import BACKGROUND, ROAD, UNKNOWN, fill_small_holes, mask_of


def test_a_mask_is_road_background_or_unknown():
    mask = mask_of(np.array([[0, 3, 2], [255, 3, 0]], np.uint8), 3)
    assert (mask[1:-1, 1:-1] == [[BACKGROUND, ROAD, BACKGROUND], [UNKNOWN, ROAD, BACKGROUND]]).all()
    mask[1:-1, 1:-1] = UNKNOWN
    assert (mask == UNKNOWN).all()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("largest", [0, 1, 4, 9])
def test_holes_are_those_that_scipy_finds(seed, largest):
    rng = np.random.default_rng(seed)
    labels = (rng.random((40, 50)) < rng.uniform(0.5, 0.8)).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.01] = 255
    mask = mask_of(labels, 1)
    expected = mask == ROAD
    numbers, count = ndimage.label(mask == BACKGROUND)
    outside = set(numbers[ndimage.binary_dilation(mask == UNKNOWN)].tolist())
    for hole in set(range(1, count + 1)) - outside:
        if (numbers == hole).sum() <= largest:
            expected |= numbers == hole
    fill_small_holes(mask, largest, 50)
    assert ((mask == ROAD) == expected).all()
    assert set(np.unique(mask)) <= {BACKGROUND, ROAD, UNKNOWN}


def test_a_long_hole_is_none():
    labels = np.ones((5, 40), np.uint8)
    labels[2, 5:25] = 0
    for longest, filled in ((19, True), (18, False)):
        mask = mask_of(labels, 1)
        fill_small_holes(mask, 30, longest)
        assert (mask[1:-1, 1:-1] == ROAD).all() == filled
