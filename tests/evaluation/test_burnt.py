"""Areas burnt strip by strip: against rasterio's burning of the whole, and by hand."""

import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.features import rasterize
from shapely.geometry import LineString, Point, Polygon, box

from geounet.errors import LabelsError, MissingCRSError
from geounet.evaluation.burnt import read_area_layer
from geounet.georeference import Georeference, named_crs

UTM = "EPSG:32737"
HERE = Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)


def grid(transform=HERE, crs=UTM, height=70, width=90):
    return Georeference(transform, named_crs(crs) if crs else None, height, width)


def burnt(path, target, *, rows=16, table=(0, 1, 2, 3), bands=None, assume_crs=None):
    layer = read_area_layer(path, assume_crs=assume_crs)
    side = layer.on(target, table=np.array(table, np.uint8), bands=bands)
    assert side.exclusive == (bands is None)
    return np.concatenate([reading.labels for reading in side.readings(rows)], axis=1)


@pytest.fixture
def areas():
    """Overlapping areas with holes, some beyond the grid, and one that crosses itself."""
    rng = np.random.default_rng(1)
    discs = shapely.buffer(shapely.points(500_000 + 35 * rng.random(40), 9_300_000 - 30 * rng.random(40)), 2)
    rings = shapely.difference(discs, shapely.buffer(shapely.centroid(discs), 1))
    bow = Polygon([(500_005, 9_299_990), (500_015, 9_299_980), (500_015, 9_299_990), (500_005, 9_299_980)])
    return [*rings, bow, Polygon(), None]


@pytest.mark.parametrize("rows", [1, 7, 70])
@pytest.mark.parametrize("transform", [HERE, HERE * Affine.translation(5, 9) * Affine.rotation(20)])
def test_strips_are_the_whole_burnt_at_once(make_layer, areas, rows, transform):
    found = burnt(make_layer(areas), grid(transform), rows=rows)
    there = [(shapely.make_valid(a), 1) for a in areas if a is not None and not a.is_empty]
    assert (found[0] == rasterize(there, (70, 90), transform=transform)).all()
    assert 0.1 < found.mean() < 0.9


def test_a_pixel_is_an_areas_where_its_centre_is(make_layer):
    square = box(500_000.1, 9_300_000 - 0.76, 500_000.76, 9_299_999.84)  # centres at 0.15, 0.45, 0.75
    found = burnt(make_layer([square]), grid(height=4, width=4))
    assert found[0].tolist() == [[0, 0, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]]


def test_layers_of_another_crs_lie_in_their_place(make_layer, areas):
    there = shapely.make_valid([a for a in areas if a is not None])
    path = make_layer(there)
    other = make_layer(
        read_area_layer(path, assume_crs=None).frame.to_crs(4326).geometry, "wgs.geojson", crs=4326
    )
    assert (burnt(path, grid()) != burnt(other, grid())).mean() < 1e-3


def test_classes_are_burnt_by_their_name_and_what_comes_later_covers(make_layer):
    a, b, c = (box(500_000 + x, 9_299_998.8, 500_000.6 + x, 9_300_000) for x in (0, 0.3, 0.6))
    path = make_layer([b, a, c], **{"class": ["road", "house", "shed"]})
    assert read_area_layer(path, assume_crs=None).naming.names == ("background", "house", "road", "shed")
    found = burnt(path, grid(height=4, width=4), table=(0, 2, 1, 0))
    assert (found[0] == [2, 2, 1, 0]).all()
    both = burnt(path, grid(height=4, width=4), table=(0, 2, 1, 0), bands=2)
    assert (both == [[[0, 1, 1, 0]], [[1, 1, 0, 0]]]).all()


def test_an_empty_layer_is_background(make_layer):
    assert not burnt(make_layer([Polygon()], "e.geojson"), grid()).any()


@pytest.mark.parametrize("shape", [LineString([(0, 0), (1, 1)]), Point(0, 0)])
def test_lines_and_points_are_refused(make_layer, shape):
    with pytest.raises(
        LabelsError, match=r"1 features that are no areas \((linestring|point)\).*--kind lines"
    ):
        read_area_layer(make_layer([shape, box(0, 0, 1, 1)]), assume_crs=None)


@pytest.mark.filterwarnings("ignore:.crs. was not provided:UserWarning")
def test_what_has_no_crs_lies_on_what_has_none(make_layer):
    path = make_layer([box(1, 1, 3, 2)], "plain.gpkg", crs=None)
    with pytest.raises(MissingCRSError, match=r"plain\.gpkg has no CRS.*--assume-crs"):
        burnt(path, grid())
    assert burnt(path, grid(Affine.identity(), None, 3, 4)).tolist() == [
        [[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    ]
    with pytest.raises(MissingCRSError, match="laid on has no CRS"):
        burnt(make_layer([box(1, 1, 3, 2)]), grid(Affine.identity(), None))
    assert not burnt(path, grid(), assume_crs=UTM).any()
