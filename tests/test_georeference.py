"""Pixel sizes and areas against direct geodesics; windows and grids against rasterio."""

import itertools
import math

import numpy as np
import pyproj
import pytest
import rasterio.windows
from affine import Affine
from rasterio.crs import CRS

from geounet.errors import MissingCRSError, OptionsError, SceneError
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.options import BBox

US_FOOT = 0.304800609601219

PLACES = {
    "utm at its zone's edge": ("EPSG:32633", Affine(0.3, 0, 166_000, 0, -0.3, 5_000_000), 20_000, 20_000),
    "web mercator at 60 N": ("EPSG:3857", Affine(0.6, 0, 1_000_000, 0, -0.6, 8_400_000), 20_000, 20_000),
    "web mercator at 80 N": ("EPSG:3857", Affine(5, 0, 1_000_000, 0, -5, 15_540_000), 20_000, 20_000),
    "geographic": ("EPSG:4326", Affine(1e-5, 0, 11, 0, -1e-5, 60), 9_000, 14_000),
    "geographic across the antimeridian": ("EPSG:4326", Affine(1e-4, 0, 179.9, 0, -1e-4, -17), 3_000, 3_000),
    "geographic in grads from Paris": ("EPSG:4807", Affine(1e-4, 0, 2, 0, -1e-4, 54), 3_000, 3_000),
    "half a continent": ("EPSG:3035", Affine(1000, 0, 2_500_000, 0, -1000, 5_500_000), 4_000, 4_500),
    "rotated and sheared": (
        "EPSG:32633",
        Affine(0.41, 0.3, 500_000, 0.27, -0.67, 5_000_000),
        3_000,
        4_000,
    ),
    "south-up": ("EPSG:32733", Affine(10, 0, 400_000, 0, 10, 6_000_000), 5_000, 5_000),
    "feet": ("EPSG:2263", Affine(1, 0, 980_000, 0, -1, 200_000), 5_000, 5_000),
    "round the pole": ("EPSG:3413", Affine(500, 0, -200_000, 0, -500, 200_000), 800, 800),
}


@pytest.fixture(params=PLACES)
def grid(request):
    crs, transform, height, width = PLACES[request.param]
    return Georeference(transform, CRS.from_user_input(crs), height, width)


def geodesic_measures(grid, row, col):
    """(area, col_step, row_step, cross) of a pixel, by geodesics and a geodesic polygon round it."""
    crs = pyproj.CRS.from_user_input(grid.crs)
    degrees = crs.geodetic_crs.axis_info[0].unit_conversion_factor * 180 / math.pi
    to_lonlat = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    geod = crs.get_geod()
    # A square of pixels of about 200 m: large beside rounding, small beside the Earth's curvature.
    half = 100 / min(grid.gsd())

    def lonlat(r, c):
        a, b, x0, d, e, y0 = grid.transform[:6]
        lon, lat = to_lonlat.transform(a * c + b * r + x0, d * c + e * r + y0)
        return lon * degrees, lat * degrees

    def length(start, stop):
        return geod.inv(*lonlat(*start), *lonlat(*stop))[2]

    corners = [lonlat(row + r * half, col + c * half) for r, c in ((-1, -1), (-1, 1), (1, 1), (1, -1))]
    area = abs(geod.polygon_area_perimeter(*zip(*corners, strict=True))[0]) / (2 * half) ** 2
    col_step = length((row, col - half), (row, col + half)) / (2 * half)
    row_step = length((row - half, col), (row + half, col)) / (2 * half)
    diagonal = length((row - half, col - half), (row + half, col + half)) / (2 * half)
    return area, col_step, row_step, (diagonal**2 - col_step**2 - row_step**2) / 2


def test_ground_scale_is_that_of_geodesics(grid):
    ground = grid.ground()
    at = [
        (grid.height * r, grid.width * c) for r, c in itertools.product((0.013, 0.31, 0.52, 0.97), repeat=2)
    ]
    for row, col in at:
        area, col_step, row_step, cross = geodesic_measures(grid, row, col)
        found = [float(value) for value in ground.at(row, col)]
        assert found[:3] == pytest.approx([area, col_step, row_step], rel=1e-5)
        assert found[3] == pytest.approx(cross, abs=2e-5 * area)


def test_gsd_is_the_geodesic_step_at_the_centre(grid):
    _, col_step, row_step, _ = geodesic_measures(grid, grid.height / 2, grid.width / 2)
    assert grid.gsd() == pytest.approx((row_step, col_step), rel=1e-6)


def test_web_mercator_metres_are_not_ground_metres():
    grid = Georeference(Affine(1, 0, 0, 0, -1, 8_399_737.9), CRS.from_epsg(3857), 10, 10)  # 60 degrees north
    assert grid.gsd() == pytest.approx((0.5, 0.5), rel=5e-3)


def test_a_local_crs_is_its_plane():
    crs = CRS.from_wkt(f'LOCAL_CS["site",UNIT["US survey foot",{US_FOOT}]]')
    grid = Georeference(Affine(3, 0, 0, 0, -4, 0), crs, 10, 20)
    assert grid.gsd() == pytest.approx((4 * US_FOOT, 3 * US_FOOT))
    area, _, _, cross = grid.ground().at(5, 5)
    assert (area, cross) == pytest.approx((12 * US_FOOT**2, 0))


def test_ground_scale_at_arrays_of_places_is_that_at_each():
    crs, transform, height, width = PLACES["rotated and sheared"]
    ground = Georeference(transform, CRS.from_user_input(crs), height, width).ground()
    rows, cols = np.array([[0, 7.5], [height, height + 9]]), np.array([[0, 3.25], [width, width + 9]])
    together = np.stack(ground.at(rows, cols))
    for i, j in np.ndindex(2, 2):
        assert (together[:, i, j] == np.stack(ground.at(rows[i, j], cols[i, j]))).all()
    assert (together[:, 1, 0] == together[:, 1, 1]).all()  # outside the raster: its edge


def test_a_raster_past_its_crs_has_a_scale_everywhere():
    crs = CRS.from_string(
        "+proj=geos +h=35785831 +lon_0=0 +ellps=WGS84"
    )  # the Earth's disc, and space round it
    grid = Georeference(Affine(3000, 0, -5_500_000, 0, -3000, 5_500_000), crs, 3666, 3666)
    ground = grid.ground()
    assert np.isfinite(ground.area).all()
    assert ground.at(1833, 1833)[0] == pytest.approx(geodesic_measures(grid, 1833, 1833)[0], rel=1e-3)


@pytest.mark.parametrize("metres", [0.25, 1.0, 7.3])
def test_at_gsd_keeps_extent_and_orientation(metres):
    for crs, transform, _, _ in PLACES.values():
        grid = Georeference(transform, CRS.from_user_input(crs), 300, 500)
        there = grid.at_gsd(metres)
        for corner in itertools.product((0, 1), repeat=2):
            old = transform * (corner[0] * 500, corner[1] * 300)
            new = there.transform * (corner[0] * there.width, corner[1] * there.height)
            assert new == pytest.approx(old, rel=1e-12, abs=1e-9)
        down, along = grid.gsd()
        assert there.height == max(1, round(300 * down / metres))
        assert there.width == max(1, round(500 * along / metres))
        if min(there.height, there.width) > 50:
            assert there.gsd() == pytest.approx((metres, metres), rel=0.01)


def test_window_is_rasterios():
    _, transform, height, width = PLACES["rotated and sheared"]
    part = Georeference(transform, None, height, width).window(Window(7, 11, 20, 30))
    assert part.transform.almost_equals(
        rasterio.windows.transform(rasterio.windows.Window(11, 7, 30, 20), transform)
    )
    assert (part.height, part.width) == (20, 30)


def test_bounds_window_is_rasterios_in_the_rasters_own_crs():
    transform = Affine(0.5, 0, 1000, 0, -0.5, 2000)
    grid = Georeference(transform, CRS.from_epsg(32633), 100, 200)
    box = BBox(xmin=1010.2, ymin=1960.1, xmax=1050, ymax=1990)
    expected = rasterio.windows.from_bounds(1010.2, 1960.1, 1050, 1990, transform)
    found = grid.bounds_window(box)
    (row, row_stop), (col, col_stop) = expected.toranges()
    assert (found.row, found.row_stop) == (math.floor(row + 1e-6), math.ceil(row_stop - 1e-6))
    assert (found.col, found.col_stop) == (math.floor(col + 1e-6), math.ceil(col_stop - 1e-6))
    outer = BBox(xmin=0, ymin=0, xmax=9999, ymax=9999)
    assert grid.bounds_window(outer) == Window(0, 0, 100, 200)


def test_bounds_window_of_another_crs_covers_all_that_lies_in_it():
    crs, transform, height, width = PLACES["web mercator at 60 N"]
    grid = Georeference(transform, CRS.from_user_input(crs), height, width)
    to_raster = pyproj.Transformer.from_crs("EPSG:32632", crs, always_xy=True)
    back = pyproj.Transformer.from_crs(crs, "EPSG:32632", always_xy=True)
    x, y = back.transform(*(transform * (width // 2, height // 2)))
    box = BBox(xmin=x - 300, ymin=y - 200, xmax=x + 300, ymax=y + 200, crs="EPSG:32632")
    found = grid.bounds_window(box)
    points = np.random.default_rng(0).uniform((x - 300, y - 200), (x + 300, y + 200), (500, 2))
    inside = np.array([~transform * xy for xy in zip(*to_raster.transform(*points.T), strict=True)])
    cols, rows = inside.T
    assert found.row <= rows.min()
    assert rows.max() <= found.row_stop
    assert found.col <= cols.min()
    assert cols.max() <= found.col_stop
    assert found.height < 1.1 * np.ptp(rows) + 20


def test_bounds_window_refuses_with_the_remedy():
    grid = Georeference(Affine(0.5, 0, 1000, 0, -0.5, 2000), CRS.from_epsg(32633), 100, 200)
    with pytest.raises(OptionsError, match="outside the scene, which covers 1000,1950,1100,2000"):
        grid.bounds_window(BBox(xmin=0, ymin=0, xmax=1, ymax=1))
    with pytest.raises(OptionsError, match="'nowhere' is unknown"):
        grid.bounds_window(BBox(xmin=0, ymin=0, xmax=1, ymax=1, crs="nowhere"))
    placeless = Georeference(grid.transform, None, 100, 200)
    with pytest.raises(MissingCRSError, match="--assume-crs"):
        placeless.bounds_window(BBox(xmin=0, ymin=0, xmax=1, ymax=1, crs="EPSG:4326"))


def test_what_has_no_crs_has_no_size():
    grid = Georeference(Affine.identity(), None, 10, 10)
    for measure in (grid.gsd, grid.ground, lambda: grid.at_gsd(1.0)):
        with pytest.raises(MissingCRSError, match="--assume-crs"):
            measure()


@pytest.mark.parametrize("transform", [Affine(0, 0, 5, 0, 0, 5), Affine(math.nan, 0, 0, 0, -1, 0)])
def test_pixels_have_an_area(transform):
    with pytest.raises(SceneError, match="pixels with an area"):
        Georeference(transform, None, 10, 10)


def test_a_crs_is_named_by_code_or_wkt():
    assert named_crs("EPSG:32633") == named_crs(CRS.from_epsg(32633).to_wkt())
    with pytest.raises(OptionsError, match="EPSG:32633, or its WKT"):
        named_crs("no such crs")
