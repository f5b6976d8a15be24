"""What holds for all that is regularised: of any labels, of blocks of buildings, of true footprints."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio.features
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from geounet.evaluation.polis import polis
from geounet.vector import finish as finishing
from geounet.vector.features import concatenate
from geounet.vector.finish import regrouped
from geounet.vector.halo import HALO, with_halo
from geounet.vector.measure import planar_areas
from geounet.vector.regularize import RegularizeOptions, regularize
from geounet.vector.trace import TraceOptions, trace

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEDS = st.integers(0, 2**32 - 1)
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


def iou(one, other):
    return shapely.area(shapely.intersection(one, other)) / shapely.area(shapely.union(one, other))


def overlaps(outlines):
    """Area that any two have in common."""
    one, other = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    return shapely.area(shapely.intersection(outlines[one], outlines[other]))[one < other].sum()


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


def packed(seed):
    """A turned block of rectangles that share walls, some of them missing."""
    rng = np.random.default_rng(seed)
    rows, cols = np.indices((SIZE, SIZE)) + 0.5
    u, v = _turned(np.stack([cols - 60, rows - 60], axis=-1), rng.uniform(0, 90)).transpose(2, 0, 1)
    walls = [np.sort(rng.uniform(-45, 45, rng.integers(2, 6))) for _ in range(2)]
    i, j = np.searchsorted(walls[0], u), np.searchsorted(walls[1], v)
    inside = (i % len(walls[0]) > 0) & (j % len(walls[1]) > 0)
    house = rng.permutation(100)[i * 10 + j] + 1
    return np.where(inside & (house > 15), house, 0).astype(np.uint8)


@given(seed=SEEDS)
@LAW
def test_packed_buildings_neither_overlap_nor_part(seed, regular, shapes):
    labels = packed(seed)
    if not labels.any():
        return
    exact, batch = regular(labels)
    outlines = shapes(batch)
    whole = shapely.unary_union(outlines)
    assert overlaps(outlines) == 0
    assert shapely.area(whole) == pytest.approx(shapely.area(outlines).sum(), rel=1e-12)
    # Walls that were shared are: nothing opened between neighbours.
    touching = shapely.unary_union(shapes(exact)).length
    assert whole.length < 1.05 * touching


@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=SEEDS, least=st.floats(0, 1))
@LAW
def test_any_labels_stay_sound(seed, least, connectivity, regular, shapes, texture):
    labels = texture(seed)
    if not (labels % 255).any():
        return
    exact, batch = regular(labels, connectivity=connectivity, min_iou=least)
    outlines = shapes(batch)
    assert shapely.is_valid(outlines).all()
    assert not shapely.is_empty(outlines).any()
    assert overlaps(outlines) == 0
    assert (iou(outlines, shapes(exact))[batch.regularized] >= least - 1e-9).all()
    for name in ("pixels", "area", "label", "band", "cluster", "last_row", "last_col", "touches_edge"):
        np.testing.assert_array_equal(getattr(batch, name), getattr(exact, name))
    np.testing.assert_allclose(planar_areas(batch), shapely.area(outlines), rtol=1e-9)
    rows, cols = np.nonzero(np.pad(labels == 255, 3, constant_values=True))
    nodata = shapely.box(cols - 3, rows - 3, cols - 2, rows - 2)
    cell, feature = shapely.STRtree(outlines).query(nodata, predicate="intersects")
    assert shapely.area(shapely.intersection(nodata[cell], outlines[feature])).max(initial=0) < 1e-6


@given(seed=SEEDS)
@LAW
def test_the_strip_height_changes_nothing(seed, regular, wkb):
    labels = packed(seed)
    if not labels.any():
        return
    whole, *others = (regular(labels, rows)[1] for rows in (10_000, 1, 7))
    for other in others:
        assert wkb(other) == wkb(whole)
        np.testing.assert_array_equal(other.regularized, whole.regularized)


def test_near_buildings_of_other_batches_do_not_overlap(regular, shapes, monkeypatch):
    monkeypatch.setattr(finishing, "BATCH_FEATURES", 1)
    rng = np.random.default_rng(0)
    places = [(x, y) for x in range(20, 400, 33) for y in range(20, 400, 33)]
    boxes = [
        turned(shapely.box(-14, -11, 14, 11), rng.uniform(0, 90), p + rng.uniform(-2, 2, 2)) for p in places
    ]
    exact, batch = regular(burnt(*boxes, size=420))
    gaps = shapely.STRtree(shapes(exact)).query(shapes(exact), predicate="dwithin", distance=6.0)
    assert (gaps[0] < gaps[1]).sum() > 10
    assert batch.regularized.mean() > 0.9
    assert overlaps(shapes(batch)) == 0


@pytest.mark.data
@pytest.mark.parametrize("name", ["kenya_west", "philippines_east"])
def test_footprints_come_back_better_than_simplified(name, data, regular, shapes):
    """Rasterised at 0.3 m and traced back; against shapely's simplify at no fewer vertices."""
    frame = gpd.read_file(data / "validation" / "buildings" / f"{name}.geojson")
    true = np.asarray(frame.to_crs(frame.estimate_utm_crs()).geometry.make_valid())
    left, bottom, right, top = shapely.total_bounds(true)
    size = int(max(right - left, top - bottom) / 0.3) + 40
    true = shapely.transform(true, lambda xy: np.abs(xy - (left, top)) / 0.3 + 20)
    labels = burnt(*true, size=size)
    exact, batch = regular(labels, gsd=(0.3, 0.3))
    found, outlines = shapes(exact), shapes(batch)
    number = labels[tuple(shapely.get_coordinates(shapely.point_on_surface(found)).astype(int).T[::-1])]
    matched = true[number - 1]
    close = iou(found, matched) > 0.5
    simple = next(
        shape
        for shape in (shapely.simplify(found, tolerance) for tolerance in np.arange(3, 0.1, -0.05))
        if shapely.get_num_coordinates(shape).sum() >= shapely.get_num_coordinates(outlines).sum()
    )
    assert shapely.get_num_coordinates(outlines).sum() < 0.5 * shapely.get_num_coordinates(found).sum()
    assert (iou(outlines, matched) > 0.5).sum() == close.sum()
    assert polis(outlines[close], matched[close]).mean() < 0.9 * polis(simple[close], matched[close]).mean()
    assert overlaps(outlines) == 0
