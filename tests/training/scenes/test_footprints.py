"""Vector labels on a grid: any CRS, any geometry, any file that GDAL reads."""

import json
from dataclasses import replace

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.features import rasterize
from rasterio.warp import transform_geom

from geounet.errors import LabelsError, MissingCRSError
from geounet.georeference import Georeference
from geounet.training.scenes.attributes import ClassNames
from geounet.training.scenes.footprints import FootprintRules, read_footprints
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.layers import find_layer
from geounet.training.scenes.objects import Objects
from geounet.training.scenes.pixel_size import PixelSize

CLASSES = ("background", "building")
UTM = CRS.from_epsg(32737)
GRID = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 9_000_000), UTM, 120, 100)


def georeference(path) -> Georeference:
    with rasterio.open(path) as dataset:
        return Georeference(dataset.transform, dataset.crs, dataset.height, dataset.width)


def footprints(path, grid, *, classes=CLASSES, layer=None, **rules):
    names = ClassNames(classes)
    rules = {"names": names, "pixel": PixelSize.of(grid, gsd_m=1)} | rules
    return read_footprints(find_layer(path, layer), grid, rules=FootprintRules(**rules))


def draw(path, grid, **rules):
    return Objects.of_footprints(footprints(path, grid, **rules), (grid.height, grid.width)).labels


def write(path, shapes, *, crs="EPSG:32737", **columns):
    geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def at(col, row, grid=GRID):
    """The place of a pixel's corner, in the CRS of a grid."""
    a, b, c, d, e, f = grid.transform[:6]
    return a * col + b * row + c, d * col + e * row + f


def box(row, col, rows, cols, grid=GRID):
    """A rectangle of pixels of a grid, in its CRS."""
    corners = [(col, row), (col + cols, row), (col + cols, row + rows), (col, row + rows)]
    return shapely.Polygon([at(*corner, grid) for corner in corners])


def test_labels_lie_where_rasterio_puts_them(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    grid = georeference(path)
    found = draw(path.with_suffix(".geojson"), grid)
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    shapes = [transform_geom("EPSG:4326", grid.crs, f["geometry"]) for f in features]
    expected = rasterize(shapes, (grid.height, grid.width), transform=grid.transform, dtype="uint8")
    np.testing.assert_array_equal(found, expected)
    assert 0 < found.mean() < 1


def test_labels_follow_a_rotated_grid(tmp_path, draw_place):
    path = draw_place(tmp_path, "scene", seed=4)
    grid = georeference(path)
    turned = Georeference(Affine(0.4, 0.25, 500_030, -0.25, 0.4, 8_999_950), grid.crs, 100, 90)
    found = draw(path.with_suffix(".geojson"), turned)
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    shapes = [transform_geom("EPSG:4326", grid.crs, f["geometry"]) for f in features]
    expected = rasterize(shapes, (100, 90), transform=turned.transform, dtype="uint8")
    assert (found != expected).mean() < 1e-3
    assert found.any()


@pytest.mark.parametrize(
    ("suffix", "crs"),
    [
        (".gpkg", "EPSG:3857"), (".gpkg", "EPSG:32736"), (".shp", "ESRI:54009"), (".fgb", "EPSG:4326"),
        (".parquet", "EPSG:3857"), (".geojson", "EPSG:4326"),
    ],
)  # fmt: skip
def test_any_crs_and_format_gives_the_same_labels(tmp_path, crs, suffix):
    frame = geopandas.GeoDataFrame(
        geometry=[box(10, 12, 30, 21), box(60, 5, 40, 80), box(20, 60, 9, 70)], crs=UTM.to_wkt()
    )
    expected = rasterize(frame.geometry, (120, 100), transform=GRID.transform, dtype="uint8")
    path, moved = tmp_path / f"labels{suffix}", frame.to_crs(crs)
    if suffix == ".parquet":
        moved.to_parquet(path)
    else:
        moved.to_file(path)
    found = draw(path, GRID)
    assert (found != expected).mean() < 2e-3  # a side through a pixel's centre may fall either way


def test_only_what_is_near_the_scene_is_read(tmp_path):
    random = np.random.default_rng(3)
    around = [box(r, c, 8, 8) for r, c in random.integers(-4000, 4000, (400, 2))]
    path = write(tmp_path / "country.gpkg", [*around, box(50, 50, 8, 8)])
    found = footprints(path, GRID)
    assert 0 < len(found.shapes) < 30
    expected = rasterize([*around, box(50, 50, 8, 8)], (120, 100), transform=GRID.transform, dtype="uint8")
    np.testing.assert_array_equal(draw(path, GRID), expected)
    near = write(tmp_path / "near.gpkg", [box(10, 130, 8, 8)])
    assert len(footprints(near, GRID).shapes) == 0
    assert len(footprints(near, GRID, reach_m=20).shapes) == 1


def test_a_side_is_straight_in_the_layer_s_own_crs(tmp_path):
    """A strip of land along a parallel bends across a UTM scene 60 km wide: pixels are tested in degrees."""
    grid = Georeference(Affine(200, 0, 430_000, 0, -200, 6_660_000), CRS.from_epsg(32633), 300, 300)
    strip = shapely.box(10, 59.8, 20, 59.9)
    path = write(tmp_path / "strip.gpkg", [strip], crs="EPSG:4326")
    rows, cols = np.mgrid[:300, :300] + 0.5
    x, y = at(cols.ravel(), rows.ravel(), grid)
    lon, lat = rasterio.warp.transform("EPSG:32633", "EPSG:4326", x, y)
    expected = shapely.contains_xy(strip, lon, lat).reshape(300, 300)
    assert (draw(path, grid) != expected).mean() < 5e-4
    assert expected.any(axis=1).sum() > expected[:, 150].sum() + 1  # it does bend


def test_the_later_of_areas_that_overlap_is_drawn_in_any_file(tmp_path):
    shapes, names = [box(10, 10, 40, 40), box(20, 20, 40, 40)], ["building", "shed"]
    for suffix in (".gpkg", ".geojson"):
        for order, expected in (((0, 1), 2), ((1, 0), 1)):
            path = tmp_path / f"overlap{order[0]}{suffix}"
            frame = geopandas.GeoDataFrame(
                {"class": [names[k] for k in order]}, geometry=[shapes[k] for k in order], crs=UTM.to_wkt()
            )
            frame.to_crs("EPSG:4326").to_file(path)
            assert draw(path, GRID, names=ClassNames((*CLASSES, "shed")))[30, 30] == expected


def test_features_without_geometry_or_extent_are_left_out(tmp_path):
    flat = shapely.Polygon([(500_001, 8_999_990), (500_009, 8_999_990), (500_001, 8_999_990)])
    path = write(tmp_path / "some.gpkg", [box(1, 1, 9, 9), None, shapely.Polygon(), flat, box(30, 30, 9, 9)])
    found = footprints(path, GRID)
    assert len(found.shapes) == len(found.classes) == len(found.linear) == 2


def test_areas_that_are_not_valid_heights_and_collections_are_drawn(tmp_path):
    x, y = at(10, 10)
    bow = shapely.Polygon([(x, y), (x + 10, y - 10), (x + 10, y), (x, y - 10)])
    high = shapely.force_3d(box(60, 10, 20, 20), 7.0)
    twice = shapely.MultiPolygon([box(90, 10, 20, 20), box(100, 20, 15, 30)])
    mixed = shapely.GeometryCollection([box(60, 60, 20, 20), shapely.LineString([(x, y), (x + 45, y)])])
    found = draw(write(tmp_path / "odd.gpkg", [bow, high, mixed, twice]), GRID)
    assert found[20, 14] == found[20, 26] == 1
    assert found[12, 20] == 0
    assert found[60:80, 10:30].all()
    assert found[100:110, 20:30].all()  # where two parts of one feature overlap
    assert found[60:80, 60:80].all()
    assert not found[9:11, 40:].any()  # an overlay's leftover line is no road


def test_curves_are_drawn_as_areas(tmp_path):
    x, y = at(30, 60)
    arc = f"CURVEPOLYGON (CIRCULARSTRING ({x} {y}, {x + 10} {y + 10}, {x + 20} {y}, {x + 10} {y - 10}, {x} {y}))"
    (tmp_path / "curve.csv").write_text(f'WKT,class\n"{arc}",building\n', encoding="utf-8")
    (tmp_path / "curve.prj").write_text(UTM.to_wkt(), encoding="utf-8")
    rows, cols = np.mgrid[:120, :100] + 0.5
    expected = np.hypot(rows - 60, cols - 50) < 20
    assert (draw(tmp_path / "curve.csv", GRID) != expected).mean() < 5e-3


@pytest.mark.parametrize("crs", ["EPSG:32633", "EPSG:3857", "EPSG:4326"])
def test_lines_are_as_wide_as_the_config_says_on_the_ground(tmp_path, crs):
    """At 60° N a metre of EPSG:3857 is half a metre of ground, and a degree of longitude half one of latitude."""
    utm = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 6_651_400), CRS.from_epsg(32633), 400, 400)
    street = shapely.LineString([(500_050, 6_651_200), (500_050, 6_651_400)])
    across = shapely.LineString([(500_000, 6_651_300), (500_200, 6_651_300)])
    frame = geopandas.GeoDataFrame(geometry=[street, across], crs="EPSG:32633").to_crs(crs)
    frame.to_file(tmp_path / "streets.gpkg")
    west, south, east, north = frame.total_bounds
    size = (east - west) / 400, (north - south) / 400
    grid = utm if crs == "EPSG:32633" else Georeference(
        Affine(size[0], 0, west, 0, -size[1], north), CRS.from_string(crs), 400, 400
    )  # fmt: skip
    found = draw(tmp_path / "streets.gpkg", grid, width_m=8.0)
    down, along = grid.gsd()
    assert found[20].sum() * along == pytest.approx(8, abs=1.1 * along)
    assert found[:, 380].sum() * down == pytest.approx(8, abs=1.1 * down)


def test_lines_that_meet_are_one_object_and_points_are_each_their_own(tmp_path):
    ends = [at(c, r) for c, r in ((0, 50), (50, 50), (99, 50), (50, 99), (80, 90), (20, 90))]
    lines = [shapely.LineString(ends[:2]), shapely.LineString(ends[1:3]), shapely.LineString(ends[1:4:2])]
    apart = shapely.LineString([at(0, 10), at(99, 10)])
    points = [shapely.Point(ends[4]), shapely.Point(ends[5])]
    path = write(tmp_path / "roads.gpkg", [*lines, apart, *points])
    objects = Objects.of_footprints(footprints(path, GRID, width_m=4.0), (120, 100))
    assert len(np.unique(objects.numbers)) == 5  # the background, two roads, two points
    assert len({objects.numbers[50, 10], objects.numbers[50, 90], objects.numbers[90, 50]}) == 1
    assert objects.labels[50, 10] == 1
    disc = objects.numbers == objects.numbers[90, 80]
    assert disc.sum() == pytest.approx(np.pi * 4**2, rel=0.1)


def test_lines_without_a_width_are_refused_with_the_remedy(tmp_path):
    line = shapely.LineString([(500_000, 8_999_990), (500_040, 8_999_950)])
    for shape, word in ((line, "lines"), (shapely.Point(500_010, 8_999_980), "points")):
        path = write(tmp_path / f"{word}.gpkg", [box(1, 1, 9, 9), shape])
        with pytest.raises(LabelsError, match=f"hold {word}.*set data.width_m"):
            footprints(path, GRID)


def test_a_thin_line_is_a_pixel_wide_at_least(tmp_path):
    line = shapely.LineString([at(3.2, 0), at(3.2, 120)])
    assert draw(write(tmp_path / "thin.gpkg", [line]), GRID, width_m=0.01)[:, 3].all()


def test_a_layer_of_a_file_of_several_is_chosen_by_name(tmp_path):
    path = tmp_path / "several.gpkg"
    for name, shape in (("huts", box(1, 1, 9, 9)), ("yards", box(40, 40, 9, 9))):
        geopandas.GeoDataFrame(geometry=[shape], crs=UTM.to_wkt()).to_file(path, layer=name)
    assert draw(path, GRID)[5, 5] == 1  # the first one
    assert draw(path, GRID, layer="yards")[45, 45] == 1
    with pytest.raises(LabelsError, match="no layer 'roads'; expected one of huts, yards"):
        draw(path, GRID, layer="roads")


def test_several_classes_come_from_the_attribute(tmp_path):
    path = write(
        tmp_path / "two.gpkg", [box(1, 1, 9, 9), box(30, 30, 9, 9)], **{"class": ["shed", "building"]}
    )
    assert footprints(path, GRID, names=ClassNames((*CLASSES, "shed"))).classes.tolist() == [2, 1]
    with pytest.raises(LabelsError, match="class 'shed'; expected one of background, building, barn"):
        footprints(path, GRID, names=ClassNames((*CLASSES, "barn")))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_what_cannot_be_laid_on_the_scene_is_refused_in_one_line(tmp_path):
    junk = tmp_path / "junk.geojson"
    junk.write_bytes(b"\x00not json")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "junk.parquet").write_bytes(b"PAR1")
    placeless = write(tmp_path / "placeless.gpkg", [box(1, 1, 9, 9)], crs=None)
    files = junk, tmp_path / "missing.gpkg", tmp_path / "table.csv", tmp_path / "junk.parquet", placeless
    for path in files:
        with pytest.raises(LabelsError) as caught:
            footprints(path, GRID)
        assert "\n" not in str(caught.value)
        assert "; " in str(caught.value)
    with pytest.raises(MissingCRSError, match="assign it one"):
        footprints(write(tmp_path / "placed.gpkg", [box(1, 1, 9, 9)]), replace(GRID, crs=None))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_labels_without_a_crs_lie_on_a_scene_without_one(tmp_path):
    grid = Georeference(Affine.identity(), None, 20, 30)
    path = write(tmp_path / "cells.gpkg", [shapely.box(3, 4, 8, 9)], crs=None)
    expected = np.zeros((20, 30), np.uint8)
    expected[4:9, 3:8] = 1
    np.testing.assert_array_equal(draw(path, grid), expected)


def test_unreviewed_features_are_ignored_and_rejected_ones_are_background(tmp_path):
    shapes = [
        box(0, 0, 20, 20),
        box(30, 0, 20, 20),
        box(60, 0, 20, 20),
        box(90, 0, 20, 20),
        box(0, 50, 40, 20),
    ]
    review = ["Accepted", "REJECTED", None, "unsure", "accepted"]
    overlapping = [*shapes, box(10, 60, 50, 20)]  # not looked at, and later in the file
    found = draw(write(tmp_path / "r.gpkg", overlapping, review=[*review, None]), GRID)
    assert [found[row, 10] for row in (10, 40, 70, 100)] == [1, 0, IGNORED, IGNORED]
    assert (found[:40, 50:70] == 1).all()  # what is accepted covers what nobody has looked at
    assert (found[40:60, 60:80] == IGNORED).all()
    assert found[115, 95] == 0


def test_a_layer_that_nobody_has_reviewed_is_labels_throughout(tmp_path):
    shapes = [box(0, 0, 20, 20), box(30, 0, 20, 20)]
    found = draw(write(tmp_path / "empty.gpkg", shapes, review=[None, ""]), GRID)
    assert (found[:20, :20] == 1).all()
    assert (found[30:50, :20] == 1).all()


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".geojson"])
def test_a_review_elsewhere_in_the_layer_counts_here(tmp_path, suffix):
    frame = geopandas.GeoDataFrame(
        {"review": ["rejected", None]}, geometry=[box(9000, 9000, 9, 9), box(0, 0, 20, 20)], crs=UTM.to_wkt()
    ).to_crs("EPSG:4326")
    path = tmp_path / f"labels{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    assert (draw(path, GRID)[1:19, 1:19] == IGNORED).all()
