import json
import shlex
import shutil
import subprocess
from pathlib import Path

import processing
import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterRasterLayer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

ONE_ROOF = QgsRectangle(500_000 + 20 * 0.3, 9_300_000 - 100 * 0.3, 500_000 + 80 * 0.3, 9_300_000 - 20 * 0.3)
"""Holds the first of the fixture's four roofs (columns 30 to 70, rows 30 to 90), and no other."""


@pytest.fixture(autouse=True)
def empty_project():
    yield
    QgsProject.instance().clear()


def extent_text(rectangle: QgsRectangle, crs: str) -> str:
    edges = (rectangle.xMinimum(), rectangle.xMaximum(), rectangle.yMinimum(), rectangle.yMaximum())
    return f"{','.join(map(repr, edges))} [{crs}]"


def features(path) -> list[dict]:
    """The layer's features, read by GDAL alone."""
    source = ogr.Open(str(path))
    return [json.loads(feature.ExportToJson()) for feature in source.GetLayer(0)]


def run(feedback, **values) -> dict:
    return processing.run("geounet:extract", {"OUTPUT": "TEMPORARY_OUTPUT"} | values, feedback=feedback)


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_roofs_become_a_layer(provider, scene, feedback):
    found = run(feedback, INPUT=str(scene))
    layer = QgsVectorLayer(found["OUTPUT"], "roofs")
    assert found["FEATURES"] == layer.featureCount() == 4
    areas = sorted(feature["area_m2"] for feature in layer.getFeatures())
    drawn = sorted(0.09 * width * height for width, height in ((40, 60), (60, 40), (50, 50), (40, 70)))
    assert areas == pytest.approx(drawn, rel=0.15)
    assert {feature["review"] or None for feature in layer.getFeatures()} == {None}
    assert layer.crs().authid() == "EPSG:32737"


def test_a_person_sees_the_command_its_progress_and_its_summary(provider, scene, feedback):
    run(feedback, INPUT=str(scene))
    (line,) = feedback.texts("command")
    assert line.startswith(f"geounet extract {shlex.quote(str(scene))} --model buildings")
    assert feedback.texts("step")
    assert any("4 features" in text for text in feedback.texts("info"))
    assert feedback.moves[-1] == 100
    assert feedback.moves == sorted(feedback.moves)


def test_rasters_are_written_where_they_are_wanted(provider, scene, feedback, tmp_path):
    found = run(
        feedback,
        INPUT=str(scene),
        OUTPUT=str(tmp_path / "o.fgb"),
        CLASS_RASTER=str(tmp_path / "c.tif"),
        PROBABILITY=str(tmp_path / "p.tif"),
    )
    assert found["CLASS_RASTER"] == str(tmp_path / "c.tif")
    assert set(gdal.Open(found["CLASS_RASTER"]).ReadAsArray().ravel()) == {0, 1}
    assert gdal.Open(found["PROBABILITY"]).RasterCount == 2
    assert len(features(tmp_path / "o.fgb")) == 4
    assert "PROBABILITY" not in run(feedback, INPUT=str(scene))


def test_a_path_with_blanks_and_other_scripts(provider, make_raster, feedback, tmp_path):
    scene = make_raster("Luft bilder/Жилище ü 家.tif", ground=(70, 95, 60), things=(205, 200, 195))
    out = tmp_path / "Ergebnis für Ärzte" / "Häuser 2.gpkg"
    out.parent.mkdir()
    assert run(feedback, INPUT=str(scene), OUTPUT=str(out))["FEATURES"] == 4
    assert len(features(out)) == 4
    assert leftovers(out.parent) == []


@pytest.mark.parametrize("crs", ["EPSG:4326"])
def test_an_extent_in_another_crs_than_the_scenes(provider, scene, feedback, crs):
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem(crs))
    there = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:32737"), project.crs(), project)
    extent = extent_text(there.transformBoundingBox(ONE_ROOF), crs)
    found = run(feedback, INPUT=str(scene), EXTENT=extent)
    (roof,) = features(found["OUTPUT"])
    middle = ogr.CreateGeometryFromJson(json.dumps(roof["geometry"])).Centroid()
    assert middle.GetX() == pytest.approx(500_000 + 50 * 0.3, abs=1)
    assert middle.GetY() == pytest.approx(9_300_000 - 60 * 0.3, abs=1)


def test_an_extent_without_crs_is_the_projects(provider, scene, feedback):
    """As Processing has it: without a CRS of its own an extent is in the project's."""
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:32737"))
    context = QgsProcessingContext()
    context.setProject(project)
    edges = extent_text(ONE_ROOF, "").split(" ")[0]
    values = {"INPUT": str(scene), "OUTPUT": "TEMPORARY_OUTPUT", "EXTENT": edges}
    assert processing.run("geounet:extract", values, context=context, feedback=feedback)["FEATURES"] == 1


@pytest.fixture
def area():
    layer = QgsVectorLayer("Polygon?crs=EPSG:32737", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(ONE_ROOF))
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_an_area_of_interest_that_is_in_memory_alone(provider, scene, feedback, area):
    assert run(feedback, INPUT=str(scene), AOI=area.id())["FEATURES"] == 1


def test_an_area_of_interest_says_what_to_fetch_of_a_web_map(provider, area):
    web = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=19", "web", "wms")
    QgsProject.instance().addMapLayer(web)
    algorithm, context = provider.algorithm("extract"), QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {"INPUT": web.id(), "OUTPUT": "TEMPORARY_OUTPUT"}
    good, why = algorithm.checkParameterValues(values, context)
    assert not good
    assert "choose an extent" in why
    assert algorithm.checkParameterValues({**values, "AOI": area.id()}, context) == (True, "")


@pytest.mark.parametrize("bands", [[3, 2, 1], "3;2;1", "3,2,1", "3, 2, 1"])
def test_bands_in_another_order_are_named_by_the_person(provider, make_raster, bands):
    reversed_ = make_raster("bgr.tif", ground=(60, 95, 70), things=(195, 200, 205))
    values = {"INPUT": str(reversed_), "BANDS": bands, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert provider.algorithm("extract").checkParameterValues(values, QgsProcessingContext()) == (True, "")
    line = provider.algorithm("extract").create().command_line(values, QgsProcessingContext())
    assert " --bands 3,2,1 " in line


def test_a_scene_without_names_is_seen_as_the_layer_shows_it(provider, scene, feedback, tmp_path):
    nameless = tmp_path / "nameless.tif"
    options = "-b 3 -b 2 -b 1 -colorinterp undefined,undefined,undefined -co PHOTOMETRIC=MINISBLACK"
    gdal.Translate(str(nameless), str(scene), options=options)
    layer = QgsRasterLayer(str(nameless), "nameless")
    layer.renderer().setRedBand(3)
    layer.renderer().setBlueBand(1)
    QgsProject.instance().addMapLayer(layer)
    run(feedback, INPUT=layer.id())
    assert " --bands 3,2,1 " in feedback.texts("command")[0]


def test_a_model_from_a_folder(provider, scene, feedback, geounet_python, tmp_path):
    where = subprocess.run(
        [geounet_python, "-c", "import geounet, os; print(os.path.dirname(geounet.__file__))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    bundle = tmp_path / "my roofs"
    shutil.copytree(Path(where) / "models" / "shipped" / "buildings", bundle)
    values = {"INPUT": str(scene), "MODEL_FILE": str(bundle / "card.json"), "MODEL": "roads"}
    assert run(feedback, **values)["FEATURES"] == 4
    assert f"--model '{bundle}'" in feedback.texts("command")[-1]
    values |= {"MODEL_FILE": str(bundle), "OUTPUT": "TEMPORARY_OUTPUT"}
    line = provider.algorithm("extract").create().command_line(values, QgsProcessingContext())
    assert f"--model '{bundle}'" in line


def test_the_command_line_can_be_had_without_a_run(provider, scene, tmp_path):
    context = QgsProcessingContext()
    algorithm = provider.algorithm("extract").create()
    values = {"INPUT": str(scene), "OUTPUT": "TEMPORARY_OUTPUT", "THRESHOLD": 0.6, "TTA": True}
    before = sorted(tmp_path.rglob("*"))
    assert algorithm.command_line(values, context) == (
        f"geounet extract {shlex.quote(str(scene))} --model buildings --threshold 0.6 --tta --review "
        "--out scene_buildings.gpkg --overwrite"
    )
    assert sorted(tmp_path.rglob("*")) == before
    assert context.layersToLoadOnCompletion() == {}


def test_several_models_and_a_refinement_are_told(provider, scene):
    algorithm = provider.algorithm("extract").create()
    values = {
        "INPUT": str(scene),
        "OUTPUT": "o.gpkg",
        "REFINE": "crf",
        "MORE_MODELS": "roads ; /m/roofs/card.json;",
    }
    line = algorithm.command_line(values, QgsProcessingContext())
    assert " --model buildings --model roads --model /m/roofs --refine crf " in line
    assert "--refine" not in algorithm.command_line(values | {"REFINE": "none"}, QgsProcessingContext())


def test_the_command_line_of_a_layer_that_is_no_file(provider, tmp_path):
    """A web map: nothing is fetched for it."""
    layer = QgsRasterLayer("type=xyz&url=file:///nowhere/{z}/{x}/{y}.png&zmax=19", "web map", "wms")
    QgsProject.instance().addMapLayer(layer)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {"INPUT": layer.id(), "EXTENT": "100,200,100,200 [EPSG:3857]", "OUTPUT": "/data/o.gpkg"}
    line = provider.algorithm("extract").create().command_line(values, context)
    assert line.startswith("geounet extract 'web map.tif' --bbox 100,100,200,200 --bbox-crs EPSG:3857")
    assert line.endswith("--out /data/o.gpkg --overwrite")


@pytest.fixture
def shown_output(provider, scene, feedback, tmp_path):
    """A layer of the project that shows what a run has written, under another way of writing its path."""
    out = tmp_path / "roofs.gpkg"
    run(feedback, INPUT=str(scene), OUTPUT=str(out))
    (tmp_path / "sub").mkdir()
    layer = QgsVectorLayer(f"{tmp_path}/sub/../roofs.gpkg|layername=roofs", "roofs", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert layer.featureCount() == 4
    layer.selectAll()
    return layer


def test_a_layer_of_the_output_shows_the_new_run(scene, feedback, tmp_path, shown_output):
    out = tmp_path / "roofs.gpkg"
    run(feedback, INPUT=str(scene), OUTPUT=str(out), EXTENT=extent_text(ONE_ROOF, "EPSG:32737"))
    assert shown_output.featureCount() == len(list(shown_output.getFeatures())) == len(features(out)) == 1
    assert shown_output.selectedFeatureCount() == 0
    assert ONE_ROOF.buffered(1).contains(shown_output.extent())


def test_a_raster_of_the_output_shows_the_new_run(provider, scene, feedback, tmp_path):
    out = str(tmp_path / "p.tif")
    processing.run("geounet:predict", {"INPUT": str(scene), "OUTPUT": out}, feedback=feedback)
    layer = QgsRasterLayer(out, "p")
    QgsProject.instance().addMapLayer(layer)
    assert (layer.dataProvider().xSize(), layer.dataProvider().ySize()) == (256, 256)
    values = {"INPUT": str(scene), "OUTPUT": out, "EXTENT": extent_text(ONE_ROOF, "EPSG:32737")}
    processing.run("geounet:predict", values, feedback=feedback)
    size = gdal.Open(out)
    assert (layer.dataProvider().xSize(), layer.dataProvider().ySize()) == (
        size.RasterXSize,
        size.RasterYSize,
    )
    assert size.RasterXSize < 256


def reviewed(layer) -> None:
    layer.startEditing()
    for feature in layer.getFeatures():
        layer.changeAttributeValue(feature.id(), layer.fields().indexOf("review"), "accepted")


def test_unsaved_edits_are_not_written_over(provider, scene, tmp_path, shown_output):
    values = {"INPUT": str(scene), "OUTPUT": str(tmp_path / "roofs.gpkg")}
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    algorithm = provider.algorithm("extract")
    assert algorithm.checkParameterValues(values, context) == (True, "")
    reviewed(shown_output)
    good, why = algorithm.checkParameterValues(values, context)
    assert not good
    assert "“roofs” has unsaved edits" in why
    assert "\n" not in why
    elsewhere = {**values, "OUTPUT": str(tmp_path / "other.gpkg")}
    assert algorithm.checkParameterValues(elsewhere, context) == (True, "")
    assert shown_output.commitChanges()
    assert algorithm.checkParameterValues(values, context) == (True, "")


def test_edits_saved_in_a_session_that_goes_on_do_not_come_back(scene, feedback, tmp_path, shown_output):
    """SQLite's journal of the file that was there must not be read as the new one's."""
    reviewed(shown_output)
    assert shown_output.commitChanges(stopEditing=False)
    out = tmp_path / "roofs.gpkg"
    run(feedback, INPUT=str(scene), OUTPUT=str(out), EXTENT=extent_text(ONE_ROOF, "EPSG:32737"))
    assert [feature["properties"]["review"] for feature in features(out)] == [None]
    assert [feature["review"] or None for feature in shown_output.getFeatures()] == [None]
    reviewed(shown_output)
    assert shown_output.commitChanges()
    assert [feature["properties"]["review"] for feature in features(out)] == ["accepted"]


def test_edits_begun_during_the_run_are_told(scene, tmp_path, shown_output, feedback):
    feedback.progressChanged.connect(lambda _percent: shown_output.isEditable() or reviewed(shown_output))
    run(feedback, INPUT=str(scene), OUTPUT=str(tmp_path / "roofs.gpkg"))
    assert any("while the layer “roofs” was edited" in text for text in feedback.texts("warning"))
    assert shown_output.isModified()
    shown_output.rollBack()


class CancelAtFirstSight(QgsProcessingFeedback):
    """A person who presses Cancel when the first pixels are done."""

    def __init__(self) -> None:
        super().__init__(False)
        self.progressChanged.connect(lambda percent: percent > 0 and self.cancel())


def test_cancel_leaves_nothing(provider, make_raster, tmp_path):
    scene = make_raster("large.tif", ground=(70, 95, 60), things=(205, 200, 195), size=4096)
    folder = tmp_path / "out"
    folder.mkdir()
    values = {"INPUT": str(scene), "OUTPUT": str(folder / "o.gpkg"), "CLASS_RASTER": str(folder / "c.tif")}
    context, feedback = QgsProcessingContext(), CancelAtFirstSight()
    results, _good = provider.algorithm("extract").create().run(values, context, feedback)
    assert results == {}
    assert feedback.isCanceled()
    assert list(folder.iterdir()) == []


def test_what_fails_is_told_in_the_dialogs_words(provider, make_raster, feedback):
    pixels = make_raster("two.tif", ground=(70, 95), things=(205, 200))
    with pytest.raises(QgsProcessingException) as failure:
        run(feedback, INPUT=str(pixels))
    text = str(failure.value)
    assert "2 bands" in text
    assert "“Bands, in the model's order”" in text
    assert "Traceback" not in text


def test_a_scene_without_crs_has_a_hint(provider, make_raster, feedback):
    nowhere = make_raster("nowhere.tif", ground=(70, 95, 60), things=(205, 200, 195), epsg=None)
    with pytest.raises(QgsProcessingException, match="Set Layer CRS"):
        run(feedback, INPUT=str(nowhere))


def test_results_are_named_and_grouped_for_the_map(provider, scene, feedback, tmp_path):
    project = QgsProject.instance()
    context = QgsProcessingContext()
    context.setProject(project)
    found = processing.runAndLoadResults(
        "geounet:extract",
        {"INPUT": str(scene), "OUTPUT": "TEMPORARY_OUTPUT", "PROBABILITY": "TEMPORARY_OUTPUT"},
        context=context,
        feedback=feedback,
    )
    assert found["FEATURES"] == 4
    group = project.layerTreeRoot().findGroup("scene · buildings")
    assert {layer.name() for layer in group.findLayers()} == {"Buildings of scene", "Probabilities of scene"}


def test_a_model_of_the_designer_runs_it(provider, scene, feedback):
    """Extraction as a step of a model: what it writes is the next step's input."""
    model = QgsProcessingModelAlgorithm("roofs", "tests")
    model.addModelParameter(QgsProcessingParameterRasterLayer("scene"), QgsProcessingModelParameter("scene"))
    extract = QgsProcessingModelChildAlgorithm("geounet:extract")
    extract.setChildId("extract")
    extract.addParameterSources("INPUT", [QgsProcessingModelChildParameterSource.fromModelParameter("scene")])
    count = QgsProcessingModelChildAlgorithm("native:centroids")
    count.setChildId("count")
    count.addParameterSources(
        "INPUT", [QgsProcessingModelChildParameterSource.fromChildOutput("extract", "OUTPUT")]
    )
    output = QgsProcessingModelOutput("middles")
    output.setChildId("count")
    output.setChildOutputName("OUTPUT")
    count.setModelOutputs({"middles": output})
    model.addChildAlgorithm(extract)
    model.addChildAlgorithm(count)
    model.updateDestinationParameters()
    found = processing.run(model, {"scene": str(scene), "count:middles": "memory:"}, feedback=feedback)
    assert found["count:middles"].featureCount() == 4


def test_geoparquet_is_written_where_this_qgis_cannot_load_it_too(provider, scene, feedback, tmp_path):
    project = QgsProject.instance()
    context = QgsProcessingContext()
    context.setProject(project)
    out = tmp_path / "roofs.parquet"
    values = {"INPUT": str(scene), "OUTPUT": str(out)}
    processing.runAndLoadResults("geounet:extract", values, context=context, feedback=feedback)
    assert out.read_bytes()[:4] == b"PAR1"
    if "parquet" in QgsVectorFileWriter.supportedFormatExtensions():
        assert [layer.name() for layer in project.mapLayers().values()] == ["Buildings of scene"]
    else:
        assert project.mapLayers() == {}
        assert any("GeoParquet" in text for text in feedback.texts("warning"))
