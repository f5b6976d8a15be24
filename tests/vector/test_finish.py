import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.errors import OptionsError
from geounet.vector import finish as finishing_module
from geounet.vector.features import concatenate
from geounet.vector.finish import Finishing, finish, regrouped
from geounet.vector.trace import TraceOptions, trace

GSD = (1.0, 1.0)


def land_cover(size=120, seed=0):
    """Four classes without background but for some gaps: shared edges everywhere."""
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.standard_normal((size, size)), 3)
    labels = np.digitize(smooth, np.quantile(smooth, [0.2, 0.4, 0.6, 0.8])).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.005] = 255
    return labels


@pytest.fixture
def finished(strips, plane):
    def run(labels, rows=10_000, *, confidence=None, connectivity=4, **choices):
        ground, options = (
            plane(*labels.shape[-2:]),
            TraceOptions(connectivity=connectivity, clusters="simplify" in choices),
        )
        traces = trace(strips(labels, rows, confidence), ground, options=options)
        batches = list(finish(traces, Finishing(**choices), ground=ground, gsd=GSD))
        return concatenate(batches) if batches else None

    return run


def test_filters_act_on_whole_objects(finished):
    labels = np.zeros((30, 30), np.uint8)
    labels[2:28, 5], labels[10:12, 10:12], labels[20, 20] = 1, 1, 1
    for rows in (1, 7, 30):
        batch = finished(labels, rows, min_area=4.0)
        assert batch.pixels.tolist() == [4, 26]


def test_uncertain_objects_are_left_out_and_unscored_ones_kept(finished):
    labels = np.zeros((5, 9), np.uint8)
    labels[1:4, 1:3], labels[1:4, 5:8] = 1, 1
    confidence = np.full(labels.shape, 100, np.uint8)
    confidence[:, 5:] = 200
    assert finished(labels, confidence=confidence, min_confidence=0.5).confidence.tolist() == [0.8]
    assert len(finished(labels, min_confidence=0.5)) == 2


def test_small_holes_are_filled_and_the_area_grows(finished, shapes):
    labels = np.ones((12, 12), np.uint8)
    labels[2:4, 2:4], labels[6:9, 6:9] = 0, 0
    batch = finished(labels, fill_holes=4.0)
    assert batch.area.tolist() == [144 - 9]
    assert shapely.area(shapes(batch)).tolist() == [144 - 9]
    assert finished(labels, fill_holes=4.0, min_area=135.0) is not None
    assert finished(labels, min_area=135.0) is None
    assert finished(labels, fill_holes=3.9).area.tolist() == [144 - 9 - 4]


@pytest.mark.parametrize("tolerance", [0.5, 1.0, 3.0, 20.0])
def test_simplified_neighbours_share_their_edges(tolerance, finished, shapes):
    labels = land_cover()
    batch = finished(labels, simplify=tolerance)
    outlines = shapes(batch)
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    assert shapely.area(shapely.unary_union(outlines)) == pytest.approx(
        shapely.area(outlines).sum(), rel=1e-12
    )
    np.testing.assert_allclose(batch.area, shapely.area(outlines), rtol=1e-12)
    exact = finished(labels, simplify=1e-9)
    assert (tolerance < 0.7) == (len(batch.vertices) == len(exact.vertices)), (
        "a staircase's triangles are half a pixel"
    )


def test_simplified_outlines_stay_near_the_exact_ones(finished, shapes):
    labels = land_cover()
    exact, simple = finished(labels, simplify=1e-9), finished(labels, simplify=1.5)
    assert len(simple.vertices) < 0.6 * len(exact.vertices)
    apart = shapely.hausdorff_distance(shapes(exact), shapes(simple))
    assert np.quantile(apart, 0.95) < 4
    np.testing.assert_array_equal(simple.pixels, exact.pixels)


@pytest.mark.parametrize(
    "choices", [{}, {"simplify": 1.5}, {"simplify": 1.5, "fill_holes": 4.0, "min_area": 3.0}]
)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_strip_height_changes_nothing(seed, choices, finished, texture, wkb):
    labels = texture(seed)
    confidence = np.random.default_rng(seed).integers(0, 251, labels.shape).astype(np.uint8)
    whole, *others = [
        wkb(finished(labels, rows, confidence=confidence, connectivity=8, **choices))
        for rows in (10_000, 1, 7)
    ]
    assert others == [whole, whole]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_simplified_features_are_valid(seed, finished, texture, shapes):
    batch = finished(texture(seed), connectivity=8, simplify=2.0)
    if batch is not None:
        outlines = shapes(batch)
        assert shapely.is_valid(outlines).all()
        assert not shapely.is_empty(outlines).any()
        assert shapely.coverage_is_valid(outlines)


def test_tolerance_is_in_metres_on_oblong_pixels(strips, plane):
    """A pixel a quarter as wide has triangles of a quarter of the area."""
    labels = np.tril(np.ones((40, 40), np.uint8))
    ground = plane(40, 40)

    def vertices(gsd, tolerance):
        traces = trace(strips(labels, 40), ground, options=TraceOptions(clusters=True))
        return sum(
            len(b.vertices) for b in finish(traces, Finishing(simplify=tolerance), ground=ground, gsd=gsd)
        )

    exact = vertices((1.0, 1.0), 1e-9)
    assert vertices((1.0, 1.0), 0.70) == exact
    assert vertices((1.0, 1.0), 0.72) < 0.6 * exact
    assert vertices((1.0, 0.25), 0.70 / 2) == exact
    assert vertices((1.0, 0.25), 0.72 / 2) < 0.6 * exact


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_batches_depend_on_the_features_alone(rows, strips, plane, texture, monkeypatch):
    monkeypatch.setattr(finishing_module, "BATCH_FEATURES", 5)
    monkeypatch.setattr(finishing_module, "BATCH_VERTICES", 40)
    labels = np.random.default_rng(0).integers(0, 3, (64, 30)).astype(np.uint8)

    def sizes(step):
        traces = trace(strips(labels, step), plane(64, 30), options=TraceOptions())
        return [len(batch) for batch in regrouped(traces)]

    assert sizes(rows) == sizes(64)
    assert max(sizes(rows)) == 5


def test_clusters_are_never_cut(strips, plane, monkeypatch):
    monkeypatch.setattr(finishing_module, "BATCH_FEATURES", 3)
    labels = np.random.default_rng(0).integers(0, 9, (80, 40)).astype(np.uint8)
    labels[labels > 3] = 0
    batches = list(regrouped(trace(strips(labels, 16), plane(80, 40), options=TraceOptions(clusters=True))))
    clusters = [set(batch.cluster.tolist()) for batch in batches]
    assert len(batches) > 10
    assert sum(map(len, clusters)) == len(set().union(*clusters))


@pytest.mark.parametrize("name", ["min_confidence", "min_area", "fill_holes", "simplify"])
@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_values_out_of_range_are_refused(name, value):
    with pytest.raises(OptionsError, match=name):
        Finishing(**{name: value})
