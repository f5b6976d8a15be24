import numpy as np
import pytest
from scipy import ndimage

from geounet.vector.centrelines.mask import BACKGROUND, ROAD, mask_of
from geounet.vector.centrelines.thinning import thin

EIGHT = np.ones((3, 3))


def texture(seed):
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.standard_normal((60, 70)), rng.uniform(0.5, 4))
    return (smooth > rng.uniform(-0.02, 0.05)).astype(np.uint8)


def thinned(labels, origin=(0, 0), kept=None):
    mask = mask_of(labels, 1)
    distance = ndimage.distance_transform_edt(mask == ROAD).astype(np.float32)
    none = np.zeros(mask.shape, bool)
    left = thin(mask, distance, none if kept is None else np.pad(kept, 1), origin)
    assert set(left.tolist()) == set(np.flatnonzero(mask == ROAD).tolist())
    return (mask == ROAD)[1:-1, 1:-1]


@pytest.mark.parametrize("seed", range(20))
def test_parts_and_holes_stay_as_they_are(seed):
    labels = texture(seed)
    left = thinned(labels)
    assert not (left & (labels == 0)).any()
    parts, count = ndimage.label(labels, EIGHT)
    assert (np.bincount(ndimage.label(left, EIGHT)[0].ravel())[1:] > 0).sum() == count
    assert set(np.unique(parts[left])) == set(range(1, count + 1))
    outside = np.pad(labels, 1)
    assert ndimage.label(outside == 0)[1] == ndimage.label(np.pad(left, 1) == 0)[1]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_stays_and_is_thin(seed):
    labels = texture(seed)
    kept = (np.random.default_rng(seed).random(labels.shape) < 0.05) & (labels == 1)
    left = thinned(labels, kept=kept)
    near = ndimage.binary_dilation(left, EIGHT)
    assert (near | ~kept).all()
    squares = left[1:, 1:] & left[:-1, 1:] & left[1:, :-1] & left[:-1, :-1]
    assert squares.sum() <= 0.01 * left.sum() + 2  # only where four lines meet


@pytest.mark.parametrize("seed", range(10))
def test_where_a_tile_begins_changes_nothing(seed):
    labels = np.zeros((100, 100), np.uint8)
    labels[20:80, 15:85] = texture(seed)
    whole = thinned(labels)
    part = thinned(labels[7:93, 4:97], origin=(7, 4))
    assert (whole[7:93, 4:97] == part).all()


def test_a_thin_line_keeps_its_ends_and_a_blob_does_not():
    labels = np.zeros((20, 40), np.uint8)
    labels[5, 3:37] = 1
    labels[12:17, 10:30] = 1
    left = thinned(labels)
    assert (left[5] == (labels[5] == 1)).all()
    assert left[12:17].sum() == 1
    assert BACKGROUND == 0
