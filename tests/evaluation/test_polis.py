import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate

from geounet.evaluation.polis import polis


def one(a, b):
    return float(polis(np.array([a]), np.array([b]))[0])


def by_hand(a, b):
    """The paper's formula, point by point."""

    def way(here, there):
        points = [shapely.Point(xy) for part in shapely.get_parts(here) for xy in part.exterior.coords[:-1]]
        line = shapely.union_all([part.exterior for part in shapely.get_parts(there)])
        return sum(point.distance(line) for point in points) / (2 * len(points))

    return way(a, b) + way(b, a)


def test_two_squares_a_metre_apart():
    # Of each square's corners two lie a metre beside the other, and two on its sides: twice (1 + 1) / (2 × 4).
    square = shapely.box(0, 0, 10, 10)
    assert one(square, translate(square, 1, 0)) == pytest.approx(0.5)


def test_a_square_in_a_square():
    # Each corner of the inner lies 2 m from two sides; each of the outer 2√2 m from a corner.
    assert one(shapely.box(2, 2, 8, 8), shapely.box(0, 0, 10, 10)) == pytest.approx((2 + 2 * 2**0.5) / 2)


def test_the_outline_alone_counts():
    square = shapely.box(0, 0, 10, 10)
    assert one(square, square) == 0
    assert one(square, square.difference(shapely.box(4, 4, 6, 6))) == 0


sides = st.floats(1, 20)
turns = st.floats(-180, 180)


@settings(deadline=None)
@given(sides, sides, turns, st.floats(-5, 5), st.integers(3, 9))
def test_the_formula_of_the_paper(width, height, turn, shift, corners):
    a = rotate(shapely.box(0, 0, width, height), turn)
    b = translate(shapely.Point(3, 4).buffer(6, quad_segs=corners), shift)
    c = shapely.MultiPolygon([translate(a, 30), b])
    got = polis(np.array([a, c, b]), np.array([b, a, c]))
    assert got == pytest.approx([by_hand(a, b), by_hand(c, a), by_hand(b, c)])
    assert got == pytest.approx(polis(np.array([b, a, c]), np.array([a, c, b])))


def test_pairs_beyond_a_block(monkeypatch):
    squares = np.array([shapely.box(0, 0, 10, 10 + i) for i in range(7)])
    whole = polis(squares, squares[::-1])
    monkeypatch.setattr("geounet.evaluation.polis._BLOCK", 3)
    assert polis(squares, squares[::-1]).tolist() == whole.tolist()


def test_no_pairs():
    nothing = np.empty(0, object)
    assert len(polis(nothing, nothing)) == 0
