import json

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString

from geounet.errors import LabelsError
from geounet.evaluation.lines import line_scores

ROAD = LineString([(0, 0), (400, 0)])
KEYS = [
    "apls", "apls_to_truth", "apls_to_prediction", "completeness", "correctness", "quality", "length_predicted_m",
    "length_true_m", "buffer_m", "snap_m",
]  # fmt: skip


def test_a_gap_by_hand():
    """300 of 400 m are predicted; the buffer reaches 5 m into the gap from either side."""
    pieces = MultiLineString([[(0, 0), (150, 0)], [(250, 0), (400, 0)]])
    scores = line_scores([pieces], [ROAD], buffer_m=5, snap_m=4)
    assert scores.completeness == pytest.approx(310 / 400)
    assert scores.correctness == pytest.approx(1)
    assert scores.quality == pytest.approx(300 / (300 + 90))
    assert (scores.length_predicted_m, scores.length_true_m) == pytest.approx((300, 400))
    assert (scores.apls_to_prediction, scores.apls_to_truth) == pytest.approx((1 / 3, 1))


def test_a_wrong_road_costs_correctness_and_quality():
    scores = line_scores([ROAD, LineString([(0, 50), (100, 50)])], [ROAD], buffer_m=4, snap_m=4)
    assert (scores.completeness, scores.correctness, scores.quality) == pytest.approx((1, 0.8, 0.8))


@pytest.mark.parametrize(("metres", "expected"), [(3, 1.0), (5, 0.0)])
def test_a_shifted_road(metres, expected):
    scores = line_scores(
        [shapely.transform(ROAD, lambda xy: np.add(xy, [0, metres]))], [ROAD], buffer_m=4, snap_m=4
    )
    assert scores.apls == pytest.approx(expected)
    assert (scores.completeness, scores.correctness, scores.quality) == pytest.approx((expected,) * 3)


def test_equal_lines_score_one_and_the_report_is_json():
    report = line_scores([ROAD], [ROAD], buffer_m=4, snap_m=3).to_dict()
    assert list(report) == KEYS
    assert list(json.loads(json.dumps(report)).values()) == pytest.approx([1, 1, 1, 1, 1, 1, 400, 400, 4, 3])


@pytest.mark.parametrize(
    ("predicted", "true", "expected"),
    [
        ([], [], [None] * 6),
        ([], [ROAD], [0, None, 0, 0, None, 0]),
        ([ROAD], [], [0, 0, None, None, 0, 0]),
    ],
)
def test_what_cannot_be_scored_is_none(predicted, true, expected):
    assert list(line_scores(predicted, true).to_dict().values())[:6] == expected


def test_crossings_are_junctions_when_asked():
    """Of a cross of two lines the truth has the junction, the prediction no vertex there."""
    arms = [LineString([(0, 0), end]) for end in ((40, 0), (-40, 0), (0, 40), (0, -40))]
    cross = [LineString([(-40, 0), (40, 0)]), LineString([(0, -40), (0, 40)])]
    assert line_scores(cross, arms).apls < 0.9
    assert line_scores(cross, arms, noding="crossings").apls == pytest.approx(1)


def test_areas_are_refused():
    with pytest.raises(LabelsError, match="expected lines"):
        line_scores([shapely.box(0, 0, 1, 1)], [ROAD])
