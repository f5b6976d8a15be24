"""Scenes of other kinds: sixteen bits, one band, signed integers, radar floats, degrees, roads' masks."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio

import geounet
from geounet.models.card import Normalization

pytestmark = pytest.mark.data


@pytest.mark.parametrize(
    "pattern", ["sixteen_bit/*.tif", "bands/sen1floods11/S1/*.tif", "bands/sen1floods11/S2/*.tif"]
)
def test_scores_follow_the_scene_and_nodata_stays_nodata(
    data: Path, make_card: Any, two_classes: Any, tmp_path: Path, pattern: str
) -> None:
    paths = sorted(data.glob(pattern))
    assert paths
    for path in paths:
        card = make_card(tile=128, margin=16, normalization=Normalization("scene", (2, 98), (0.0,), (1.0,)))
        options = geounet.PredictOptions(dtype="float32", bands=(1,), overwrite=True)
        geounet.predict(path, two_classes(card, lambda p: p[:, 0]), tmp_path / "p.tif", options=options)
        with rasterio.open(path) as scene, rasterio.open(tmp_path / "p.tif") as scores:
            band, valid = scene.read(1).astype(float), scene.read_masks(1) > 0
            valid &= np.isfinite(band)
            found = scores.read(2)
            assert (np.isnan(found) == ~valid).all()
            order = np.argsort(band[valid], kind="stable")
            assert (np.diff(found[valid][order]) >= -1e-5).all()  # brighter is never scored lower
            assert found[valid].min() == pytest.approx(0, abs=1e-6)
            assert found[valid].max() == pytest.approx(1, abs=1e-6)


def test_a_road_mask_is_vectorised_exactly(data: Path, tmp_path: Path) -> None:
    path = min((data / "validation" / "roads").glob("*_roads.tif"))
    done = geounet.vectorize(path, tmp_path / "roads.gpkg")
    with rasterio.open(path) as dataset:
        labels = dataset.read(1)
    layer = gpd.read_file(tmp_path / "roads.gpkg")
    assert len(layer) == done.features
    assert layer.geometry.area.sum() == pytest.approx((labels == 1).sum())
    assert layer.geometry.is_valid.all()
