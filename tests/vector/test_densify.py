import numpy as np
import pyproj
import pytest
import shapely
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.georeference import Georeference
from geounet.vector.densify import longest_edge, with_short_edges
from geounet.vector.placement import LONGITUDE_LATITUDE, Placement


def test_edges_are_cut_and_rings_keep_their_shape():
    xy = np.array([[0, 0], [0, 7], [7, 7], [7, 0], [0, 0], [2, 2], [3, 2], [3, 3], [2, 2]], float)
    cut, rings = with_short_edges(xy, np.array([5, 9]), 3)
    shell, hole = (shapely.LinearRing(part) for part in np.split(cut, rings[:1]))
    assert shapely.equals(shapely.Polygon(shell), shapely.box(0, 0, 7, 7))
    assert len(shell.coords) == 4 * 3 + 1
    np.testing.assert_array_equal(hole.coords, xy[5:])
    assert np.hypot(*np.diff(shell.coords, axis=0).T).max() <= 3


def test_short_edges_are_left_alone():
    xy, rings = np.array([[0, 0], [0, 1], [1, 1], [0, 0]], float), np.array([4])
    assert with_short_edges(xy, rings, 2)[0] is xy


@pytest.mark.parametrize("gsd", [0.3, 10.0])
@pytest.mark.parametrize("northing", [500_000, 4_600_000, 7_800_000])
def test_a_long_edge_stays_within_a_tenth_of_a_pixel(gsd, northing, traced):
    """A raster full of one class: in longitude and latitude its straight sides are curved."""
    size = 9000
    grid = Georeference(Affine(gsd, 0, 300_000, 0, -gsd, northing), CRS.from_epsg(32637), size, size)
    batch = traced(np.ones((1, size), np.uint8))
    (placed,) = shapely.from_wkb(Placement.of(grid, crs=LONGITUDE_LATITUDE).wkb(batch))
    back = pyproj.Transformer.from_crs(LONGITUDE_LATITUDE, 32637, always_xy=True)
    middles = shapely.get_coordinates(shapely.segmentize(placed, longest_edge(gsd) * gsd / 111_000 / 20))
    x, y = back.transform(*middles.T)
    outline = shapely.box(300_000, northing - gsd, 300_000 + size * gsd, northing).boundary
    assert shapely.distance(shapely.points(x, y), outline).max() < 0.1 * gsd
