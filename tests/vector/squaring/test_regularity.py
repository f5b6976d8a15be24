import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geounet.vector.squaring.regularity import is_regular

ONE = np.ones(2)


def multi(*points):
    return np.array([shapely.MultiPolygon([shapely.Polygon(points)])], object)


@given(angle=st.floats(0, 90), off=st.floats(0.01, 44))
def test_a_rectangle_is_regular_in_its_own_direction_alone(angle, off):
    u, v = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    shape = multi((0, 0), (9 * u, 9 * v), (9 * u - 4 * v, 9 * v + 4 * u), (-4 * v, 4 * u))
    assert is_regular(shape, np.radians([angle]), pixel=ONE).all()
    assert not is_regular(shape, np.radians([angle + off]), pixel=ONE).any()
    assert not is_regular(shape, np.array([np.nan]), pixel=ONE).any()


def test_a_parallelogram_has_no_right_angles():
    assert not is_regular(multi((0, 0), (20, 0), (21, 3), (1, 3)), np.zeros(1), pixel=ONE).any()


def test_most_of_the_outline_must_be_along_or_across():
    assert is_regular(multi((0, 0), (10, 0), (10, 8), (8, 10), (0, 10)), np.zeros(1), pixel=ONE).all()
    assert not is_regular(multi((0, 0), (4, 0), (10, 10), (0, 4)), np.zeros(1), pixel=ONE).any()


def test_angles_are_those_on_the_ground():
    diamond = multi((0, 0), (4, 2), (8, 0), (4, -2))
    assert is_regular(diamond, np.array([np.pi / 4]), pixel=np.array([1.0, 2.0])).all()
    assert not is_regular(diamond, np.array([np.pi / 4]), pixel=ONE).any()
