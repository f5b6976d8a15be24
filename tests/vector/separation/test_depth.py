import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.vector.separation.depth import REACH, depths

SEEDS = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def whole(labels, boundary=None):
    return depths(labels, boundary, slice(0, len(labels)))


def squared(labels, label, boundary):
    """scipy's distances to what is neither the label nor unknown, outside of the raster as within."""
    free = np.pad(np.isin(labels, (label, 255)) & ~boundary, REACH, constant_values=True)
    if free.all():
        return np.full(labels.shape, REACH**2)
    distance = ndimage.distance_transform_edt(free)[REACH:-REACH, REACH:-REACH]
    return np.minimum(np.round(distance**2), REACH**2)


@given(seed=SEEDS, with_boundary=st.booleans())
@LAW
def test_depths_inside_are_scipys(seed, with_boundary, blobs):
    labels = blobs(seed)
    boundary = np.random.default_rng(seed).random(labels.shape) < 0.2 * with_boundary
    found = whole(labels, boundary if with_boundary else None)
    for label in set(np.unique(labels).tolist()) - {0, 255}:
        inside = (labels == label) & ~boundary
        np.testing.assert_array_equal(found[inside], squared(labels, label, boundary)[inside])
    assert not found[(labels == 0) | (labels == 255)].any()


def test_depths_end_at_their_reach():
    labels = np.ones((300, 200), np.uint8)
    labels[:, 0] = 0
    expected = np.minimum(np.arange(200) ** 2, REACH**2)
    np.testing.assert_array_equal(whole(labels), np.broadcast_to(expected, labels.shape))


@given(seed=SEEDS)
@LAW
def test_boundary_pixels_count_their_steps_to_one_inside(seed):
    rng = np.random.default_rng(seed)
    labels = rng.choice(np.array([0, 1, 1, 1, 2, 255], np.uint8), (15, 18))
    boundary = rng.random(labels.shape) < 0.8
    found = whole(labels, boundary)
    for label in (1, 2):
        of_label = labels == label
        steps = np.where(boundary & of_label, REACH + 1, 0)
        near = of_label & ~boundary
        for step in range(1, REACH + 1):
            further = ndimage.binary_dilation(near) & of_label
            steps[further & ~near] = step
            near = further
        np.testing.assert_array_equal(found[of_label & boundary], -steps[of_label & boundary])


def test_boundary_pixels_far_from_any_seed_are_all_alike():
    labels = np.ones((1, 200), np.uint8)
    boundary = np.arange(200)[None] > 0
    np.testing.assert_array_equal(whole(labels, boundary)[0, 1:], -np.minimum(np.arange(1, 200), REACH + 1))


@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_rows_with_a_margin_are_as_in_the_whole(share):
    rng = np.random.default_rng(5)
    labels = (rng.random((400, 150)) > 2e-4).astype(np.uint8)
    smooth = ndimage.gaussian_filter(rng.random(labels.shape), 20)
    boundary = smooth < np.quantile(smooth, share)
    expected = whole(labels, boundary)
    assert expected.min() == -REACH - 1 if share else expected.max() == REACH**2
    for first in (100, 200):
        window = slice(first - REACH, first + 20 + REACH)
        found = depths(labels[window], boundary[window], slice(REACH, REACH + 20))
        np.testing.assert_array_equal(found, expected[first : first + 20])
