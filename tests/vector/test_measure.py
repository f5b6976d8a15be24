import numpy as np
import pyproj
import pytest
import shapely
from scipy import ndimage

from geounet.vector.measure import hole_areas, perimeters, planar_areas
from geounet.vector.placement import Placement

KINDS = ["utm", "rotated", "south-up", "oblong", "mercator", "geographic", "rotated-geographic"]


def blobs(height, width):
    smooth = ndimage.gaussian_filter(np.random.default_rng(4).standard_normal((height, width)), 5)
    return (smooth > 0.02).astype(np.uint8)


def geodesic(batch, grid):
    """Area and length of all outlines, feature by feature, by pyproj."""
    geod = pyproj.CRS.from_user_input(grid.crs).get_geod()
    shapes = shapely.orient_polygons(shapely.from_wkb(Placement.of(grid, crs="OGC:CRS84").wkb(batch)))
    areas = [abs(geod.geometry_area_perimeter(shape)[0]) for shape in shapes]
    return np.array(areas), np.array([geod.geometry_length(shape.boundary) for shape in shapes])


@pytest.mark.parametrize("kind", KINDS)
def test_areas_and_perimeters_are_geodesic(kind, traced, georeference):
    labels = blobs(160, 200)
    grid = georeference(kind, *labels.shape)
    ground = grid.ground()
    batch = traced(labels, ground=ground)
    area, length = geodesic(batch, grid)
    np.testing.assert_allclose(batch.area, area, rtol=1e-4)
    np.testing.assert_allclose(perimeters(batch, ground), length, rtol=1e-4)


def test_areas_on_a_scene_where_the_scale_changes(traced, georeference):
    """Two degrees of Mercator near 60° north: a pixel at the top is 7 % smaller than one at the bottom."""
    grid = georeference("mercator", 3000, 40)
    grid = type(grid)(grid.transform * grid.transform.scale(75), grid.crs, 3000, 40)
    labels = np.zeros((3000, 40), np.uint8)
    labels[::10, 5:35] = 1
    batch = traced(labels, rows=128, ground=grid.ground())
    area, _ = geodesic(batch, grid)
    assert area.max() > 1.05 * area.min()
    np.testing.assert_allclose(batch.area, area, rtol=1e-4)


def test_holes_are_measured_where_they_lie(traced, georeference):
    labels = np.ones((60, 60), np.uint8)
    labels[10:20, 5:15], labels[40:41, 30:50] = 0, 0
    grid = georeference("geographic", 60, 60)
    ground = grid.ground()
    whole = traced(np.ones_like(labels), ground=ground)
    batch = traced(labels, ground=ground)
    holes = hole_areas(batch, ground)
    assert (holes > 0).sum() == 2
    np.testing.assert_allclose(holes.sum(), whole.area[0] - batch.area[0], rtol=1e-6)


def test_planar_areas_are_pixel_counts(traced, texture):
    batch = traced(texture(11), connectivity=8)
    np.testing.assert_array_equal(planar_areas(batch), batch.pixels)
