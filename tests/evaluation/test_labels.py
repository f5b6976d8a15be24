"""Pixel scores against scikit-learn on the whole, by hand, and the same whatever the strips."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from geounet.errors import LabelsError
from geounet.evaluation.labels import LabelPair, label_scores

NAMES = ("background", "a", "b", "c")


def cut(prediction, truth, heights=(), band=0):
    """Pairs of these heights, and one of what is left."""
    row = 0
    for height in (*heights, len(truth)):
        if row < len(truth):
            yield LabelPair(row, prediction[row : row + height], truth[row : row + height], band)
        row += height


def scores(prediction, truth, *, names=NAMES, heights=(), boundary=2, relax=3):
    pairs = cut(prediction, truth, heights)
    return label_scores(pairs, class_names=names, boundary_px=boundary, relax_px=relax)


@pytest.fixture
def maps():
    """Blocky labels, predicted and true, some of them ignored in one or the other."""
    rng = np.random.default_rng(7)
    truth = np.kron(rng.integers(0, 4, (9, 11)), np.ones((7, 6), int)).astype(np.uint8)
    prediction = np.roll(truth, (2, 1), (0, 1))
    for labels in (prediction, truth):
        noisy = rng.random(truth.shape) < 0.1
        labels[noisy] = rng.choice([0, 1, 2, 3, 255], noisy.sum())
    return prediction, truth


def test_by_hand():
    truth = np.array([[0, 1, 1, 0], [0, 1, 255, 0]], np.uint8)
    prediction = np.array([[0, 1, 0, 1], [1, 1, 1, 255]], np.uint8)
    found = scores(prediction, truth, names=("background", "thing"), boundary=1, relax=1)
    thing = found.to_dict()["per_class"]["thing"]
    assert thing["confusion"] == [[1, 2], [1, 2]]
    assert found.confusion == ((1, 2), (1, 2))
    assert found.ignored == 2
    assert (thing["iou"], thing["precision"], thing["recall"]) == (2 / 5, 2 / 4, 2 / 3)
    assert thing["f1"] == found.mean("f1") == 4 / 7
    assert found.accuracy == 3 / 6
    # Every pixel is at a contour; predicted ones all lie beside a true one, true ones beside a predicted one.
    assert (thing["boundary_iou"], thing["relaxed_precision"], thing["relaxed_recall"]) == (2 / 5, 1, 1)


def test_pixel_figures_are_scikit_learns(maps):
    prediction, truth = maps
    found = scores(prediction, truth)
    counted = (prediction != 255) & (truth != 255)
    flat = truth[counted], prediction[counted]
    assert np.array_equal(found.confusion, metrics.confusion_matrix(*flat))
    assert found.accuracy == pytest.approx(metrics.accuracy_score(*flat))
    assert found.ignored == (~counted).sum()
    precision, recall, f1, support = metrics.precision_recall_fscore_support(*flat)
    iou = metrics.jaccard_score(*flat, average=None)
    for k, counts in enumerate(found.counts):
        expected = iou[k], precision[k], recall[k], f1[k], support[k]
        assert (counts.iou, counts.precision, counts.recall, counts.f1, counts.support) == pytest.approx(
            expected
        )
    assert found.mean("iou") == pytest.approx(iou[1:].mean())


@pytest.mark.parametrize("height", [1, 7, 1000])
@pytest.mark.parametrize("width", [66, 1])
def test_strip_heights_change_nothing(maps, height, width):
    prediction, truth = (np.tile(labels[:, :width], (9, 1)) for labels in maps)  # several blocks
    whole = scores(prediction, truth)
    assert scores(prediction, truth, heights=[height] * (1 + len(truth) // height)) == whole


@settings(max_examples=30, deadline=None)
@given(
    heights=st.lists(st.integers(1, 40), max_size=6),
    boundary=st.integers(1, 5),
    relax=st.integers(0, 5),
    seed=st.integers(0, 99),
)
def test_any_strips_give_the_same(heights, boundary, relax, seed):
    prediction, truth = np.random.default_rng(seed).choice([0, 0, 0, 1, 2, 255], (2, 60, 9)).astype(np.uint8)
    whole = scores(prediction, truth, boundary=boundary, relax=relax)
    assert scores(prediction, truth, heights=heights, boundary=boundary, relax=relax) == whole


def test_what_is_undefined_is_none():
    empty = np.zeros((3, 4), np.uint8)
    found = scores(empty, empty, names=("background", "thing"))
    figures = found.to_dict()
    assert figures["accuracy"] == 1
    assert all(
        figures[name] is None for name in ("iou", "precision", "recall", "f1", "boundary_iou", "relaxed_f1")
    )
    ignored = np.full((3, 4), 255, np.uint8)
    assert scores(empty, ignored).accuracy is None
    assert label_scores([], class_names=NAMES, boundary_px=2, relax_px=3).accuracy is None


def test_a_mean_is_of_the_classes_that_are_there():
    truth = np.array([[0, 1, 1, 2]], np.uint8)
    found = scores(truth, truth)
    assert found.counts[3].iou is None
    assert found.mean("iou") == 1


def test_relaxed_f1_of_nothing_right_is_0():
    truth, prediction = np.zeros((2, 1, 30), np.uint8)
    truth[0, 0] = prediction[0, 29] = 1
    assert scores(prediction, truth).counts[1].relaxed_f1 == 0


def test_labels_without_a_name_are_called_by_their_number():
    truth = np.array([[0, 1, 2, 255]], np.uint8)
    prediction = np.array([[0, 9, 2, 8]], np.uint8)
    found = scores(prediction, truth, names=("background", "thing"))
    assert found.class_names == ("background", "thing", "class_2", "class_9")
    assert found.confusion == ((1, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 0, 0))


def test_classes_that_overlap_are_each_scored_as_two_classes(maps):
    bands = [
        tuple(np.where(labels == 255, 255, labels == k).astype(np.uint8) for labels in maps) for k in (1, 2)
    ]
    strips = [list(cut(*band, [20] * 4, i)) for i, band in enumerate(bands)]
    turns = [pair for both in zip(*strips, strict=True) for pair in both]
    found = label_scores(turns, class_names=("background", "a", "b"), boundary_px=2, relax_px=3)
    alone = [scores(*band, names=("background", "x")) for band in bands]
    assert found.counts == tuple(one.counts[1] for one in alone)
    figures = found.to_dict()
    assert figures["confusion"] is None
    assert list(figures["per_class"]) == ["a", "b"]
    assert figures["accuracy"] == pytest.approx(np.mean([one.accuracy for one in alone]))
    assert figures["iou"] == pytest.approx(np.mean([one.counts[1].iou for one in alone]))


def test_rows_out_of_order_and_names_given_twice_are_refused():
    row = np.zeros((1, 4), np.uint8)
    with pytest.raises(ValueError, match="rows begin at 2; expected the next row, 1"):
        label_scores(
            [LabelPair(0, row, row), LabelPair(2, row, row)], class_names=NAMES, boundary_px=2, relax_px=3
        )
    with pytest.raises(LabelsError, match="two classes are called 'a'"):
        scores(row, row, names=("background", "a", "a"))
    with pytest.raises(ValueError, match="expected uint8"):
        LabelPair(0, row.astype(int), row)
