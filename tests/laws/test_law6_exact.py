"""Law 6, end to end: the layer rasterised again is the class raster, and `vectorize` of the class raster is the layer."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.features import rasterize
from scipy import ndimage

import geounet


@pytest.mark.parametrize("connectivity", [4, 8])
def test_law6_the_layer_is_the_class_raster(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, connectivity: Any
) -> None:
    rng = np.random.default_rng(11)
    values = (ndimage.gaussian_filter(rng.random((120, 97)), 1.2) > 0.5).astype(np.float32)
    valid = np.ones(values.shape, bool)
    valid[40:60, 30:35] = False
    path = make_raster(values, valid=valid)
    options = geounet.ExtractOptions(
        tile=32, overlap=8, class_raster=tmp_path / "c.tif", connectivity=connectivity
    )
    done = geounet.extract(
        path, two_classes(make_card(), lambda p: p[:, 0]), tmp_path / "o.gpkg", options=options
    )
    with rasterio.open(tmp_path / "c.tif") as dataset:
        labels, transform = dataset.read(1), dataset.transform
    layer = gpd.read_file(tmp_path / "o.gpkg")
    again = rasterize(((g, 1) for g in layer.geometry), out_shape=labels.shape, transform=transform)
    assert (again == (labels == 1)).all()
    assert layer.geometry.is_valid.all()
    structure = np.ones((3, 3)) if connectivity == 8 else None
    assert len(layer) == done.features == ndimage.label(labels == 1, structure)[1]
    assert layer.geometry.area.sum() == pytest.approx((labels == 1).sum() * 0.09)

    geounet.vectorize(
        tmp_path / "c.tif", tmp_path / "v.gpkg", options=geounet.VectorizeOptions(connectivity=connectivity)
    )
    from_labels = gpd.read_file(tmp_path / "v.gpkg")
    assert from_labels.geometry.geom_equals_exact(layer.geometry, 0).all()
    shared = ["id", "class", "area_m2", "perimeter_m", "touches_edge", "source", "model"]
    assert from_labels[shared].equals(layer[shared])
    assert from_labels["confidence"].isna().all()


def test_overlapping_classes_are_bands_and_features_of_their_own(
    make_raster: Any, make_card: Any, segmenter_type: Any, tmp_path: Path
) -> None:
    values = np.zeros((40, 40), np.float32)
    values[5:20, 5:20], values[15:30, 15:30] = 0.4, 0.8
    card = make_card(classes=("background", "low", "high"), activation="sigmoid")
    segmenter = segmenter_type(card, lambda p: np.concatenate([p > 0.3, p > 0.6], axis=1).astype(np.float32))
    options = geounet.ExtractOptions(class_raster=tmp_path / "c.tif")
    done = geounet.extract(make_raster(values), segmenter, tmp_path / "o.gpkg", options=options)
    assert done.by_class == {"low": 1, "high": 1}
    with rasterio.open(tmp_path / "c.tif") as dataset:
        assert dataset.descriptions == ("low", "high")
        assert (dataset.read() == np.stack([values > 0.3, values > 0.6])).all()
    geounet.vectorize(tmp_path / "c.tif", tmp_path / "v.gpkg")
    assert sorted(gpd.read_file(tmp_path / "v.gpkg")["class"]) == ["high", "low"]


def test_more_classes_take_the_largest_score_and_leave_auxiliary_ones_out(
    make_raster: Any, make_card: Any, segmenter_type: Any, tmp_path: Path
) -> None:
    values = np.linspace(0, 1, 900, dtype=np.float32).reshape(30, 30)
    card = make_card(classes=("background", "field", "edge", "water"), auxiliary=("edge",))

    def scores(p: Any) -> Any:
        v = p[:, 0]
        return np.stack(
            [np.where(v < 0.3, 0.5, 0.1), np.full_like(v, 0.2), np.full_like(v, 0.9), v * 0.5], axis=1
        )

    options = geounet.PredictOptions(output="class", tile=16, overlap=4)
    geounet.predict(make_raster(values), segmenter_type(card, scores), tmp_path / "c.tif", options=options)
    expected = np.where(values < 0.3, 0, np.where(values * 0.5 > 0.2, 3, 1))
    with rasterio.open(tmp_path / "c.tif") as dataset:
        assert (dataset.read(1) == expected).all()
