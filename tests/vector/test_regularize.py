import numpy as np
import pytest
import rasterio.features
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from geounet.errors import OptionsError
from geounet.vector.features import concatenate
from geounet.vector.finish import regrouped
from geounet.vector.halo import HALO, with_halo
from geounet.vector.regularize import RegularizeOptions, regularize
from geounet.vector.trace import TraceOptions, trace

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANGLES = st.floats(0, 90)
PIXEL = (1.0, 1.0)
SIZE = 120


def burnt(*polygons, size=SIZE):
    """Polygons in pixels as labels 1, 2 …"""
    values = zip(polygons, range(1, len(polygons) + 1), strict=True)
    return rasterio.features.rasterize(values, (size, size), transform=Affine.identity()).astype(np.uint8)


def turned(polygon, angle, place=(60.0, 60.0)):
    """A polygon turned about its centre and moved."""
    return shapely.transform(polygon, lambda xy: _turned(xy, angle) + place)


def _turned(xy, angle):
    u, v = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return xy @ np.array([[u, v], [-v, u]])


def corners(shape):
    return shapely.get_coordinates(shape)[:-1]


def angles_of(shape, gsd=PIXEL):
    """The turn at each corner of each ring, in degrees from 0 to 180."""
    turns = []
    for part in shapely.get_parts(shape):
        for ring in [part.exterior, *part.interiors]:
            step = np.diff(np.asarray(ring.coords) * (gsd[1], gsd[0]), axis=0)
            direction = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
            turns.extend(np.abs((np.roll(direction, -1) - direction + 180) % 360 - 180))
    return np.array(turns)


def iou(one, other):
    return shapely.area(shapely.intersection(one, other)) / shapely.area(shapely.union(one, other))


@pytest.fixture
def regular(strips, plane):
    """The objects of labels, exact and regularised."""

    def run(labels, rows=10_000, *, gsd=PIXEL, connectivity=4, **choices):
        options = RegularizeOptions(**choices)
        traces = trace(
            with_halo(strips(labels, rows), options.reach(gsd)),
            plane(*labels.shape[-2:]),
            options=TraceOptions(connectivity=connectivity, clusters=True),
        )
        exact, done = [], []
        for batch in regrouped(traces):
            exact.append(batch.select(batch.label != HALO))
            done.append(regularize(batch, options, gsd=gsd))
        return concatenate(exact), concatenate(done)

    return run


@given(
    angle=ANGLES,
    sides=st.tuples(st.floats(20, 60), st.floats(20, 60)),
    place=st.tuples(st.floats(55, 65), st.floats(55, 65)),
)
@LAW
def test_a_rectangle_comes_back(angle, sides, place, regular, shapes):
    true = turned(shapely.box(*(-s / 2 for s in sides), *(s / 2 for s in sides)), angle, place)
    _, batch = regular(burnt(true))
    (shape,) = shapes(batch)
    assert batch.regularized.tolist() == [True]
    assert len(corners(shape)) == 4
    np.testing.assert_allclose(angles_of(shape), 90, atol=1e-6)
    away = np.abs(corners(true)[:, None] - corners(shape)[None]).max(axis=2)
    assert away.min(axis=1).max() < 1
    assert away.min(axis=0).max() < 1


@given(angle=ANGLES)
@LAW
def test_corners_that_turn_in_are_right_angles_too(angle, regular, shapes):
    true = turned(shapely.Polygon([(-30, -30), (30, -30), (30, -5), (0, -5), (0, 25), (-30, 25)]), angle)
    _, batch = regular(burnt(true))
    (shape,) = shapes(batch)
    assert len(corners(shape)) == 6
    np.testing.assert_allclose(angles_of(shape), 90, atol=1e-6)
    assert iou(shape, true) > 0.97


@given(angle=ANGLES)
@LAW
def test_a_courtyard_is_kept_and_squared(angle, regular, shapes):
    true = turned(shapely.box(-35, -30, 35, 30) - shapely.box(-12, -10, 15, 10), angle)
    _, batch = regular(burnt(true))
    (shape,) = shapes(batch)
    (hole,) = shapely.get_parts(shape)[0].interiors
    assert len(hole.coords) == 5
    np.testing.assert_allclose(angles_of(shape), 90, atol=1e-6)
    assert iou(shape, true) > 0.95


@pytest.mark.parametrize("radius", [9, 15, 30, 50])
def test_a_circle_is_left_alone(radius, regular, shapes):
    true = shapely.Point(60, 60).buffer(radius)
    exact, batch = regular(burnt(true))
    assert batch.regularized.tolist() == [False]
    assert iou(shapes(batch), shapes(exact)).min() > 0.9
    assert shapely.hausdorff_distance(shapes(batch)[0], true) < 3


def test_a_slanted_wall_stays_slanted(regular, shapes):
    true = shapely.Polygon([(20, 20), (90, 20), (90, 60), (60, 90), (20, 90)])
    _, batch = regular(burnt(true))
    assert batch.regularized.tolist() == [True]
    np.testing.assert_allclose(np.sort(angles_of(shapes(batch)[0]))[:2], 45, atol=1.5)
    assert (np.abs(angles_of(shapes(batch)[0]) - 90) < 1e-6).sum() == 3


@given(angle=ANGLES, share=st.floats(0.3, 0.7))
@LAW
def test_neighbours_share_a_wall_and_a_direction(angle, share, regular, shapes):
    cut = -40 + 80 * share
    one, other = (turned(shapely.box(a, -20, b, 20), angle) for a, b in ((-40, cut), (cut, 40)))
    exact, batch = regular(burnt(one, other))
    a, b = shapes(batch)
    assert batch.regularized.all()
    assert shapely.coverage_is_valid(shapes(batch))
    np.testing.assert_allclose((angles_of(shapely.union(a, b)) + 45) % 90, 45, atol=1e-6)
    assert shapely.length(shapely.intersection(a, b)) == pytest.approx(40, abs=1.5)
    assert len(corners(shapely.union(a, b).simplify(1e-6))) == 4
    assert shapely.area(shapes(batch)).sum() == pytest.approx(exact.pixels.sum(), rel=0.01)


def test_what_is_regular_stays_as_it_is(regular, shapes):
    labels = burnt(shapely.box(20, 20, 50, 41), shapely.box(50, 30, 70, 60), shapely.box(75, 5, 90, 100))
    exact, batch = regular(labels)
    assert batch.regularized.all()
    assert shapely.equals(shapes(batch), shapes(exact)).all()
    angle = 20
    slanted = burnt(*(turned(shapely.box(a, -20, b, 20), angle) for a, b in ((-40, -5), (-5, 30))))
    _, once = regular(slanted)
    twice = regularize(once, RegularizeOptions(), gsd=PIXEL)
    np.testing.assert_array_equal(once.regularized, twice.regularized)
    np.testing.assert_allclose(
        shapely.area(shapely.symmetric_difference(shapes(once), shapes(twice))), 0, atol=1e-6
    )


def test_the_least_overlap_is_kept(regular):
    labels = burnt(turned(shapely.box(-20, -20, 20, 20), 30))
    assert regular(labels, min_iou=0.9)[1].regularized.all()
    assert not regular(labels, min_iou=0.99)[1].regularized.any()


def test_right_angles_are_those_on_the_ground(regular, shapes):
    """Pixels twice as long down a column as along a row."""
    true = shapely.transform(turned(shapely.box(-25, -18, 25, 18), 25), lambda xy: xy * (1, 0.5))
    _, batch = regular(burnt(true), gsd=(2.0, 1.0))
    (shape,) = shapes(batch)
    assert batch.regularized.all()
    np.testing.assert_allclose(angles_of(shape, (2.0, 1.0)), 90, atol=1e-6)
    assert iou(shape, true) > 0.96


def test_walls_stay_on_the_edge_of_the_data(regular, shapes):
    box = turned(shapely.box(-30, -20, 30, 20), 20, (10, 60))
    _, batch = regular(burnt(box))
    (shape,) = shapes(batch)
    on_edge = corners(shape)[:, 0] == 0
    assert on_edge.sum() == 2
    assert corners(shape).min() == 0
    assert batch.touches_edge.all()


def test_bands_do_not_know_of_one_another(regular, shapes):
    box = shapely.box(-25, -18, 25, 18)
    labels = np.stack([burnt(turned(box, angle)) for angle in (10, 40)])
    _, both = regular(labels)
    alone = [regular(band)[1] for band in labels]
    for band, one in enumerate(alone):
        assert shapes(both)[both.band == band][0].equals(shapes(one)[0])


def test_no_features_are_no_features(regular, traced):
    batch = traced(np.array([[1, 0], [0, 0]], np.uint8), clusters=True)
    empty = batch.select(np.zeros(1, np.bool_))
    assert len(regularize(empty, RegularizeOptions(), gsd=PIXEL)) == 0


def test_values_out_of_range_are_refused():
    for values in (
        {"min_iou": -0.1},
        {"min_iou": 1.1},
        {"tolerance": 0.0},
        {"tolerance": np.inf},
        {"agree": 45.0},
    ):
        with pytest.raises(OptionsError, match=next(iter(values))):
            RegularizeOptions(**values)


def test_the_reach_is_more_than_the_tolerance():
    for gsd in ((0.3, 0.3), (1.0, 0.25)):
        for tolerance in (0.2, 0.55, 3.0):
            assert RegularizeOptions(tolerance=tolerance).reach(gsd) * min(gsd) > tolerance
