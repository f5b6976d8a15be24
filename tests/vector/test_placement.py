import numpy as np
import pytest
import rasterio.features
import rasterio.warp
import shapely

from geounet.vector.placement import LONGITUDE_LATITUDE, Placement

KINDS = ["utm", "rotated", "south-up", "oblong", "mercator", "geographic", "rotated-geographic"]


@pytest.mark.parametrize("kind", KINDS)
def test_polygons_lie_where_the_pixels_are(kind, traced, texture, georeference):
    labels = texture(21)
    grid = georeference(kind, *labels.shape)
    batch = traced(labels)
    placed = shapely.from_wkb(Placement.of(grid).wkb(batch))
    assert shapely.is_valid(placed).all()
    burnt = rasterio.features.rasterize(
        zip(placed, batch.label, strict=True), out_shape=labels.shape, transform=grid.transform
    )
    np.testing.assert_array_equal(burnt, np.where(labels == 255, 0, labels))


@pytest.mark.parametrize("kind", KINDS)
def test_shells_are_anticlockwise_on_the_map(kind, traced, georeference):
    labels = np.ones((4, 5), np.uint8)
    labels[1, 2] = 0
    placed = shapely.from_wkb(Placement.of(georeference(kind, 4, 5)).wkb(traced(labels)))
    for polygon in shapely.get_parts(placed):
        assert polygon.exterior.is_ccw
        assert not any(hole.is_ccw for hole in polygon.interiors)


def test_longitude_and_latitude_are_gdals(traced, texture, georeference):
    labels = texture(5)
    grid = georeference("utm", *labels.shape)
    mine = shapely.from_wkb(Placement.of(grid, crs=LONGITUDE_LATITUDE).wkb(traced(labels)))
    native = shapely.from_wkb(Placement.of(grid).wkb(traced(labels)))
    for shape, source in zip(mine, native, strict=True):
        theirs = shapely.geometry.shape(rasterio.warp.transform_geom(grid.crs, "OGC:CRS84", source))
        np.testing.assert_allclose(
            shapely.get_coordinates(shape), shapely.get_coordinates(theirs), rtol=0, atol=1e-9
        )
