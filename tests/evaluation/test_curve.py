"""The curve over thresholds against scikit-learn's, and by hand."""

import numpy as np
import pytest
from sklearn import metrics

from geounet.evaluation.curve import CurveTally, ThresholdCurve
from geounet.evaluation.pair import LabelPair


@pytest.fixture
def pixels():
    """Levels and truth of a class, 255 where not known."""
    rng = np.random.default_rng(5)
    truth = rng.choice([0, 0, 1, 255], (40, 30)).astype(np.uint8)
    levels = np.clip(rng.normal(100 + 60 * (truth == 1), 50), 0, 250).astype(np.uint8)
    levels[truth == 255] = 255
    return levels, truth


def tally(levels, truth, *, names=("background", "a"), step=7, band=0):
    counter = CurveTally(names)
    rows = [slice(row, row + step) for row in range(0, len(truth), step)]
    pairs = [LabelPair(r.start, truth[r], truth[r], band, levels[:, r]) for r in rows]
    assert [id(pair) for pair in counter.watched(pairs)] == [id(pair) for pair in pairs]
    return counter.curves()


def test_the_curve_is_scikit_learns(pixels):
    levels, truth = pixels
    curve = tally(levels[None], truth)["a"]
    known = truth != 255
    flat, score = truth[known], levels[known] / 250
    assert curve.average_precision == pytest.approx(metrics.average_precision_score(flat, score))
    for k in (0, 49, 124, 249):
        taken = score >= (k + 1) / 250
        assert curve.thresholds[k] == (k + 1) / 250
        assert curve.recall[k] == pytest.approx(metrics.recall_score(flat, taken))
        assert curve.f1[k] == pytest.approx(metrics.f1_score(flat, taken))
        assert curve.iou[k] == pytest.approx(metrics.jaccard_score(flat, taken))
        if taken.any():
            assert curve.precision[k] == pytest.approx(metrics.precision_score(flat, taken))
    scores = [metrics.f1_score(flat, score >= t) for t in curve.thresholds]
    assert curve.best_f1 == pytest.approx(max(scores))
    assert scores[round(curve.best_threshold * 250) - 1] == pytest.approx(max(scores))


def test_of_equal_thresholds_the_best_is_the_one_nearest_to_half():
    outside, inside = np.zeros((2, 251), int)
    outside[10], inside[240] = 5, 7
    curve = ThresholdCurve(outside, inside)
    assert curve.best_threshold == 0.5
    assert curve.best_f1 == curve.average_precision == 1
    assert np.isnan(curve.precision[-1])
    assert curve.to_dict()["precision"][-1] is None


def test_a_class_that_is_nowhere_has_no_best_threshold():
    outside, inside = np.ones(251, int), np.zeros(251, int)
    figures = ThresholdCurve(outside, inside).to_dict()
    assert figures["best_threshold"] is figures["best_f1"] is figures["average_precision"] is None
    assert set(figures["recall"]) == {None}
    assert set(figures["iou"]) == {0.0}


def test_each_class_has_a_curve_against_the_rest(pixels):
    levels, truth = pixels
    both = np.stack([levels, levels[::-1]])
    classes = np.where(truth == 1, 2, truth).astype(np.uint8)
    curves = tally(both, classes, names=("background", "a", "b"))
    assert not curves["a"].inside.any()
    assert (curves["b"].inside == np.bincount(both[1][classes == 2], minlength=251)[:251]).all()


def test_of_classes_that_overlap_the_truth_is_0_or_1(pixels):
    levels, truth = pixels
    curves = tally(levels[None], truth, names=("background", "a", "b"), band=1)
    assert list(curves) == ["b"]
    assert (curves["b"].inside == tally(levels[None], truth)["a"].inside).all()


def test_labels_alone_have_no_curve():
    row = np.zeros((1, 4), np.uint8)
    counter = CurveTally(("background", "a"))
    counter.add(LabelPair(0, row, row))
    assert counter.curves() == {}
