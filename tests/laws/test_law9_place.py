"""Law 9: polygons lie where the pixels are, whatever the transform and the CRS, with areas in true m²."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from rasterio.transform import Affine, xy
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

import geounet

TRANSFORMS = {
    "north-up": ("EPSG:32737", Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)),
    "south-up": ("EPSG:32737", Affine(0.3, 0, 500_000, 0, 0.3, 9_300_000)),
    "rotated": ("EPSG:32737", Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000) * Affine.rotation(33)),
    "oblong": ("EPSG:32737", Affine(0.3, 0, 500_000, 0, -0.7, 9_300_000)),
    "geographic": ("EPSG:4326", Affine(3e-6, 0, 39.2, 0, -2.7e-6, 62.1)),
    "mercator": ("EPSG:3857", Affine(0.6, 0, 4_000_000, 0, -0.6, 8_400_000)),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_law9_polygons_lie_where_the_pixels_are(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, name: str
) -> None:
    crs, transform = TRANSFORMS[name]
    values = np.zeros((60, 80), np.float32)
    values[11:30, 22:61] = 1
    values[15:20, 30:40] = 0
    path = make_raster(values, crs=crs, transform=transform)
    geounet.extract(path, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "o.gpkg")
    layer = gpd.read_file(tmp_path / "o.gpkg")
    assert layer.crs.to_epsg() == int(crs.split(":")[1])

    def corners(rows: list[int], cols: list[int]) -> list[tuple[float, float]]:
        return list(zip(*xy(transform, rows, cols, offset="ul"), strict=True))

    shell = corners([11, 11, 30, 30], [22, 61, 61, 22])
    hole = corners([15, 15, 20, 20], [30, 40, 40, 30])
    expected = Polygon(shell, [hole])
    (found,) = layer.geometry
    assert found.symmetric_difference(expected).area < 1e-9 * expected.area
    geod, to_lonlat = Geod(ellps="WGS84"), orient(gpd.GeoSeries([expected], crs=crs).to_crs(4326)[0])
    area, _ = geod.geometry_area_perimeter(to_lonlat)
    perimeter = sum(geod.geometry_length(ring) for ring in (to_lonlat.exterior, *to_lonlat.interiors))
    assert layer["area_m2"][0] == pytest.approx(abs(area), rel=1e-4)
    assert layer["perimeter_m"][0] == pytest.approx(perimeter, rel=1e-4)
