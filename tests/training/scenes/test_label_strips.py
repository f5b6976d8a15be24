import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS

from geounet.georeference import Georeference
from geounet.training import TrainConfig
from geounet.training.scenes import label_strips as module
from geounet.training.scenes.label_strips import label_strips

GRID = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 9_000_000), CRS.from_epsg(32737), 150, 130)


@pytest.fixture
def config(tables, tmp_path):
    """Crowded, overlapping and touching areas, turned every way, with every rule for their borders."""
    random = np.random.default_rng(11)
    x, y = 500_000 + random.random(90) * 65, 9_000_000 - random.random(90) * 75
    boxes = [
        shapely.affinity.rotate(shapely.box(a, b, a + w, b + h), angle)
        for a, b, w, h, angle in zip(
            x, y, *random.uniform(1, 9, (2, 90)), random.uniform(0, 90, 90), strict=True
        )
    ]
    path = tmp_path / "areas.gpkg"
    geopandas.GeoDataFrame(geometry=boxes, crs=32737).to_file(path)
    tables["card"] |= {"classes": ["background", "building", "edge"], "auxiliary": ["edge"]}
    tables["data"] |= {"gap_m": 1.0, "gap_weight": 3.0, "border_weight": 5.0, "boundary_m": 0.6}
    tables["data"]["train"] = [{"scene": "here.tif", "labels": str(path), "edge_m": 0.5}]
    return TrainConfig.from_dict(tables)


@pytest.mark.parametrize("rows", [13, 40, 149])
@pytest.mark.parametrize("exact", [False, True])
def test_strips_are_the_rows_of_the_whole(config, monkeypatch, rows, exact):
    (source,) = config.data.train
    ((_, whole),) = label_strips(source, config, GRID, gsd_m=0.5, exact=exact)
    monkeypatch.setattr(module, "STRIP_PIXELS", rows * GRID.width)
    strips = list(label_strips(source, config, GRID, gsd_m=0.5, exact=exact))
    assert [row for row, _ in strips] == list(range(0, 150, rows))
    np.testing.assert_array_equal(np.concatenate([s.labels for _, s in strips]), whole.labels)
    np.testing.assert_allclose(np.concatenate([s.weights for _, s in strips]), whole.weights, rtol=1e-4)
    for row, strip in strips:
        at = strip.centres.astype(int)
        np.testing.assert_array_equal(whole.labels[at[:, 0] + row, at[:, 1]] == 0, False)
        assert (at >= 0).all()
        assert (at < strip.labels.shape).all()
        assert len(at) == len(strip.centre_classes)
