import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from geounet.evaluation.matching import match, matched, overlaps


def areas(*shapes):
    found = np.empty(len(shapes), object)
    found[:] = shapes
    return found


SQUARE = shapely.box(0, 0, 10, 10)
LEFT, RIGHT = shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10)
MOST = shapely.box(0, 0, 8, 10)  # IoU 0.8 with the square
BESIDE = shapely.box(10, 0, 20, 10)


def pairs(matches):
    return list(zip(matches.predicted.tolist(), matches.true.tolist(), strict=True))


def space_nets(predicted, true, *, iou, scores):
    """SpaceNet's rule, as its text has it: each prediction, best first, takes the free truth of highest IoU."""
    free, found = set(range(len(true))), []
    for p in sorted(range(len(predicted)), key=lambda p: -scores[p]):

        def overlap(t, p=p):
            return predicted[p].intersection(true[t]).area / predicted[p].union(true[t]).area

        best = max(free, key=overlap, default=None)
        if best is not None and overlap(best) >= iou:
            free.remove(best)
            found.append((p, best))
    return found


def test_neighbours_that_touch_share_nothing():
    assert len(overlaps(areas(SQUARE), areas(BESIDE)).iou) == 0
    assert pairs(match(areas(BESIDE, SQUARE), areas(SQUARE, BESIDE))) == [(0, 1), (1, 0)]


def test_of_duplicates_one_is_a_match():
    assert pairs(match(areas(SQUARE, SQUARE), areas(SQUARE))) == [(0, 0)]
    assert pairs(match(areas(SQUARE), areas(SQUARE, SQUARE))) == [(0, 0)]


def test_a_truth_that_is_cut_in_two_is_found_once():
    """Each half has an IoU of exactly 0.5, which meets 0.5 however the plane is turned."""
    for angle in range(0, 90, 7):
        half, other, whole = (shapely.affinity.rotate(s, angle, (0, 0)) for s in (LEFT, RIGHT, SQUARE))
        found = match(areas(half, other), areas(whole), iou=0.5)
        assert pairs(found) == [(0, 0)]
        assert found.iou == pytest.approx([0.5])


def test_a_prediction_over_two_truths_is_one_match():
    assert pairs(match(areas(SQUARE), areas(LEFT, RIGHT), iou=0.5)) == [(0, 0)]


def test_the_surest_chooses_first():
    predicted, true = areas(MOST, SQUARE), areas(SQUARE)
    assert pairs(match(predicted, true)) == [(1, 0)]
    assert pairs(match(predicted, true, scores=np.array([0.9, 0.8]))) == [(0, 0)]
    assert pairs(match(predicted, true, scores=np.array([np.nan, 0.1]))) == [(1, 0)]


def test_the_threshold():
    assert match(areas(MOST), areas(SQUARE), iou=0.8).iou == pytest.approx([0.8])
    assert len(match(areas(MOST), areas(SQUARE), iou=0.81)) == 0


def test_nothing_to_match():
    nothing = areas()
    for predicted, true in ((nothing, areas(SQUARE)), (areas(SQUARE), nothing), (nothing, nothing)):
        assert len(match(predicted, true)) == 0


@st.composite
def boxes(draw, *, most=8):
    def box():
        x, y = draw(st.integers(0, 12)), draw(st.integers(0, 12))
        return shapely.box(x, y, x + draw(st.integers(1, 8)), y + draw(st.integers(1, 8)))

    return areas(*(box() for _ in range(draw(st.integers(0, most)))))


@settings(deadline=None)
@given(boxes(), boxes(), st.sampled_from([0.05, 0.3, 0.5, 0.75]), st.randoms())
def test_the_rule_is_space_nets(predicted, true, iou, random):
    scores = np.array(random.sample(range(100), len(predicted)), float)
    found = match(predicted, true, iou=iou, scores=scores)
    # Where a prediction overlaps two truths equally, either may be taken; the IoU of the matches tells.
    expected = space_nets(predicted, true, iou=iou, scores=scores)
    table = [predicted[p].intersection(true[t]).area / predicted[p].union(true[t]).area for p, t in expected]
    if len({round(i, 9) for i in overlaps(predicted, true).iou}) == len(overlaps(predicted, true).iou):
        assert pairs(found) == expected
        assert found.iou == pytest.approx(table)


@settings(deadline=None)
@given(boxes(), boxes(), st.floats(0.5, 1, exclude_min=True))
def test_above_a_half_no_assignment_is_better_among_areas_that_do_not_overlap(predicted, true, iou):
    predicted, true = apart(predicted), apart(true)
    cost = np.array(
        [[p.intersection(t).area / p.union(t).area >= iou - 1e-9 for t in true] for p in predicted], bool
    ).reshape(len(predicted), len(true))
    rows, cols = linear_sum_assignment(cost, maximize=True)
    assert len(match(predicted, true, iou=iou)) == cost[rows, cols].sum()


@settings(deadline=None)
@given(boxes(), boxes())
def test_matches_are_one_to_one_and_few_at_a_high_threshold(predicted, true):
    table = overlaps(predicted, true)
    counts = []
    for iou in (0.1, 0.5, 0.9):
        found = matched(table, iou=iou)
        assert len(set(found.predicted)) == len(set(found.true)) == len(found)
        assert (found.iou >= iou - 1e-9).all()
        counts.append(len(found))
    assert counts == sorted(counts, reverse=True)


def apart(shapes):
    """Of areas those that overlap none before them."""
    kept = []
    for shape in shapes:
        if all(shape.intersection(other).area == 0 for other in kept):
            kept.append(shape)
    return areas(*kept)
