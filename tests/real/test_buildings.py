"""The shipped model on real scenes: useful, in place, and the same however a scene is stored."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.vrt import WarpedVRT

import geounet
from geounet.evaluation.matching import match

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def scene(data: Path) -> Path:
    return data / "validation" / "buildings" / "philippines_east.tif"


AS_TRACED = geounet.ExtractOptions(separate=False, regularize=False)
"""What a scene is, and not how it is cleaned: whether a neck is cut may hang on a pixel."""


@pytest.fixture(scope="module")
def extracted(scene: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracted")
    options = replace(AS_TRACED, class_raster=folder / "c.tif")
    geounet.extract(scene, "buildings", folder / "o.gpkg", options=options)
    return folder


def matched(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, *, iou: float = 0.5) -> int:
    """How many features of `one` have a counterpart in `other`, each taken once."""
    return len(match(one.geometry.to_numpy(), other.geometry.to_numpy(), iou=iou))


def label_iou(labels: Path, footprints: Path) -> float:
    with rasterio.open(labels) as dataset:
        found, crs, transform = dataset.read(1), dataset.crs, dataset.transform
    truth = gpd.read_file(footprints).to_crs(crs)
    expected = rasterize(truth.geometry, out_shape=found.shape, transform=transform)
    known = found != 255
    return float(
        ((found == 1) & (expected == 1))[known].sum() / ((found == 1) | (expected == 1))[known].sum()
    )


@pytest.mark.parametrize(("name", "least"), [("philippines_east", 0.55), ("kenya_west", 0.35)])
def test_the_shipped_model_finds_buildings(data: Path, tmp_path: Path, name: str, least: float) -> None:
    scene = data / "validation" / "buildings" / f"{name}.tif"
    geounet.extract(scene, "buildings", tmp_path / "b.gpkg")
    options = geounet.EvaluateOptions(valid=scene)
    objects = geounet.evaluate(tmp_path / "b.gpkg", scene.with_suffix(".geojson"), options=options).objects
    assert objects is not None
    assert objects["f1"] > least


def test_cleaning_costs_no_building(scene: Path, extracted: Path, tmp_path: Path) -> None:
    geounet.extract(scene, "buildings", tmp_path / "b.gpkg")
    truth = scene.with_suffix(".geojson")
    traced, cleaned = (
        geounet.evaluate(path, truth).objects for path in (extracted / "o.gpkg", tmp_path / "b.gpkg")
    )
    assert traced is not None
    assert cleaned is not None
    assert cleaned["f1"] >= traced["f1"]
    assert label_iou(extracted / "c.tif", truth) > 0.6


def test_sixteen_bits_give_the_same_objects(scene: Path, extracted: Path, tmp_path: Path) -> None:
    with rasterio.open(scene) as source:
        profile = source.profile | {"dtype": "uint16", "compress": "deflate", "photometric": "RGB"}
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(tmp_path / "deep.tif", "w", **_plain(profile)) as deep,
        ):
            deep.write(source.read().astype(np.uint16) * 257)
            deep.write_mask(source.dataset_mask())
    geounet.extract(tmp_path / "deep.tif", "buildings", tmp_path / "deep.gpkg", options=AS_TRACED)
    one, other = gpd.read_file(extracted / "o.gpkg"), gpd.read_file(tmp_path / "deep.gpkg")
    assert abs(len(one) - len(other)) <= 0.05 * len(one)
    assert matched(one, other, iou=0.8) >= 0.9 * len(one)


def _plain(profile: Any) -> dict[str, Any]:
    return {key: value for key, value in profile.items() if key not in ("photometric", "jpeg_quality")}


def test_a_rotated_scene_gives_the_objects_where_they_are(
    scene: Path, extracted: Path, tmp_path: Path
) -> None:
    with rasterio.open(scene) as source:
        turn = (
            source.transform * rasterio.Affine.rotation(30) * ~source.transform
        )  # about the scene's own corner
        profile = _plain(source.profile | {"compress": "deflate", "transform": turn * source.transform})
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(tmp_path / "turned.tif", "w", **profile) as turned,
        ):
            turned.write(source.read())
            turned.write_mask(source.dataset_mask())
    geounet.extract(tmp_path / "turned.tif", "buildings", tmp_path / "turned.gpkg", options=AS_TRACED)
    one, other = gpd.read_file(extracted / "o.gpkg"), gpd.read_file(tmp_path / "turned.gpkg")
    back = ~turn
    other = other.set_geometry(
        other.geometry.affine_transform([back.a, back.b, back.d, back.e, back.c, back.f]), crs=one.crs
    )
    assert abs(len(one) - len(other)) <= 0.1 * len(one)
    assert matched(one, other, iou=0.7) >= 0.8 * len(one)


def test_a_scene_warped_to_degrees_gives_most_of_the_objects(
    scene: Path, extracted: Path, tmp_path: Path
) -> None:
    with (
        rasterio.open(scene) as source,
        WarpedVRT(source, crs="EPSG:4326", resampling=Resampling.bilinear, add_alpha=True) as warped,
    ):
        profile = _plain(warped.profile | {"driver": "GTiff", "compress": "deflate", "count": 4})
        with rasterio.open(tmp_path / "degrees.tif", "w", **profile) as degrees:
            degrees.write(warped.read())
            degrees.colorinterp = warped.colorinterp
    geounet.extract(tmp_path / "degrees.tif", "buildings", tmp_path / "degrees.gpkg", options=AS_TRACED)
    one = gpd.read_file(extracted / "o.gpkg").to_crs(4326)
    other = gpd.read_file(tmp_path / "degrees.gpkg")
    assert other.crs.to_epsg() == 4326
    assert matched(one, other) >= 0.75 * len(one)
