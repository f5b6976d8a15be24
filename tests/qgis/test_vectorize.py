import json

import processing
import pytest
from osgeo import gdal, ogr
from qgis.core import QgsProcessingException, QgsVectorLayer

AREAS = sorted(0.09 * width * height for width, height in ((40, 60), (60, 40), (50, 50), (40, 70)))
"""Of the fixture's roofs in square metres, but for the projection's scale."""

ROADS = ((0, 100, 256, 20), (120, 0, 20, 256))
"""Two roads of 6 m that cross."""


def run(name, feedback, **values) -> dict:
    return processing.run(f"geounet:{name}", {"OUTPUT": "TEMPORARY_OUTPUT"} | values, feedback=feedback)


def attributes(path) -> list[dict]:
    source = ogr.Open(str(path))
    return [json.loads(feature.ExportToJson())["properties"] for feature in source.GetLayer(0)]


def test_outlines_are_the_rasters_pixels(provider, labels, feedback):
    found = run("vectorize", feedback, INPUT=str(labels))
    assert found["FEATURES"] == 4
    rows = attributes(found["OUTPUT"])
    assert sorted(row["area_m2"] for row in rows) == pytest.approx(AREAS, rel=2e-3)
    assert all(row["review"] in {None, ""} for row in rows)
    again = gdal.GetDriverByName("MEM").CreateCopy("", gdal.Open(str(labels)))
    again.GetRasterBand(1).Fill(0)
    source = ogr.Open(found["OUTPUT"])
    gdal.RasterizeLayer(again, [1], source.GetLayer(0), burn_values=[1])
    assert (again.ReadAsArray() == gdal.Open(str(labels)).ReadAsArray()).all()


def test_small_objects_are_left_out(provider, labels, feedback):
    between = (AREAS[0] + AREAS[2]) / 2  # two are smaller
    assert run("vectorize", feedback, INPUT=str(labels), MIN_AREA=between)["FEATURES"] == 2


def test_buildings_are_regularised(provider, labels, feedback):
    found = run("regularize", feedback, INPUT=str(labels))
    assert found["FEATURES"] == 4
    assert {row["regularized"] for row in attributes(found["OUTPUT"])} == {1}
    layer = QgsVectorLayer(found["OUTPUT"], "roofs")
    for feature in layer.getFeatures():
        assert sum(1 for _ in feature.geometry().vertices()) == 5  # a rectangle, closed


def test_roads_become_centrelines_and_a_graph(provider, make_raster, feedback, tmp_path):
    roads = make_raster("roads.tif", ground=(0,), things=(1,), rectangles=ROADS)
    graph = tmp_path / "roads.graphml"
    found = run("centerlines", feedback, INPUT=str(roads), GRAPH=str(graph))
    layer = QgsVectorLayer(found["OUTPUT"], "roads")
    rows = [feature.attributeMap() for feature in layer.getFeatures()]
    assert sum(row["length_m"] for row in rows) == pytest.approx(2 * 256 * 0.3, rel=0.1)
    assert [row["width_m"] for row in rows] == pytest.approx([6.0] * len(rows), rel=0.15)
    assert found["GRAPH"] == str(graph)
    assert "<graphml" in graph.read_text(encoding="utf-8")


def test_what_contradicts_is_told_in_the_dialogs_words(provider, labels, feedback):
    with pytest.raises(QgsProcessingException) as failure:
        run("vectorize", feedback, INPUT=str(labels), MIN_AREA=4, KIND=2)
    assert "“Smallest object (m²)”" in str(failure.value)
    assert "“Shortest centreline (m)”" in str(failure.value)


def test_a_raster_that_is_no_labels_is_refused_by_geounet(provider, scene, feedback):
    with pytest.raises(QgsProcessingException, match=r"scene\.tif"):
        run("vectorize", feedback, INPUT=str(scene))
