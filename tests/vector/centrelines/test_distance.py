import numpy as np
import pytest
from scipy import ndimage

from geounet.vector.centrelines.distance import nearest_background
from geounet.vector.centrelines.mask import BACKGROUND, ROAD, mask_of


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("steps", [(1.0, 1.0), (1.5, 0.7)])
@pytest.mark.parametrize("reach", [2.5, 100.0])
def test_distances_are_scipys_up_to_the_reach(seed, steps, reach):
    rng = np.random.default_rng(seed)
    labels = (rng.random((30, 40)) < rng.uniform(0.5, 0.98)).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.1] = 255
    mask = mask_of(labels, 1)
    nearest = nearest_background(mask, steps, reach)
    expected = ndimage.distance_transform_edt(mask != BACKGROUND, sampling=steps)
    road = mask == ROAD
    assert nearest.distance[road] == pytest.approx(np.minimum(expected, reach)[road], abs=1e-5)
    assert (nearest.distance[~road] == 0).all()


@pytest.mark.parametrize("seed", range(10))
def test_what_is_nearest_is_background_at_that_distance(seed):
    rng = np.random.default_rng(seed)
    mask = mask_of((rng.random((30, 40)) < 0.9).astype(np.uint8), 1)
    nearest = nearest_background(mask, (1.0, 1.0), 6.0)
    row, col = np.nonzero((mask == ROAD) & (nearest.distance < 6))
    down, right = nearest.down[row, col], nearest.right[row, col]
    assert (mask[row + down, col + right] == BACKGROUND).all()
    assert nearest.distance[row, col] == pytest.approx(np.hypot(down, right), abs=1e-5)


def test_without_background_there_is_none():
    nearest = nearest_background(mask_of(np.ones((5, 6), np.uint8), 1), (1.0, 1.0), 4.0)
    assert (nearest.distance[1:-1, 1:-1] == 4).all()
    assert not nearest.down.any()
    assert not nearest.right.any()
