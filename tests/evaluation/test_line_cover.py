import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.evaluation.line_cover import line_cover


def lines(*coordinates):
    found = np.empty(len(coordinates), object)
    found[:] = [shapely.LineString(c) for c in coordinates]
    return found


ROAD = [(0, 0), (100, 0)]


def test_a_line_beside_another():
    """Of 100 m, the 40 m beside it and the 3 m past its end: 5 m away, 4 m to the side."""
    cover = line_cover(lines(ROAD), lines([(0, 4), (40, 4)]), within_m=5)
    assert cover.share == pytest.approx([0.43], abs=1e-3)
    assert cover.most.tolist() == [0]


def test_a_crossing_covers_twice_the_distance():
    assert line_cover(lines(ROAD), lines([(50, -50), (50, 50)]), within_m=4).share == pytest.approx([0.08])


def test_what_two_lines_cover_counts_once():
    others = lines([(0, 1), (60, 1)], [(40, -1), (100, -1)], [(0, 0), (10, 0)])
    cover = line_cover(lines(ROAD, [(0, 50), (9, 50)]), others, within_m=2)
    assert cover.share == pytest.approx([1, 0])
    assert cover.most.tolist() in ([0, -1], [1, -1])


def test_the_one_that_covers_most():
    others = lines([(0, 0), (20, 0)], [(20, 0), (90, 0)], [(20, 0), (90, 0)])
    assert line_cover(lines(ROAD), others, within_m=1).most.tolist() == [1]


def test_several_parts_and_none():
    two = np.array([shapely.MultiLineString([ROAD, [(0, 50), (100, 50)]])])
    assert line_cover(two, lines(ROAD), within_m=1).share == pytest.approx([0.5])
    assert line_cover(lines(ROAD), two, within_m=1).share == pytest.approx([1])
    nothing = np.empty(0, object)
    assert line_cover(lines(ROAD), nothing, within_m=1).share.tolist() == [0]
    assert len(line_cover(nothing, lines(ROAD), within_m=1).most) == 0


walks = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=5, unique=True)


@settings(deadline=None)
@given(st.lists(walks, max_size=4), st.lists(walks, max_size=4))
def test_it_is_the_length_within_the_union_of_all_buffers(ours, theirs):
    ours, theirs = lines(*ours), lines(*theirs)
    cover = line_cover(ours, theirs, within_m=3)
    near = shapely.union_all(shapely.buffer(theirs, 3))
    expected = [line.intersection(near).length / line.length for line in ours]
    assert cover.share == pytest.approx(expected, abs=0.01)
    assert ((cover.most >= 0) == (cover.share > 0)).all()
