"""Challenge metrics against scikit-learn, scikit-image and brute force, and by hand."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage import measure
from skimage.io import imread
from skimage.metrics import adapted_rand_error
from sklearn.metrics import rand_score

from geounet.evaluation.challenges import pair_rand_error, rand_error, seg_score, warping_error
from geounet.evaluation.warping import _SIMPLE

SMALL = arrays(np.int64, (2, 5, 6), elements=st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_pair_rand_error_is_scikit_learns(maps):
    one, other = maps
    assert pair_rand_error(one, other) == pytest.approx(1 - rand_score(one.ravel(), other.ravel()))


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_rand_error_is_the_f_score_of_pairs_in_true_segments(maps):
    one, truth = (labels.ravel() for labels in maps)
    inside = [(i, j) for i, j in combinations(np.flatnonzero(truth), 2)]
    put = {(i, j) for i, j in inside if one[i] == one[j] != 0}
    belong = {(i, j) for i, j in inside if truth[i] == truth[j]}
    found = rand_error(one, truth)
    if put or belong:
        assert found == pytest.approx(1 - 2 * len(put & belong) / (len(put) + len(belong)))
    else:
        assert math.isnan(found)


def test_rand_error_is_scikit_images_adapted_one():
    rng = np.random.default_rng(2)
    one, truth = (np.kron(rng.integers(1, 9, (6, 6)), np.ones((9, 9), int)) for _ in range(2))
    truth[rng.random(truth.shape) < 0.2] = 0
    assert rand_error(one, truth) == pytest.approx(adapted_rand_error(truth, one, ignore_labels=(0,))[0])
    lone = rng.random(one.shape) < 0.1  # background: for scikit-image, segments of one pixel each
    alone = np.where(lone, 100 + np.arange(one.size).reshape(one.shape), one)
    expected = adapted_rand_error(truth, alone, ignore_labels=(0,))[0]
    assert rand_error(np.where(lone, 0, one), truth) == pytest.approx(expected)


def brute_seg(prediction, truth):
    scores = []
    for r in np.unique(truth[truth != 0]):
        found = [0.0]
        for s in np.unique(prediction[prediction != 0]):
            both = ((truth == r) & (prediction == s)).sum()
            if both > 0.5 * (truth == r).sum():
                found.append(both / ((truth == r) | (prediction == s)).sum())
        assert len(found) <= 2
        scores.append(found[-1])
    return np.mean(scores) if scores else math.nan


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_seg_is_brute_force(maps):
    assert seg_score(*maps) == pytest.approx(brute_seg(*maps), nan_ok=True)


def test_seg_by_hand():
    truth = np.array([[1, 1, 1, 1, 0, 7, 7, 0]])
    prediction = np.array([[3, 3, 3, 0, 0, 3, 2, 2]])
    # Three of the four pixels of 1, of which 3 has four; half of 7 is not more than half.
    assert seg_score(prediction, truth) == (3 / 5 + 0) / 2


@pytest.mark.parametrize("metric", [rand_error, pair_rand_error, seg_score])
def test_whole_numbers_of_one_shape_are_asked_for(metric):
    with pytest.raises(ValueError, match="expected the same shape"):
        metric(np.zeros((2, 3), int), np.zeros((3, 2), int))
    with pytest.raises(ValueError, match="expected whole numbers"):
        metric(np.zeros((2, 3)), np.zeros((2, 3), int))


def topology(objects):
    """Objects joined by edges, and grounds (that beyond the image among them) by corners too."""
    padded = np.pad(objects != 0, 1)
    return ndimage.label(padded)[1], ndimage.label(~padded, np.ones((3, 3)))[1]


def test_a_pixel_is_simple_where_flipping_it_keeps_objects_and_grounds():
    around = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
    for code in range(256):
        patch = np.zeros((3, 3), bool)
        for k, (row, col) in enumerate(around):
            patch[1 + row, 1 + col] = code >> k & 1
        # What the pixel touches is one object and one ground, within its own surroundings.
        objects = measure.label(patch, connectivity=1)
        ground = ~patch
        ground[1, 1] = False
        grounds = measure.label(ground, connectivity=2)
        touched = {objects[1 + r, 1 + c] for r, c in around[::2]} - {0}
        simple = len(touched) == 1 and grounds.max() == 1
        assert _SIMPLE[code] == simple
        if simple:
            flipped = patch.copy()
            flipped[1, 1] = True
            assert topology(np.pad(patch, 1)) == topology(np.pad(flipped, 1))


def two_cells(border, rows=8, cols=13):
    cells = np.ones((rows, cols), np.uint8)
    cells[:, border] = 0
    return cells


def test_a_shifted_border_costs_nothing():
    assert warping_error(two_cells(6), two_cells(5)) == warping_error(two_cells(5), two_cells(6)) == 0
    assert warping_error(two_cells([6, 7, 8]), two_cells([3, 4, 5])) == 0
    assert warping_error(two_cells(8), two_cells(5)) > 0  # farther than it is wide
    kinked = two_cells(6)
    kinked[3:5, 6], kinked[3:5, 7] = 1, 0
    assert warping_error(kinked, two_cells(6)) == warping_error(two_cells(6), kinked) == 0


def test_a_gap_that_merges_two_cells_costs_its_pixel():
    merged = two_cells(6)
    merged[3, 6] = 1
    assert warping_error(merged, two_cells(6)) == 1 / merged.size
    assert warping_error(two_cells(6), merged) == 1 / merged.size  # and so does a border that is not there
    assert warping_error(merged, two_cells(7)) >= 1 / merged.size


def test_what_is_missed_or_invented_costs():
    empty, dot, ring = np.zeros((3, 7, 7), np.uint8)
    dot[2:5, 2:5] = 1
    ring[1:6, 1:6] = 1
    ring[3, 3] = 0
    assert warping_error(empty, dot) == 1 / 49  # all but its last pixel can be peeled off
    assert warping_error(dot, empty) == 9 / 49  # where nothing is, nothing can grow
    assert warping_error(np.where(ring, 1, 1), ring) > 0


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, (2, 6, 7), elements=st.integers(0, 1)))
def test_no_more_is_left_than_differs_and_what_differs_in_topology_leaves_some(maps):
    prediction, truth = maps
    left = warping_error(prediction, truth)
    assert left <= (prediction != truth).mean()
    if topology(prediction) != topology(truth):
        assert left > 0


def test_maps_must_fit():
    with pytest.raises(ValueError, match="expected the same"):
        warping_error(np.zeros((2, 3)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="no pixel"):
        warping_error(np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.data
def test_a_real_slice_warps_into_its_smoothed_self(data):
    truth = imread(data / "cells" / "em_isbi2012" / "label" / "0.png") > 0
    smooth = ndimage.median_filter(truth, 5)
    left = warping_error(smooth, truth)
    assert 0 < left < (smooth != truth).mean() / 5
