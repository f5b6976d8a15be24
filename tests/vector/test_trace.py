import tracemalloc

import numpy as np
import pytest
import rasterio.features
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.errors import OptionsError
from geounet.strip import LabelStrip
from geounet.vector.trace import TraceOptions, trace

SEEDS = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NEIGHBOURS = {4: None, 8: np.ones((3, 3))}


def objects_of(labels, connectivity):
    """Masks of the objects, by label and last pixel: scipy's."""
    found = {}
    for label in set(np.unique(labels).tolist()) - {0, 255}:
        numbers, count = ndimage.label(labels == label, NEIGHBOURS[connectivity])
        for number in range(1, count + 1):
            mask = numbers == number
            row, col = np.argwhere(mask)[-1]
            found[label, int(row), int(col)] = mask
    return found


def keys(batch):
    return list(zip(batch.label.tolist(), batch.last_row.tolist(), batch.last_col.tolist(), strict=True))


def noise(seed, size, classes):
    return np.random.default_rng(seed).integers(0, classes + 1, (size, size)).astype(np.uint8)


@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=SEEDS)
@LAW
def test_polygons_rasterised_again_are_the_labels(seed, connectivity, texture, traced, shapes):
    labels = texture(seed)
    batch = traced(labels, connectivity=connectivity)
    wanted = np.where(labels == 255, 0, labels)
    if batch is None:
        assert not wanted.any()
        return
    outlines = shapes(batch)
    burnt = rasterio.features.rasterize(zip(outlines, batch.label, strict=True), out_shape=labels.shape)
    np.testing.assert_array_equal(burnt, wanted)
    assert shapely.is_valid(outlines).all()
    np.testing.assert_array_equal(shapely.area(outlines), batch.pixels)


@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=SEEDS)
@LAW
def test_objects_are_scipys(seed, connectivity, texture, traced):
    labels = texture(seed)
    batch = traced(labels, connectivity=connectivity)
    objects = objects_of(labels, connectivity)
    if batch is None:
        assert not objects
        return
    assert sorted(keys(batch)) == sorted(objects)
    assert [objects[key].sum() for key in keys(batch)] == batch.pixels.tolist()
    assert [key[1:] for key in keys(batch)] == sorted(key[1:] for key in keys(batch)), (
        "order of their last pixel"
    )


@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=SEEDS)
@LAW
def test_confidence_and_edges(seed, connectivity, texture, traced):
    labels = texture(seed, most=12)
    confidence = np.random.default_rng(seed).integers(0, 251, labels.shape).astype(np.uint8)
    batch = traced(labels, rows=3, connectivity=connectivity, confidence=confidence)
    if batch is None:
        return
    outside = np.pad(labels == 255, 1, constant_values=True)
    beside = outside[:-2, 1:-1] | outside[2:, 1:-1] | outside[1:-1, :-2] | outside[1:-1, 2:]
    masks = [objects_of(labels, connectivity)[key] for key in keys(batch)]
    np.testing.assert_allclose(batch.confidence, [confidence[m].mean() / 250 for m in masks], rtol=1e-12)
    tenths = [np.percentile(confidence[m], 10, method="inverted_cdf") / 250 for m in masks]
    np.testing.assert_allclose(batch.confidence_p10, tenths, rtol=1e-12)
    assert batch.touches_edge.tolist() == [bool((beside & m).any()) for m in masks]


@pytest.mark.parametrize("clusters", [False, True])
@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=SEEDS)
@LAW
def test_the_strip_height_changes_nothing(seed, connectivity, clusters, texture, traced, wkb):
    labels = texture(seed)
    confidence = np.random.default_rng(seed).integers(0, 251, labels.shape).astype(np.uint8)
    options = {"connectivity": connectivity, "clusters": clusters, "confidence": confidence}
    whole, *others = [traced(labels, rows, **options) for rows in (10_000, 1, 7, 128)]
    for other in others:
        assert wkb(other) == wkb(whole)
        if whole is not None:
            for name in (
                "label",
                "area",
                "confidence",
                "confidence_p10",
                "touches_edge",
                "last_row",
                "last_col",
            ):
                np.testing.assert_array_equal(getattr(other, name), getattr(whole, name))


@given(seed=SEEDS)
@LAW
def test_no_vertex_is_on_a_straight_line(seed, texture, traced):
    batch = traced(texture(seed))
    if batch is None:
        return
    starts = np.concatenate([[0], batch.rings[:-1]])
    for start, stop in zip(starts, batch.rings, strict=True):
        ring = batch.vertices[start:stop]
        assert (ring[0] == ring[-1]).all()
        steps = np.diff(ring, axis=0)
        assert ((steps == 0).sum(axis=1) == 1).all(), "edges run along rows and columns"
        horizontal = steps[:, 0] != 0
        assert (horizontal != np.roll(horizontal, 1)).all(), "each vertex is a turn"


@given(seed=SEEDS)
@LAW
def test_clusters_are_a_coverage_and_hold_what_touches(seed, texture, traced, shapes):
    labels = texture(seed)
    batch = traced(labels, clusters=True)
    if batch is None:
        return
    outlines = shapes(batch)
    assert shapely.coverage_is_valid(outlines)
    traced_pixels = (labels != 0) & (labels != 255)
    _, count = ndimage.label(traced_pixels, np.ones((3, 3)))
    assert len(np.unique(batch.cluster)) == count
    assert (np.diff(batch.cluster) >= 0).all(), "features of a cluster come together"
    plain = traced(labels)
    assert sorted(shapely.to_wkb(shapely.normalize(shapely.simplify(outlines, 0)))) == sorted(
        shapely.to_wkb(shapely.normalize(shapely.simplify(shapes(plain), 0)))
    )


@pytest.mark.parametrize(
    ("rows", "holes"),
    [
        (["111", "101", "111"], [1]),
        (["1110", "1011", "1110"], [1]),
        (["11111", "10111", "11011", "11111"], [2]),  # two holes that touch at a corner
        (["1101", "1011", "1111"], [1]),  # an outline that closes on itself: a hole that touches the shell
        (["010", "101", "010"], [0, 0, 0, 0]),  # four objects round what is no hole of any
    ],
)
def test_shapes_that_touch_at_corners(rows, holes, traced, shapes):
    labels = np.array([[int(c) for c in row] for row in rows], np.uint8)
    outlines = shapes(traced(labels))
    assert shapely.is_valid(outlines).all()
    assert [len(part.interiors) for outline in outlines for part in outline.geoms] == holes


def test_bands_are_traced_apart_and_merged_by_last_pixel(traced, texture, shapes):
    first = noise(3, 20, 1)
    labels = np.stack([first, first.T, np.where(first == 1, 0, 1).astype(np.uint8)])
    batch = traced(labels, rows=6)
    assert batch is not None
    order = list(zip(batch.last_row.tolist(), batch.last_col.tolist(), batch.band.tolist(), strict=True))
    assert order == sorted(order)
    for band in range(3):
        alone = traced(labels[band])
        np.testing.assert_array_equal(
            shapely.to_wkb(shapes(batch.select(batch.band == band))), shapely.to_wkb(shapes(alone))
        )


def test_agrees_with_rasterio_on_a_larger_raster(traced, shapes):
    smooth = ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((300, 400)), 3)
    labels = (np.digitize(smooth, [-0.02, 0.03, 0.06])).astype(np.uint8)
    mine = shapely.normalize(shapes(traced(labels, rows=64)))
    theirs = [
        shapely.geometry.shape(s)
        for s, _ in rasterio.features.shapes(labels, mask=labels > 0, connectivity=4)
    ]
    assert len(mine) == len(theirs)
    assert sorted(shapely.area(mine)) == sorted(shapely.area(theirs))
    tree = shapely.STRtree(theirs)
    left, right = tree.query(mine, predicate="covers")
    same = shapely.equals(mine[left], np.array(theirs)[right])
    assert len(np.unique(left[same])) == len(mine)


def test_noise_is_valid(traced, shapes):
    labels = noise(1, 300, 1)
    outlines = shapes(traced(labels))
    assert shapely.is_valid(outlines).all()
    assert shapely.area(outlines).sum() == labels.sum()


@pytest.mark.parametrize("value", [0, 255])
def test_nothing_to_trace(value, traced):
    assert traced(np.full((5, 9), value, np.uint8)) is None


def test_a_full_raster_is_one_rectangle(traced):
    batch = traced(np.full((3, 17), 7, np.uint8))
    assert batch.vertices.tolist() == [[0, 0], [0, 3], [17, 3], [17, 0], [0, 0]]
    assert batch.label.tolist() == [7]
    assert batch.touches_edge.tolist() == [True]


def test_memory_does_not_grow_with_height(plane):
    width = 256

    def peak(height):
        block = noise(5, width, 1)
        block[-1] = 0
        strips = (LabelStrip(row, block[None]) for row in range(0, height, width))
        tracemalloc.start()
        features = sum(len(batch) for batch in trace(strips, plane(height, width), options=TraceOptions()))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return features, most

    few, small = peak(4 * width)
    many, large = peak(64 * width)
    assert many > 10 * few
    assert large < 1.2 * small


def test_strips_out_of_order_are_refused(plane):
    with pytest.raises(ValueError, match="expected 4 at row 2"):
        list(
            trace(
                [LabelStrip(0, np.zeros((1, 2, 4), np.uint8)), LabelStrip(3, np.zeros((1, 2, 4), np.uint8))],
                plane(5, 4),
                options=TraceOptions(),
            )
        )


def test_unknown_connectivity_is_refused():
    with pytest.raises(OptionsError, match="choose 4 or 8"):
        TraceOptions(connectivity=6)
