import json

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from geounet.evaluation.matching import overlaps
from geounet.evaluation.objects import object_scores, over_segmented

SQUARE = shapely.box(0, 0, 10, 10)
QUARTERS = [shapely.box(x, y, x + 5, y + 5) for x in (0, 5) for y in (0, 5)]


def areas(*shapes):
    found = np.empty(len(shapes), object)
    found[:] = shapes
    return found


def test_a_case_by_hand():
    """Three truths; one found exactly, one with an IoU of 0.8, one missed, and one false alarm."""
    true = areas(*(translate(SQUARE, 20 * i) for i in range(3)))
    predicted = areas(SQUARE, shapely.box(20, 0, 28, 10), shapely.box(0, 50, 4, 55))
    told = object_scores(predicted, true).to_dict()
    assert (told["tp"], told["fp"], told["fn"]) == (2, 1, 1)
    assert told["precision"] == told["recall"] == told["f1"] == pytest.approx(2 / 3)
    # At 0.50 … 0.80 two are found, at 0.85, 0.90 and 0.95 one.
    assert told["f1_average"] == pytest.approx((7 * 4 / 6 + 3 * 2 / 6) / 10)
    # The second pair: of four true corners two lie 2 m away, of the predicted ones none: (2 + 2) / (2 × 4).
    assert told["polis_m"] == pytest.approx((0 + 0.5) / 2)
    assert (told["count_predicted"], told["count_true"], told["count_error"]) == (3, 3, 0)
    assert (told["area_predicted_m2"], told["area_true_m2"]) == pytest.approx((200, 300))
    assert told["area_error"] == pytest.approx(-1 / 3)
    assert (told["over_segmented"], told["under_segmented"]) == (0, 0)


def test_what_is_cut_and_what_is_run_together():
    """Hoover's counts: one truth in four pieces, one prediction over two truths, one pair that is right."""
    far, farther = translate(SQUARE, 100), translate(SQUARE, 200)
    true = areas(SQUARE, *(translate(q, 100) for q in QUARTERS[:2]), farther)
    predicted = areas(*QUARTERS, far, translate(farther, 1))
    scores = object_scores(predicted, true)
    assert scores.over_segmented == 1
    # The two quarters cover no more than a half of the prediction over them.
    assert scores.under_segmented == 0
    assert over_segmented(overlaps(predicted, areas(*true, translate(QUARTERS[2], 100))).turned()) == 1


def test_neighbours_found_each_are_neither():
    row = areas(*(translate(SQUARE, 10 * i) for i in range(4)))
    shifted = areas(*(translate(square, 4) for square in row))
    scores = object_scores(shifted, row, iou=0.4)
    assert (scores.tp, scores.over_segmented, scores.under_segmented) == (4, 0, 0)


def test_recall_by_size():
    true = areas(shapely.box(0, 0, 2, 2), shapely.box(10, 0, 20, 10), shapely.box(30, 0, 230, 200))
    sizes = object_scores(true[1:], true).to_dict()["by_size"]
    told = {size["min_m2"]: (size["true"], size["found"], size["recall"]) for size in sizes if size["true"]}
    assert told == {0: (1, 0, 0), 100: (1, 1, 1), 10_000: (1, 1, 1)}
    assert [size["max_m2"] for size in sizes] == [size["min_m2"] for size in sizes[1:]] + [None]
    assert sizes[0]["recall"] == 0
    assert sizes[1]["recall"] is None


@pytest.mark.parametrize(
    ("predicted", "true", "precision", "recall", "f1"),
    [([SQUARE], [], 0, None, 0), ([], [SQUARE], None, 0, 0), ([], [], None, None, None)],
)
def test_what_is_undefined_is_none(predicted, true, precision, recall, f1):
    told = object_scores(areas(*predicted), areas(*true)).to_dict()
    assert (told["precision"], told["recall"], told["f1"], told["f1_average"]) == (precision, recall, f1, f1)
    assert told["polis_m"] is None
    json.dumps(told, allow_nan=False)


def test_the_surest_of_two_is_the_match():
    better, worse = SQUARE, shapely.box(0, 0, 10, 8)
    surer = object_scores(areas(better, worse), areas(SQUARE), scores=np.array([0.5, 0.9]))
    assert surer.polis_m == pytest.approx(0.5)
    assert object_scores(areas(better, worse), areas(SQUARE)).polis_m == 0
