import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import shapes as traced

from geounet.vector.squaring import common
from geounet.vector.squaring.common import common_areas


def of_pixels(mask):
    """A mask's pixels as one area."""
    found = [shapely.geometry.shape(shape) for shape, value in traced(mask.astype(np.uint8)) if value]
    return shapely.MultiPolygon(found)


def of_points(points):
    """A valid area whose outline goes through points; with holes and parts where it crosses itself."""
    lines = shapely.unary_union(shapely.LinearRing(points))
    return shapely.MultiPolygon(list(shapely.get_parts(shapely.polygonize([*shapely.get_parts(lines)])))[::2])


@given(st.integers(0, 2**32 - 1), st.integers(1, 24))
@settings(max_examples=60, deadline=None)
def test_common_areas_are_those_of_crossed_outlines(seed, size):
    random = np.random.default_rng(seed)
    mask = random.random((size, size)) < random.uniform(0.2, 0.9)
    mask[0, 0] = True
    exact = of_pixels(mask)
    drawn = [of_points(random.uniform(-3, size + 3, (count, 2))) for count in (3, 4, 6, 9)]
    drawn += [of_points(random.integers(-3, size + 3, (5, 2))), exact, shapely.box(0.25, 0, size, 0.5)]
    drawn = np.array([shape for shape in drawn if shapely.is_valid(shape) and shape.area > 0], object)
    exact = np.full(len(drawn), exact)
    oracle = shapely.area(shapely.intersection(drawn, exact))
    assert common_areas(drawn, exact) == pytest.approx(oracle, abs=1e-9)


def test_holes_are_left_out_whichever_way_they_run():
    frame = shapely.box(2, 2, 12, 12).difference(shapely.box(5, 5, 9, 9))
    shell, hole = frame.exterior.coords, frame.interiors[0].coords
    ways = [shapely.Polygon(shell[::one], [hole[::other]]) for one in (1, -1) for other in (1, -1)]
    drawn = np.array([shapely.MultiPolygon([way]) for way in ways], object)
    inner = np.full(4, shapely.box(4, 4, 10, 12))
    assert common_areas(drawn, inner).tolist() == [6 * 8 - 16.0] * 4


def test_far_from_the_origin_and_beyond_the_limit(monkeypatch):
    random = np.random.default_rng(1)
    square = shapely.box(1_000_000, 2_000_000, 1_000_030, 2_000_020)
    corners = random.uniform(0, 30, (8, 4, 2)) + np.array([1_000_000, 2_000_000])
    drawn = np.array(
        [shapely.MultiPolygon([shapely.convex_hull(shapely.MultiPoint(p))]) for p in corners], object
    )
    exact = np.full(8, square)
    within = common_areas(drawn, exact)
    monkeypatch.setattr(common, "LARGEST", 0)
    assert within == pytest.approx(common_areas(drawn, exact), abs=1e-6)


def test_nothing_has_nothing_in_common():
    nothing = np.zeros(0, object)
    assert len(common_areas(nothing, nothing)) == 0
