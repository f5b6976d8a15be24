"""What lies outside the areas that were labelled is unknown: to training and to validation, in strips as at once."""

from dataclasses import replace

import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS

from geounet.errors import OptionsError
from geounet.georeference import Georeference
from geounet.training import TrainConfig
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes import label_strips as strips
from geounet.training.scenes.drawing import draw_labels
from geounet.training.scenes.labels import IGNORED

UTM = CRS.from_epsg(32737)
GRID = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 9_000_000), UTM, 80, 100)


def square(row, col, side):
    x, y = 500_000 + col / 2, 9_000_000 - row / 2
    return shapely.box(x, y - side / 2, x + side / 2, y)


@pytest.fixture
def scene(tmp_path):
    labels, area = tmp_path / "labels.gpkg", tmp_path / "area.geojson"
    shapes = [square(10, 10, 20), square(50, 60, 20), square(20, 45, 10)]
    geopandas.GeoDataFrame(geometry=shapes, crs=UTM.to_wkt()).to_file(labels)
    geopandas.GeoDataFrame(geometry=[square(0, 0, 50)], crs=UTM.to_wkt()).to_crs(4326).to_file(area)
    return SceneConfig(scene="scene.tif", labels=labels, aoi=area)


@pytest.mark.parametrize("exact", [False, True])
def test_outside_an_area_nothing_is_known(scene, make_card, exact):
    card = make_card(classes=("background", "building"), gsd_m=0.5)
    drawn = draw_labels(scene, DataConfig(train=(scene,)), card, GRID, gsd_m=0.5, exact=exact)
    expected = np.full((80, 100), IGNORED)
    expected[:50, :50] = 0
    expected[10:30, 10:30] = 1
    expected[20:30, 45:50] = 1
    assert (drawn.labels == expected).all()
    assert (drawn.weights > 0).all()
    rows, cols = drawn.centres.astype(int).T
    assert len(rows) >= 1
    assert (rows < 50).all()
    assert (cols < 50).all()


def test_strips_are_as_all_at_once(scene, tables, monkeypatch):
    config = TrainConfig.from_dict(tables)
    config = replace(config, data=replace(config.data, train=(scene,)))
    whole = draw_labels(scene, config.data, config.card, GRID, gsd_m=0.5, exact=False)
    monkeypatch.setattr(strips, "STRIP_PIXELS", 700)
    parts = [part.labels for _, part in strips.label_strips(scene, config, GRID, gsd_m=0.5, exact=False)]
    assert len(parts) > 3
    assert (np.concatenate(parts) == whole.labels).all()


def test_a_file_without_areas_is_refused(scene, make_card):
    card = make_card(classes=("background", "building"), gsd_m=0.5)
    lines = geopandas.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    lines.to_file(scene.aoi)
    with pytest.raises(OptionsError, match="holds no polygon"):
        draw_labels(scene, DataConfig(train=(scene,)), card, GRID, gsd_m=0.5, exact=False)
