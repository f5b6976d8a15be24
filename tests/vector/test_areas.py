"""Areas of interest, with geopandas as the oracle."""

import geopandas
import pytest
import shapely
from rasterio.crs import CRS

from geounet.errors import OptionsError
from geounet.vector.areas import read_areas

SHAPES = [
    shapely.box(39.0, -6.4, 39.1, -6.3),
    shapely.MultiPolygon([shapely.box(39.2, -6.4, 39.3, -6.3), shapely.box(39.4, -6.4, 39.5, -6.3)]),
    shapely.Point(39.0, -6.0),
    None,
    shapely.Polygon(),
    shapely.Polygon([(39, -6, 5), (39.1, -6, 5), (39.1, -5.9, 5)]),
]


@pytest.fixture
def path(tmp_path):
    out = tmp_path / "areas with ü.gpkg"
    geopandas.GeoDataFrame({"name": list("abcdef")}, geometry=SHAPES, crs="EPSG:4326").to_file(out)
    return out


@pytest.mark.parametrize("crs", ["EPSG:32737", "EPSG:4326", "EPSG:3857"])
def test_areas_are_where_geopandas_puts_them(path, crs):
    frame = geopandas.read_file(path).to_crs(crs)
    expected = [frame.geometry[row] for row in (0, 1, 5)]
    areas = read_areas(path, crs=CRS.from_string(crs))
    assert [area.geom_type for area in areas] == ["Polygon", "MultiPolygon", "Polygon"]
    for area, oracle in zip(areas, expected, strict=True):
        assert shapely.force_2d(area).equals_exact(shapely.force_2d(oracle), 1e-6)


def test_without_a_crs_they_stay_as_they_are(path):
    areas = read_areas(path, crs=None)
    assert shapely.equals_exact(areas[0], SHAPES[0], 1e-12)


def test_what_holds_no_area_is_refused(tmp_path):
    points = tmp_path / "points.geojson"
    geopandas.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:4326").to_file(points)
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    for path in (points, table):
        with pytest.raises(OptionsError, match="holds no polygon"):
            read_areas(path, crs=None)
    with pytest.raises(OptionsError, match="cannot be read"):
        read_areas(tmp_path / "absent.gpkg", crs=None)
