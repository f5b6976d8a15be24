"""Centrelines of drawn roads, whatever their direction, their meetings and the way that they are read."""

from dataclasses import fields

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.vector.centrelines import RoadNetwork


def same(one, other):
    return all(
        np.array_equal(
            getattr(one, f.name), getattr(other, f.name), equal_nan=getattr(one, f.name).dtype.kind == "f"
        )
        for f in fields(RoadNetwork)
    )


def star(angles, *, radius=60.0, centre=(75.0, 75.0)):
    """Roads from a centre in some directions, in degrees."""
    for angle in np.radians(angles):
        tip = centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)
        yield centre, tip


@pytest.mark.parametrize("width", [3, 4, 7, 12, 31])
@pytest.mark.parametrize("angle", range(0, 180, 15))
def test_a_straight_road_is_one_straight_line_as_wide_as_it_is(traced, drawn, width, angle):
    centre = np.array([120.3, 119.6])
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    labels = drawn([([centre - 100 * along, centre + 100 * along], width)], (240, 240))
    network = traced(labels)
    assert len(network) == 1
    away = (network.vertices - centre) @ np.array([-along[1], along[0]])
    assert np.abs(away).max() < 1
    assert network.width_m[0] == pytest.approx(labels.sum() / 200, abs=1)
    assert network.length_m[0] == pytest.approx(200, abs=6)
    assert not network.touches_edge.any()


@pytest.mark.parametrize("angle", [0, 30, 45, 75])
def test_a_line_one_pixel_wide_is_a_road(traced, angle):
    labels = np.zeros((120, 120), np.uint8)
    steps = np.arange(-55, 56, 0.25)
    row, col = (60 + np.outer(steps, [np.sin(np.radians(angle)), np.cos(np.radians(angle))])).astype(int).T
    labels[row, col] = 1
    network = traced(labels)
    assert len(network) == 1
    assert network.length_m[0] == pytest.approx(110, abs=3)
    assert network.width_m[0] == pytest.approx(1, abs=1)


@pytest.mark.parametrize("turn", [0, 10, 45])
@pytest.mark.parametrize("crossing", [30, 40, 50, 60, 90])
@pytest.mark.parametrize("width", [5, 8])
def test_a_crossing_is_one_node(traced, drawn, degrees, turn, crossing, width):
    roads = [([a, b], width) for a, b in star([turn, turn + 180, turn + crossing, turn + crossing + 180])]
    network = traced(drawn(roads, (150, 150)))
    assert degrees(network) == [1, 1, 1, 1, 4]
    node = network.nodes[np.bincount(network.ends.ravel()) == 4][0]
    assert node == pytest.approx([75, 75], abs=1.5)


@pytest.mark.parametrize("turn", [0, 20, 45, 70])
@pytest.mark.parametrize("angles", [(0, 180, 90), (0, 120, 240), (0, 180, 60)])
@pytest.mark.parametrize("width", [5, 8])
def test_three_roads_meet_in_one_node_and_the_road_through_is_straight(
    traced, drawn, degrees, turn, angles, width
):
    roads = [([a, b], width) for a, b in star([angle + turn for angle in angles])]
    network = traced(drawn(roads, (150, 150)))
    assert degrees(network) == [1, 1, 1, 3]
    node = network.nodes[np.bincount(network.ends.ravel()) == 3][0]
    assert node == pytest.approx([75, 75], abs=1.5)


def test_a_ring_road_stays_a_ring(traced, drawn, degrees):
    angle = np.linspace(0, 2 * np.pi, 200)
    ring = np.column_stack([75 + 18 * np.cos(angle), 75 + 18 * np.sin(angle)])
    roads = [
        (ring, 7),
        *(
            ([(75 + 18 * dx, 75 + 18 * dy), (75 + 70 * dx, 75 + 70 * dy)], 7)
            for dx, dy in ((1, 0), (-1, 0), (0, 1))
        ),
    ]
    network = traced(drawn(roads, (150, 150)))
    assert degrees(network) == [1, 1, 1, 3, 3, 3]
    on_ring = np.hypot(*(network.vertices - 75).T) < 25
    assert np.hypot(*(network.vertices[on_ring] - 75).T) == pytest.approx(18, abs=2.2)


def test_a_ring_of_its_own_has_one_node_and_is_smooth_where_it_begins(traced, drawn):
    angle = np.linspace(0, 2 * np.pi, 200)
    ring = np.column_stack([75 + 40 * np.cos(angle), 75 + 40 * np.sin(angle)])
    network = traced(drawn([(ring, 6)], (150, 150)))
    assert network.ends.tolist() == [[0, 0]]
    assert np.hypot(*(network.vertices - 75).T) == pytest.approx(40, abs=1)
    assert network.length_m[0] == pytest.approx(80 * np.pi, rel=0.02)


def test_a_place_too_wide_for_a_road_is_a_crossing(traced, drawn, degrees):
    roads = [([(75, 45), (75, 105)], 60), ([(5, 75), (145, 75)], 8), ([(75, 5), (75, 145)], 8)]
    network = traced(drawn(roads, (150, 150)), max_width=30.0)
    assert degrees(network) == [1, 1, 1, 1, 4]
    node = network.nodes[np.bincount(network.ends.ravel()) == 4][0]
    assert node == pytest.approx([75, 75], abs=2)


@pytest.mark.parametrize(
    "labels", [np.zeros((40, 30)), np.ones((40, 30)), np.full((40, 30), 255), np.ones((1, 1))]
)
def test_without_sides_there_is_no_road(traced, labels):
    network = traced(labels.astype(np.uint8), min_length=0.0)
    assert len(network) == len(network.nodes) == len(network.vertices) == 0


def test_one_pixel_and_a_blob_are_no_road(traced):
    labels = np.zeros((60, 60), np.uint8)
    labels[3, 4] = 1
    row, col = np.mgrid[:60, :60]
    labels[(row - 35) ** 2 + (col - 35) ** 2 < 8**2] = 1
    assert len(traced(labels)) == 0


@pytest.mark.parametrize(("length", "kept"), [(30, 1), (12, 0)])
def test_what_is_short_and_alone_is_left_out(traced, drawn, length, kept):
    assert len(traced(drawn([([(20, 20), (20 + length, 20)], 5)], (40, 80)), min_length=20.0)) == kept


def test_stubs_at_a_road_are_no_streets_and_streets_are(traced, drawn, degrees):
    roads = [([(5, 50), (195, 50)], 8), ([(60, 50), (60, 43)], 4), ([(120, 50), (120, 25)], 6)]
    assert degrees(traced(drawn(roads, (100, 200)))) == [1, 1, 1, 3]


def test_holes_and_ragged_outlines_leave_no_trace(traced, drawn, lines):
    road = [(15, 20), (180, 60)]
    labels = drawn([(road, 9)], (80, 200))
    rng = np.random.default_rng(0)
    outline = ndimage.binary_dilation(labels == 1) & ~ndimage.binary_erosion(labels == 1)
    labels[outline & (rng.random(labels.shape) < 0.3)] ^= 1
    labels[rng.random(labels.shape) < 0.03] ^= 1
    (line,) = lines(traced(labels))
    assert line.hausdorff_distance(shapely.LineString(road)) < 4
    inner = shapely.LineString(road).interpolate(np.linspace(0.05, 0.95, 50), normalized=True)
    assert shapely.distance(inner, line).max() < 1.5


@pytest.mark.parametrize("edge", ["raster", "nodata"])
def test_a_road_goes_on_to_where_the_raster_ends(traced, drawn, lines, edge):
    road = [(-20, 10), (220, 70)]
    labels = drawn([(road, 8)], (80, 200))
    if edge == "nodata":
        labels = np.pad(labels, 30, constant_values=255)
    network = traced(labels)
    (line,) = lines(network)
    inside = shapely.LineString(road).intersection(shapely.box(0, 0, 200, 80))
    if edge == "nodata":
        inside = shapely.transform(inside, lambda xy: xy + 30)
    assert line.hausdorff_distance(inside) < 1.5
    assert network.touches_edge.all()


def test_labels_and_bands_are_networks_of_their_own(traced, drawn):
    road, track = (
        drawn([([(5, 30), (145, 30)], 8)], (100, 150)),
        drawn([([(75, 5), (75, 95)], 5)], (100, 150)),
    )
    one = traced(np.where(track == 1, 3, road).astype(np.uint8))
    assert sorted(set(one.label.tolist())) == [1, 3]
    both = traced(np.stack([road, track]))
    assert both.band.tolist() == [0, 1] or both.band.tolist() == [1, 0]
    assert (both.label == 1).all()
    for band, labels in enumerate((road, track)):
        alone = traced(labels)
        assert network_of(both, band).tolist() == alone.vertices.tolist()


def network_of(network, band):
    begins = np.concatenate([[0], network.stops])
    return np.concatenate(
        [network.vertices[begins[k] : network.stops[k]] for k in np.flatnonzero(network.band == band)]
    )


def test_confidence_is_the_mean_probability_along_the_line(traced, drawn):
    labels = drawn([([(5, 50), (145, 50)], 8)], (100, 150))
    sure = np.full(labels.shape, 240, np.uint8)
    sure[:, :50] = 200
    network = traced(labels, confidence=sure)
    assert network.confidence[0] == pytest.approx((45 * 0.8 + 95 * 0.96) / 140, abs=0.01)
    assert network.confidence_p10[0] == pytest.approx(0.8)
    assert np.isnan(traced(labels).confidence).all()


def texture(seed):
    """Labels of blobs, lines or speckles, with holes in what is known."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 220, 2))
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape), rng.uniform(1, 9))
    labels = smooth > 0 if seed % 3 == 0 else np.abs(smooth) < rng.uniform(0.002, 0.02)
    if seed % 3 == 2:
        labels ^= rng.random(shape) < 0.05
    out = labels.astype(np.uint8)
    out[ndimage.gaussian_filter(rng.standard_normal(shape), 20) > 0.03] = 255
    sure = rng.integers(100, 251, shape).astype(np.uint8)
    return out, sure if rng.random() < 0.5 else None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), gsd=st.sampled_from([0.5, 1.0, (0.8, 1.2)]))
def test_how_rows_come_changes_nothing_and_lines_end_at_their_nodes(traced, seed, gsd):
    labels, confidence = texture(seed)
    whole = traced(labels, confidence=confidence, gsd=gsd)
    for rows, block_rows in ((1, 8), (7, 32), (1000, 64)):
        part = traced(labels, rows=rows, confidence=confidence, gsd=gsd, block_rows=block_rows)
        assert same(whole, part)
    begins = np.concatenate([[0], whole.stops[:-1]]).astype(int)[: len(whole)]
    assert (whole.vertices[begins] == whole.nodes[whole.ends[:, 0]]).all()
    assert (whole.vertices[whole.stops - 1] == whole.nodes[whole.ends[:, 1]]).all()
    height, width = labels.shape
    assert (whole.vertices >= 0).all()
    assert (whole.vertices <= [width, height]).all()
    assert (whole.length_m > 0).all()
    assert (whole.ends[:, 0] <= whole.ends[:, 1]).all()
    order = np.lexsort((whole.nodes[:, 0], whole.nodes[:, 1]))
    assert (order == np.arange(len(whole.nodes))).all()


def test_a_road_across_blocks_is_one_line(traced, drawn, lines):
    road = [(20, 5), (60, 395)]
    network = traced(drawn([(road, 7)], (400, 80)), rows=7, block_rows=32)
    (line,) = lines(network)
    assert line.hausdorff_distance(shapely.LineString(road)) < 1.5


@pytest.mark.parametrize("gsd", [(1.0, 0.5), (0.6, 1.3)])
def test_oblong_pixels_change_nothing_on_the_ground(traced, drawn, degrees, gsd):
    roads = [([(20, 20), (180, 110)], 8), ([(20, 110), (180, 20)], 6)]
    shape = round(130 / gsd[0]), round(200 / gsd[1])
    areas = drawn(roads, (1300, 2000), gsd=0.1)
    row = ((np.arange(shape[0]) + 0.5) * gsd[0] * 10).astype(int)
    col = ((np.arange(shape[1]) + 0.5) * gsd[1] * 10).astype(int)
    network = traced(areas[np.ix_(row.clip(0, 1299), col.clip(0, 1999))], gsd=gsd)
    assert degrees(network) == [1, 1, 1, 1, 4]
    assert network.length_m.sum() == pytest.approx(2 * np.hypot(160, 90), abs=8)
    assert sorted(network.width_m) == pytest.approx([6, 6, 8, 8], abs=1)
    node = network.nodes[np.bincount(network.ends.ravel()) == 4][0] * [gsd[1], gsd[0]]
    assert node == pytest.approx([100, 65], abs=1.5)


def test_fine_pixels_are_joined_and_give_the_same_roads(traced, drawn, degrees):
    roads = [([(3, 10), (37, 10)], 3), ([(20, 2), (20, 28)], 2.5)]
    fine, coarse = (
        traced(drawn(roads, (round(30 / gsd), round(40 / gsd)), gsd=gsd), gsd=gsd) for gsd in (0.05, 0.3)
    )
    assert degrees(fine) == degrees(coarse) == [1, 1, 1, 1, 4]
    assert fine.nodes * 0.05 == pytest.approx(coarse.nodes * 0.3, abs=0.4)
    assert fine.width_m == pytest.approx(coarse.width_m, abs=0.35)
    assert fine.length_m.sum() == pytest.approx(60, abs=1)


@pytest.mark.data
def test_real_roads_have_no_spurs_and_cover_their_labels(traced, data):
    rasterio = pytest.importorskip("rasterio")
    with rasterio.open(data / "validation" / "roads" / "massachusetts_18028870_roads.tif") as file:
        labels = file.read(1)
    network = traced(labels)
    begins = np.concatenate([[0], network.stops])
    lines = shapely.MultiLineString(
        [network.vertices[a:b] for a, b in zip(begins[:-1], network.stops, strict=True)]
    )
    row, col = np.nonzero(labels == 1)
    road = shapely.points(col + 0.5, row + 0.5)
    shapely.prepare(lines)
    assert (shapely.distance(road, lines) < 5).mean() > 0.99
    inside = shapely.get_coordinates(shapely.segmentize(lines, 1.0)).astype(int)
    assert (labels[inside[:, 1].clip(0, 1499), inside[:, 0].clip(0, 1499)] == 1).mean() > 0.97
    free = np.bincount(network.ends.ravel(), minlength=len(network.nodes)) == 1
    dead = free[network.ends].any(axis=1) & ~network.touches_edge
    assert network.length_m[dead].min() > 10
