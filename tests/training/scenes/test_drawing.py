"""Labels, weights and places of a scene, as training and as validation see them."""

import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.features import rasterize
from scipy import ndimage

from geounet.errors import TrainingError
from geounet.georeference import Georeference
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.borders import border_weights, gaps
from geounet.training.scenes.drawing import draw_labels
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.pixel_size import PixelSize
from geounet.training.scenes.places import MOST

UTM = CRS.from_epsg(32737)
GRID = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 9_000_000), UTM, 120, 100)
BOXES = [(10, 10, 30, 20), (10, 30, 30, 20), (10, 54, 30, 20), (60, 5, 50, 90), (2, 90, 3, 3)]
"""Rows, columns and sizes in pixels of two that touch, a third near them, a large one, and a small one."""


@pytest.fixture
def card(make_card):
    def make(**changes):
        return make_card(**{"classes": ("background", "building"), "gsd_m": 0.5} | changes)

    return make


@pytest.fixture
def layer(tmp_path):
    """Write boxes of (row, col, rows, cols) as a layer, and give its path."""

    def write(boxes=BOXES, **columns):
        shapes = [_box(*b) for b in boxes]
        path = tmp_path / "labels.gpkg"
        geopandas.GeoDataFrame(columns, geometry=shapes, crs=UTM.to_wkt()).to_file(path)
        return path

    return write


def _box(row, col, rows, cols):
    x, y = 500_000 + col / 2, 9_000_000 - row / 2
    return shapely.box(x, y - rows / 2, x + cols / 2, y)


def draw(labels, card, *, exact=False, grid=GRID, edge_m=0.0, **options):
    scene = SceneConfig(scene="scene.tif", labels=labels, edge_m=edge_m)
    config = DataConfig(train=(scene,), **options)
    drawn = draw_labels(scene, config, card, grid, gsd_m=0.5, exact=exact)
    assert drawn.labels.dtype == np.uint8
    assert drawn.weights.dtype == np.float32
    rows, cols = drawn.centres.astype(int).T
    assert len(drawn.centre_classes) == len(drawn.centres)
    assert ((drawn.centre_classes > 0) & (drawn.centre_classes < IGNORED)).all()
    if not options.get("boundary_m"):
        np.testing.assert_array_equal(drawn.labels[rows, cols], drawn.centre_classes)
    return drawn


def numbers(boxes=BOXES):
    """(rows, cols): which box each pixel lies in, counted from 1."""
    return rasterize(
        [(_box(*b), k) for k, b in enumerate(boxes, 1)], (120, 100), transform=GRID.transform, dtype="int32"
    )


def test_labels_as_they_are_weigh_one(layer, card):
    drawn = draw(layer(), card())
    np.testing.assert_array_equal(drawn.labels, numbers() > 0)
    assert (drawn.weights == 1).all()
    assert len(drawn.centres) == len(BOXES)
    found = numbers()[tuple(drawn.centres.astype(int).T)]
    assert sorted(found.tolist()) == [1, 2, 3, 4, 5]


def test_validation_sees_labels_as_they_are(layer, card):
    training = {
        "gap_m": 4.0, "gap_weight": 3.0, "border_weight": 10.0, "boundary_m": 1.0, "edge_m": 1.0
    }  # fmt: skip
    three = card(classes=("background", "building", "boundary"), auxiliary=("boundary",))
    drawn = draw(layer(), three, exact=True, **training)
    np.testing.assert_array_equal(drawn.labels, numbers() > 0)
    assert (drawn.weights == 1).all()


def test_gaps_and_border_weights_go_together(layer, card):
    drawn = draw(layer(), card(), gap_m=1.0, gap_weight=3.0, border_weight=10.0, border_sigma_m=1.0)
    pixel, objects = PixelSize.of(GRID, gsd_m=0.5), numbers()
    between = gaps(objects, pixel, width_m=1.0)
    assert between[10:40, 29:31].all()
    np.testing.assert_array_equal(drawn.labels, (objects > 0) & ~between)
    objects[between] = 0
    expected = np.where(between, 3.0, 1.0) + border_weights(objects, pixel, weight=10, sigma_m=1)
    np.testing.assert_allclose(drawn.weights, expected, rtol=1e-6)
    # The gap between the two that touch is two pixels wide: (d1 + d2) is 1.5 m from a centre to both.
    assert drawn.weights[25, 29] == pytest.approx(3 + 10 * np.exp(-(1.5**2) / 2), rel=5e-3)


def test_an_object_s_boundary_is_the_auxiliary_class(layer, card):
    three = card(classes=("background", "building", "boundary"), auxiliary=("boundary",))
    drawn = draw(layer(), three, boundary_m=1.0)
    objects = numbers()
    for k in (1, 2, 3, 4):
        depth = ndimage.distance_transform_edt(np.pad(objects == k, 1))[1:-1, 1:-1]
        expected = np.where(depth <= 2, 2, 1)[objects == k]
        np.testing.assert_array_equal(drawn.labels[objects == k], expected)
    assert (
        drawn.labels[2:5, 90:93] == [[2, 2, 2], [2, 1, 2], [2, 2, 2]]
    ).all()  # one pixel of its core stays
    assert not drawn.labels[objects == 0].any()
    assert drawn.centre_classes.tolist() == [1] * 5


def test_a_boundary_needs_an_auxiliary_class(layer, card):
    with pytest.raises(TrainingError, match=r"has no auxiliary class to draw.*boundary_m = 0"):
        draw(layer(), card(), boundary_m=1.0)


def test_uncertain_edges_are_ignored_on_both_sides(layer, card, make_raster):
    objects = numbers()
    path = make_raster((objects > 0).astype(np.uint8), "labels.tif", transform=GRID.transform)
    vector, raster = draw(layer(), card(), edge_m=1.0), draw(path, card(), edge_m=1.0)
    outside, inside = (
        ndimage.distance_transform_edt(objects == 0),
        ndimage.distance_transform_edt(objects > 0),
    )
    near = np.maximum(outside, inside) - 0.5 <= 2  # from the edge, not from the next pixel's centre
    np.testing.assert_array_equal(raster.labels, np.where(near, IGNORED, objects > 0))
    assert (raster.labels[20:30, 28:32] == 1).all()  # in a raster two that touch are one
    assert (vector.labels[12:38, 28:32] == IGNORED).all()
    np.testing.assert_array_equal(vector.labels[50:], raster.labels[50:])


def test_a_raster_s_connected_pixels_are_its_objects(layer, card, make_raster):
    boxes = [b for b in BOXES if b[1] != 30]  # so that none touch
    path = make_raster((numbers(boxes) > 0).astype(np.uint8), "labels.tif", transform=GRID.transform)
    options = {"gap_m": 21.0, "gap_weight": 2.0, "border_weight": 5.0, "border_sigma_m": 4.0}
    vector, raster = (draw(labels, card(), **options) for labels in (layer(boxes), path))
    np.testing.assert_array_equal(vector.labels, raster.labels)
    np.testing.assert_array_equal(vector.weights, raster.weights)
    assert (raster.weights != 1).any()


def test_what_is_ignored_stays_so(layer, card):
    columns = {"class": ["building", "ruin", "building", "building", "building"]}
    for exact in (False, True):
        options = {"gap_m": 6.0, "border_weight": 2.0, "edge_m": 0.5}
        drawn = draw(layer(**columns), card(), exact=exact, ignored=("ruin",), **options)
        assert (drawn.labels[numbers() == 2] == IGNORED).all()
        assert len(drawn.centres) == 4


def test_unreviewed_features_are_no_places(layer, card):
    review = ["accepted", None, "rejected", "accepted", "accepted"]
    drawn = draw(layer(review=review), card(), exact=True)
    expected = np.isin(numbers(), (1, 4, 5)).astype(np.uint8)
    expected[numbers() == 2] = IGNORED
    np.testing.assert_array_equal(drawn.labels, expected)
    assert len(drawn.centres) == 3


def test_places_have_the_class_that_is_drawn_there(layer, card):
    three = card(classes=("background", "building", "shed"))
    boxes = [
        *BOXES,
        (61, 6, 48, 88),
        (100, 90, 60, 60),
    ]  # one hidden but for its rim, one that leaves the scene
    names = ["building", "shed", "building", "building", "shed", "shed", "shed"]
    drawn = draw(layer(boxes, **{"class": names}), three)
    where = numbers(boxes)[tuple(drawn.centres.astype(int).T)]
    assert set(where.tolist()) == {1, 2, 3, 5, 6, 7}
    np.testing.assert_array_equal(
        drawn.centre_classes, [1 if names[k - 1] == "building" else 2 for k in where]
    )


def test_what_lies_beside_the_scene_has_no_place_in_it(layer, card):
    beside = [(-9, 10, 8, 20), (10, 101, 8, 8), (120, 10, 9, 9), (20, 100, 9, 9), (-5, 50, 10, 10)]
    drawn = draw(layer(beside), card(), gap_m=2, border_weight=2)
    assert len(drawn.centres) == 1
    assert 0 <= drawn.centres[0, 0] < 5


def test_places_on_lines_and_on_large_areas_are_many(tmp_path, card):
    grid = Georeference(GRID.transform, UTM, 700, 700)
    road = shapely.LineString([(500_000, 8_999_900), (500_350, 8_999_900)])
    path = tmp_path / "mixed.gpkg"
    shapes = [road, _box(300, 10, 390, 400), _box(10, 10, 20, 20)]
    frame = geopandas.GeoDataFrame({"class": ["road", "wood", "hut"]}, geometry=shapes, crs=UTM.to_wkt())
    frame.to_file(path)
    classes = ("background", "road", "wood", "hut")
    drawn = draw(path, card(classes=classes), grid=grid, width_m=5.0)
    counts = np.bincount(drawn.centre_classes, minlength=4)
    assert MOST / 2 < counts[1] <= MOST
    assert MOST / 2 < counts[2] <= MOST
    assert counts[3] == 1
    assert np.ptp(drawn.centres[drawn.centre_classes == 1, 1]) > 690


def test_places_of_a_raster_come_by_class(card, make_raster):
    labels = np.zeros((120, 100), np.uint8)
    labels[:90], labels[100, 5] = 1, 2
    path = make_raster(labels, "labels.tif", transform=GRID.transform)
    drawn = draw(path, card(classes=("background", "wood", "hut")))
    assert np.bincount(drawn.centre_classes)[2] == 1
    assert 1000 < np.bincount(drawn.centre_classes)[1] <= MOST


def test_an_auxiliary_class_of_the_labels_is_its_object_s_in_validation(card, make_raster):
    labels = np.zeros((120, 100), np.uint8)
    labels[10:30, 10:30], labels[12:28, 12:28] = 2, 1
    path = make_raster(labels, "labels.tif", transform=GRID.transform)
    one = card(classes=("background", "building", "boundary"), auxiliary=("boundary",))
    np.testing.assert_array_equal(draw(path, one, exact=True).labels, labels > 0)
    np.testing.assert_array_equal(draw(path, one).labels, labels)
    several = card(classes=("background", "building", "boundary", "shed"), auxiliary=("boundary",))
    np.testing.assert_array_equal(
        draw(path, several, exact=True).labels, np.where(labels == 2, IGNORED, labels)
    )


def test_widths_are_true_metres_where_those_of_the_crs_are_not(tmp_path, card):
    """At 60° N a pixel of 1 m of EPSG:3857 is half a metre on the ground."""
    x, y = 1_000_000.0, 8_400_000.0
    grid = Georeference(Affine(1, 0, x, 0, -1, y), CRS.from_epsg(3857), 100, 100)
    path = tmp_path / "two.gpkg"
    shapes = [shapely.box(x + a, y - 60, x + a + 20, y - 40) for a in (20, 40)]
    geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:3857").to_file(path)
    drawn = draw(path, card(), grid=grid, gap_m=3.0, gap_weight=2.0)
    assert (drawn.weights[50] == 2).sum() == 6


def test_a_scene_without_labels_is_background(layer, card):
    drawn = draw(layer([(5000, 5000, 9, 9)]), card(), gap_m=2, border_weight=3, edge_m=1)
    assert not drawn.labels.any()
    assert (drawn.weights == 1).all()
    assert drawn.centres.shape == (0, 2)
    assert drawn.centre_classes.shape == (0,)
