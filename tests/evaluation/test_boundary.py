"""Boundary IoU and relaxed figures: by hand, and against whole distance transforms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.evaluation.labels import LabelPair, label_scores


def scored(prediction, truth, *, boundary=2, relax=3, height=None):
    step = height or len(truth)
    pairs = [
        LabelPair(row, prediction[row : row + step], truth[row : row + step])
        for row in range(0, len(truth), step)
    ]
    return label_scores(pairs, class_names=("background", "a", "b"), boundary_px=boundary, relax_px=relax)


def distances(outside):
    """From each pixel to the nearest of `outside`, beyond the border included; infinite where there is none."""
    return ndimage.distance_transform_edt(~outside) if outside.any() else np.full(outside.shape, np.inf)


def band(mask, width):
    """Pixels of a mask within `width` of a pixel that is not of it, the raster's surroundings among those."""
    padded = np.pad(mask, 1)
    return mask & (distances(~padded)[1:-1, 1:-1] <= width)


def expected(prediction, truth, label, *, boundary, relax):
    """(boundary IoU, relaxed precision, relaxed recall) of a label, on the whole."""
    counted = (prediction != 255) & (truth != 255)
    p, t = (counted & (labels == label) for labels in (prediction, truth))
    p_band, t_band = band(p, boundary), band(t, boundary)
    parts = (
        (p_band & t_band, p_band | t_band),
        (p & (distances(t) <= relax), p),
        (t & (distances(p) <= relax), t),
    )
    return tuple(part.sum() / whole.sum() if whole.any() else None for part, whole in parts)


@settings(max_examples=60, deadline=None)
@given(
    boundary=st.integers(1, 7),
    relax=st.integers(0, 7),
    height=st.sampled_from([1, 7, 60]),
    block=st.integers(1, 9),
    seed=st.integers(0, 999),
)
def test_streamed_figures_are_those_of_whole_distance_transforms(boundary, relax, height, block, seed):
    rng = np.random.default_rng(seed)
    rough = rng.choice([0, 0, 1, 2], (60 // block + 1, 40 // block + 1))
    truth = np.kron(rough, np.ones((block, block), int))[:60, :40].astype(np.uint8)
    prediction = np.roll(truth, rng.integers(-3, 4, 2), (0, 1))
    prediction[rng.random(truth.shape) < 0.02] = 255
    truth[rng.random(truth.shape) < 0.02] = 255
    found = scored(prediction, truth, boundary=boundary, relax=relax, height=height)
    for label, counts in enumerate(found.counts):
        figures = counts.boundary_iou, counts.relaxed_precision, counts.relaxed_recall
        assert figures == expected(prediction, truth, label, boundary=boundary, relax=relax)


def test_many_blocks_are_as_one():
    rng = np.random.default_rng(3)
    truth = (ndimage.gaussian_filter(rng.random((1400, 30)), 4) > 0.5).astype(np.uint8)
    prediction = (ndimage.gaussian_filter(rng.random((1400, 30)), 4) > 0.5).astype(np.uint8)
    for boundary, relax in ((2, 3), (1, 150)):
        counts = scored(prediction, truth, boundary=boundary, relax=relax, height=99).counts[1]
        figures = counts.boundary_iou, counts.relaxed_precision, counts.relaxed_recall
        assert figures == expected(prediction, truth, 1, boundary=boundary, relax=relax)


def test_boundary_iou_of_two_squares_by_hand():
    truth, prediction = np.zeros((2, 20, 20), np.uint8)
    truth[5:15, 5:15] = 1
    prediction[5:15, 6:16] = 1
    # Rings of width 1 have 36 pixels; the rows above and below share 9 each, the sides nothing.
    assert scored(prediction, truth, boundary=1).counts[1].boundary_iou == 18 / (36 + 36 - 18)


def test_a_mask_cut_by_the_border_has_a_contour_there_as_in_the_authors_code():
    truth = np.zeros((6, 9), np.uint8)
    truth[:, :4] = 1
    prediction = truth.copy()
    prediction[2, 2] = 0  # inside: it has a contour of its own, the four pixels beside it
    counts = scored(prediction, truth, boundary=1).counts[1]
    rim = 6 * 4 - 4 * 2
    # (2, 2) was not in the rim of the truth; of its neighbours (2, 3) already was.
    assert counts.boundary_iou == rim / (rim + 3)


def test_reach_is_a_disc():
    truth, prediction = np.zeros((2, 15, 15), np.uint8)
    truth[7, 7] = 1
    prediction[7 + 3, 7 + 4] = 1  # 5 pixels away
    assert scored(prediction, truth, relax=5).counts[1].relaxed_precision == 1
    assert scored(prediction, truth, relax=4).counts[1].relaxed_recall == 0


def test_without_relaxation_relaxed_figures_are_the_plain_ones():
    prediction, truth = np.random.default_rng(1).choice([0, 1, 255], (2, 30, 30)).astype(np.uint8)
    counts = scored(prediction, truth, relax=0).counts[1]
    assert (counts.relaxed_precision, counts.relaxed_recall) == (counts.precision, counts.recall)


@pytest.mark.parametrize("ignored_in", [0, 1])
def test_what_is_ignored_is_no_counterpart(ignored_in):
    truth, prediction = np.zeros((2, 3, 9), np.uint8)
    truth[1, 3] = prediction[1, 4] = 1
    (prediction, truth)[ignored_in][1, 3] = 255
    assert scored(prediction, truth).counts[1].relaxed_precision == 0
