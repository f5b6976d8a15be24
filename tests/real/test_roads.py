"""The shipped model of roads on real tiles, and centrelines of real labels."""

from pathlib import Path

import geopandas as gpd
import pytest

import geounet

pytestmark = pytest.mark.data

TILE = "massachusetts_24928900"


@pytest.fixture
def scene(data: Path) -> Path:
    return data / "validation" / "roads" / f"{TILE}.tif"


@pytest.fixture
def labels(data: Path) -> Path:
    return data / "validation" / "roads" / f"{TILE}_roads.tif"


def test_the_shipped_model_finds_roads(scene: Path, labels: Path, tmp_path: Path) -> None:
    options = geounet.ExtractOptions(class_raster=tmp_path / "c.tif", graph=tmp_path / "g.graphml")
    geounet.extract(scene, "roads", tmp_path / "roads.gpkg", options=options)
    pixels = geounet.evaluate(tmp_path / "c.tif", labels).labels
    assert pixels is not None
    assert pixels["relaxed_f1"] > 0.9
    geounet.vectorize(labels, tmp_path / "truth.gpkg", options=geounet.VectorizeOptions(kind="roads"))
    lines = geounet.evaluate(tmp_path / "roads.gpkg", tmp_path / "truth.gpkg").lines
    assert lines is not None
    assert lines["completeness"] > 0.85
    assert lines["correctness"] > 0.85
    assert lines["apls"] > 0.6


def test_centrelines_of_labels_run_along_their_middle(labels: Path, tmp_path: Path) -> None:
    """The labels were drawn about 7 m wide; what a line covers at that width is what is labelled."""
    geounet.vectorize(labels, tmp_path / "roads.gpkg", options=geounet.VectorizeOptions(kind="roads"))
    roads = gpd.read_file(tmp_path / "roads.gpkg", layer="roads")
    drawn = gpd.GeoDataFrame(geometry=roads.buffer(roads.width_m / 2, cap_style="flat"), crs=roads.crs)
    drawn.to_file(tmp_path / "drawn.gpkg")
    pixels = geounet.evaluate(tmp_path / "drawn.gpkg", labels).labels
    assert pixels is not None
    assert pixels["iou"] > 0.85
    assert pixels["relaxed_f1"] > 0.99
