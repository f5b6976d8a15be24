"""`geounet:evaluate`, with the real library: its figures, its page, and what it refuses."""

import json
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

ROOFS = ((30, 30, 40, 60), (120, 40, 60, 40), (50, 150, 50, 50), (160, 150, 40, 70))
FOUND = ((30, 30, 40, 60), (120, 40, 60, 40), (50, 150, 50, 50), (220, 220, 20, 20))
"""Three of them, and one that is none."""


@pytest.fixture
def evaluate(provider, feedback):
    import processing

    def run(**parameters):
        return processing.run("geounet:evaluate", parameters, feedback=feedback)

    return run


@pytest.fixture
def prediction(make_raster) -> Path:
    return make_raster("prediction with ü.tif", ground=(0,), things=(1,), rectangles=FOUND)


def squares(rectangles, name: str) -> QgsVectorLayer:
    """The rectangles as areas in memory."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32737", name, "memory")
    features = []
    for col, row, width, height in rectangles:
        left, top = 500_000 + 0.3 * col, 9_300_000 - 0.3 * row
        feature = QgsFeature()
        feature.setGeometry(
            QgsGeometry.fromRect(QgsRectangle(left, top - 0.3 * height, left + 0.3 * width, top))
        )
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def test_rasters_are_compared_pixel_by_pixel(evaluate, prediction, labels, tmp_path):
    page, figures = tmp_path / "report.html", tmp_path / "figures.json"
    found = evaluate(
        INPUT=str(prediction), TRUTH=str(labels), OUTPUT_HTML=str(page), OUTPUT_JSON=str(figures)
    )
    hits = 40 * 60 + 60 * 40 + 50 * 50
    predicted, true = hits + 20 * 20, hits + 40 * 70
    expected = {
        "MEAN_IOU": hits / (predicted + true - hits), "PRECISION": hits / predicted, "RECALL": hits / true,
        "F1": 2 * hits / (predicted + true),
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found["OUTPUT_HTML"] == str(page)
    assert "<html" in page.read_text(encoding="utf-8")
    assert json.loads(figures.read_text(encoding="utf-8"))["labels"]["iou"] == pytest.approx(
        expected["MEAN_IOU"]
    )


def test_layers_in_memory_are_compared_one_to_one(evaluate, qgis_app):
    found = evaluate(
        INPUT=squares(FOUND, "found"), TRUTH=squares(ROOFS, "roofs"), OUTPUT_HTML="TEMPORARY_OUTPUT"
    )
    assert {name: found[name] for name in ("PRECISION", "RECALL", "F1")} == pytest.approx(
        {"PRECISION": 0.75, "RECALL": 0.75, "F1": 0.75}
    )
    assert Path(found["OUTPUT_HTML"]).suffix == ".html"


def test_a_raster_is_compared_with_areas_within_an_area(evaluate, prediction, tmp_path):
    aoi = squares(((0, 0, 256, 128),), "north")  # the upper two, which are right
    figures = tmp_path / "f.json"
    found = evaluate(INPUT=str(prediction), TRUTH=squares(ROOFS, "roofs"), AOI=aoi, OUTPUT_JSON=str(figures))
    assert found["MEAN_IOU"] == found["F1"] == 1
    assert json.loads(figures.read_text(encoding="utf-8"))["metadata"]["kind"] == "labels"


def test_the_scene_says_what_counts(evaluate, prediction, labels, make_raster):
    scene = make_raster("half.tif", ground=(9,), things=(9,))
    dataset = gdal.Open(str(scene), gdal.GA_Update)
    dataset.GetRasterBand(1).SetNoDataValue(0)
    dataset.GetRasterBand(1).WriteRaster(0, 140, 256, 116, bytes(256 * 116))
    dataset = None
    assert evaluate(INPUT=str(prediction), TRUTH=str(labels), VALID=str(scene))["F1"] == 1


def test_crss_that_differ_are_each_heeded(evaluate, make_raster):
    # The project owns the layers: what a run that fails was given outlives it (SIP keeps the traceback).
    project, names = QgsProject.instance(), []
    for name, epsg in (("a", 32737), ("b", 32736)):
        path = make_raster(f"{name}.tif", ground=(0,), things=(1,), epsg=None)
        layer = QgsRasterLayer(str(path), name)
        layer.setCrs(QgsCoordinateReferenceSystem(f"EPSG:{epsg}"))
        project.addMapLayer(layer)
        names.append(layer.id())
    assert evaluate(INPUT=names[0], TRUTH=names[0])["F1"] == 1
    with pytest.raises(QgsProcessingException):  # six degrees apart: nothing to compare
        evaluate(INPUT=names[0], TRUTH=names[1])
    project.removeMapLayers(names)


def test_a_picture_is_no_truth(provider, prediction):
    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    algorithm = provider.algorithm("evaluate")
    good, why = algorithm.checkParameterValues(
        {"INPUT": str(prediction), "TRUTH": tiles}, QgsProcessingContext()
    )
    assert not good
    assert "“Truth” is a picture" in why


def test_the_command_line_can_be_copied(provider, prediction, labels):
    algorithm = provider.algorithm("evaluate")
    line = algorithm.command_line(
        {"INPUT": str(prediction), "TRUTH": squares(ROOFS, "roofs"), "IOU": 0.3}, QgsProcessingContext()
    )
    assert line.startswith("geounet evaluate ")
    assert f"'{prediction}' roofs.gpkg" in line
    assert "--iou 0.3" in line
    assert "html" in {
        type(output).__name__[len("QgsProcessingOutput") :].lower()
        for output in algorithm.outputDefinitions()
    }
