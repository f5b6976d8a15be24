import json

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.features import rasterize
from rasterio.warp import transform_geom

from geounet.errors import LabelsError
from geounet.georeference import Georeference
from geounet.training.scenes.labels import Footprints, draw, edges, gaps, read_footprints

CLASSES = ("background", "building")


def footprints(*boxes: tuple[float, float, float, float]) -> Footprints:
    shapes = np.array([shapely.box(*b) for b in boxes], dtype=object)
    return Footprints(shapes, np.ones(len(boxes), np.uint8))


def georeference(path) -> Georeference:
    with rasterio.open(path) as dataset:
        return Georeference(dataset.transform, dataset.crs, dataset.height, dataset.width)


def test_labels_lie_where_rasterio_puts_them(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    grid = georeference(path)
    found = draw(
        read_footprints(path.with_suffix(".geojson"), grid, classes=CLASSES), (grid.height, grid.width)
    )
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    shapes = [transform_geom("EPSG:4326", grid.crs, f["geometry"]) for f in features]
    expected = rasterize(shapes, (grid.height, grid.width), transform=grid.transform, dtype="uint8")
    np.testing.assert_array_equal(found, expected)
    assert 0 < found.mean() < 1


def test_labels_follow_a_rotated_grid(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    grid = georeference(path)
    turned = Georeference(Affine(0.4, 0.25, 500_030, -0.25, 0.4, 8_999_950), grid.crs, 100, 90)
    found = draw(read_footprints(path.with_suffix(".geojson"), turned, classes=CLASSES), (100, 90))
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    shapes = [transform_geom("EPSG:4326", grid.crs, f["geometry"]) for f in features]
    expected = rasterize(shapes, (100, 90), transform=turned.transform, dtype="uint8")
    assert (found != expected).mean() < 1e-3
    assert found.any()


def test_features_without_geometry_are_left_out(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    labels = path.with_suffix(".geojson")
    layer = json.loads(labels.read_text(encoding="utf-8"))
    before = read_footprints(labels, georeference(path), classes=CLASSES)
    layer["features"].insert(1, {"type": "Feature", "properties": {"class": "building"}, "geometry": None})
    labels.write_text(json.dumps(layer), encoding="utf-8")
    after = read_footprints(labels, georeference(path), classes=CLASSES)
    assert len(after.shapes) == len(before.shapes) == len(after.classes)


def test_several_classes_come_from_the_attribute(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    labels = path.with_suffix(".geojson")
    layer = json.loads(labels.read_text(encoding="utf-8"))
    layer["features"][0]["properties"]["class"] = "shed"
    labels.write_text(json.dumps(layer), encoding="utf-8")
    classes = (*CLASSES, "shed")
    found = read_footprints(labels, georeference(path), classes=classes)
    assert found.classes.tolist() == [2] + [1] * (len(layer["features"]) - 1)
    with pytest.raises(LabelsError, match="'shed'; expected one of background, building, barn"):
        read_footprints(labels, georeference(path), classes=(*CLASSES, "barn"))


def test_what_is_no_vector_layer_is_refused_in_one_line(tmp_path):
    junk = tmp_path / "junk.geojson"
    junk.write_bytes(b"\x00not json")
    grid = Georeference(Affine(1, 0, 0, 0, -1, 0), CRS.from_epsg(32737), 4, 4)
    for path in (junk, tmp_path / "missing.gpkg"):
        with pytest.raises(LabelsError) as caught:
            read_footprints(path, grid, classes=CLASSES)
        assert "\n" not in str(caught.value)


def test_a_gap_lies_between_objects_that_touch_and_nowhere_else():
    two = footprints((2, 2, 10, 10), (10, 2, 18, 10))
    found = gaps(two, (12, 20), width=2)
    expected = np.zeros((12, 20), bool)
    expected[2:10, 9:11] = True
    rows = slice(3, 9)  # the round ends of the buffers reach a little past the shared wall
    np.testing.assert_array_equal(found[rows], expected[rows])
    assert not gaps(footprints((2, 2, 8, 10), (12, 2, 18, 10)), (12, 20), width=2).any()
    assert not gaps(footprints((2, 2, 10, 10)), (12, 20), width=2).any()


def test_edges_are_all_pixels_within_the_width():
    box = footprints((5, 5, 25, 20))
    rows, cols = np.mgrid[:30, :30] + 0.5
    centres = shapely.points(cols, rows)
    expected = shapely.distance(centres, box.shapes[0].boundary) < 2
    differing = edges(box, (30, 30), width=2) != expected
    assert differing.mean() < 0.01


def test_no_footprint_at_all_is_background():
    none = Footprints(np.array([], dtype=object), np.array([], np.uint8))
    assert not draw(none, (3, 4)).any()
    assert not gaps(none, (3, 4), width=1).any()
    assert none.centres.shape == (0, 2)
