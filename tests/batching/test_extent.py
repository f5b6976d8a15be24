import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import box
from shapely.geometry import shape

from geounet.batching.extent import area_m2, hull, outline

DEGREES = st.floats(-179, 179)


@given(st.floats(-80, 70), st.floats(0.01, 10), st.floats(-170, 160), st.floats(0.01, 20))
def test_ground_is_that_of_the_ellipsoid(south, high, west, wide):
    north, east = south + high, west + wide
    across = np.linspace(west, east, 400)  # many points: a parallel is no geodesic
    x = np.concatenate([across, across[::-1]])
    y = np.concatenate([np.full(400, south), np.full(400, north)])
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(x, y)
    assert area_m2((west, south, east, north)) == pytest.approx(area, rel=1e-4)


def test_ground_across_180_degrees():
    assert area_m2((179, 0, -179, 1)) == pytest.approx(area_m2((10, 0, 12, 1)))


@given(st.lists(st.tuples(st.floats(-60, 50), st.floats(-80, 70), st.floats(0, 9)), min_size=1, max_size=8))
def test_on_one_side_of_the_earth_a_hull_is_shapelys(corners):
    rectangles = [(west, south, west + side, south + side) for west, south, side in corners]
    expected = np.array([box(*one).bounds for one in rectangles])
    assert hull(rectangles) == pytest.approx((*expected.min(axis=0)[:2], *expected.max(axis=0)[2:]))


@pytest.mark.parametrize(
    ("rectangles", "expected"),
    [
        ([(178, 0, 179, 1), (-179, 2, -178, 3)], (178, 0, -178, 3)),
        ([(179, 0, -179, 1)], (179, 0, -179, 1)),
        ([(179, 0, -179, 1), (177, 5, 178, 6)], (177, 0, -179, 6)),
        ([(-180, -90, 180, 90)], (-180, -90, 180, 90)),
        ([(-180, -10, 180, 10), (5, 5, 20, 20)], (-180, -10, 180, 20)),
    ],
)
def test_a_hull_lies_on_the_narrow_side(rectangles, expected):
    assert hull(rectangles) == pytest.approx(expected)


def test_an_outline_is_counterclockwise_and_cut_at_180_degrees():
    one = shape(outline((1, 2, 3, 5)))
    assert one.exterior.is_ccw
    assert one.bounds == (1, 2, 3, 5)
    west, east = shape(outline((179, 0, -178, 1))).geoms
    assert (west.bounds, east.bounds) == ((179, 0, 180, 1), (-180, 0, -178, 1))
    assert west.exterior.is_ccw
