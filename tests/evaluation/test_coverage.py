import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geounet.evaluation import coverage
from geounet.evaluation.coverage import covered_lengths

ROAD = LineString([(0, 0), (100, 0)])

CASES = {
    "itself": ([ROAD], 5, 100),
    "nothing": ([], 5, 0),
    "beside it": ([LineString([(0, 3), (100, 3)])], 5, 100),
    "just within": ([LineString([(0, 5), (100, 5)])], 5, 100),
    "just beyond": ([LineString([(0, 5.001), (100, 5.001)])], 5, 0),
    "a crossing": ([LineString([(40, -50), (40, 50)])], 5, 10),
    "a road that ends on it": ([LineString([(40, 0), (40, 50)])], 5, 10),
    "a slanting crossing": ([LineString([(0, -50), (100, 50)])], 5, 10 * 2**0.5),
    "straight on, to the middle": ([LineString([(50, 0), (150, 0)])], 5, 55),
    "beside its end, 3 across": ([LineString([(50, 3), (150, 3)])], 5, 54),
    "a gap": ([LineString([(0, 0), (30, 0)]), LineString([(60, 0), (100, 0)])], 5, 80),
    "one road twice": ([LineString([(20, 0), (40, 0)])] * 2, 5, 30),
    "pieces that overlap": ([LineString([(20, 0), (40, 0)]), LineString([(90, 1), (30, 1)])], 5, 75 + 24**0.5),
    "a piece without length": ([LineString([(50, 0), (50, 0)]), LineString([(90, 200), (90, 201)])], 5, 0),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_lengths_by_hand(case):
    others, within, expected = CASES[case]
    covered, length = covered_lengths(np.array([ROAD]), np.array(others, dtype=object), within_m=within)
    assert length == 100
    assert covered == pytest.approx(expected, abs=1e-4)


def test_far_from_the_origin_a_line_just_within_is_within():
    lines = shapely.transform(
        np.array([ROAD, LineString([(0, 4), (100, 4)])]), lambda xy: np.add(xy, [7e5, 9.3e6])
    )
    assert covered_lengths(lines[:1], lines[1:], within_m=4)[0] == pytest.approx(100, abs=1e-6)


def crooked(seed, count):
    rng = np.random.default_rng(seed)
    return np.array([LineString(rng.uniform(0, 60, (rng.integers(2, 6), 2))) for _ in range(count)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 12))
def test_lengths_are_those_in_a_buffer(seed, within):
    lines, others = crooked(seed, 5), crooked(seed + 1, 3)
    covered, length = covered_lengths(lines, others, within_m=within)
    inside = shapely.intersection(lines, shapely.union_all(shapely.buffer(others, within, quad_segs=400)))
    assert length == pytest.approx(shapely.length(lines).sum(), rel=1e-12)
    assert covered == pytest.approx(shapely.length(inside).sum(), abs=0.01)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_cutting_lines_or_blocks_changes_nothing(seed):
    lines, others = crooked(seed, 5), crooked(seed + 1, 3)
    whole = covered_lengths(lines, others, within_m=4)
    cut = covered_lengths(shapely.segmentize(lines, 7), shapely.segmentize(others, 5), within_m=4)
    np.testing.assert_allclose(cut, whole, rtol=1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coverage, "_BLOCK", 3)
        np.testing.assert_allclose(covered_lengths(lines, others, within_m=4), whole, rtol=1e-12)
