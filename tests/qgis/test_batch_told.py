"""`geounet:batch` with a program in geounet's place: what it is told, and what a person is told of what it says."""

import json
import shlex
import zipfile
from pathlib import Path

import processing
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

from geounet_qgis.algs import files
from geounet_qgis.layers.replaced import reload_layers

STARTED = '{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "batch"}'


@pytest.fixture(autouse=True)
def empty_project():
    yield
    QgsProject.instance().clear()


@pytest.fixture
def tiles(make_raster, tmp_path) -> Path:
    """A folder with three tiles."""
    for name in "abc":
        make_raster(f"tiles/{name}.tif", ground=(70, 95, 60), things=(205, 200, 195), size=64, rectangles=())
    return tmp_path / "tiles"


@pytest.fixture
def says(child, tmp_path):
    """Have a program say a result, fail or not, and keep its words."""
    words = tmp_path / "words.json"

    def put(result: dict | None = None, *, error: str = "") -> Path:
        defaults = dict.fromkeys(("done", "failed", "skipped", "pending", "features", "pixels"), 0)
        event = {"event": "result", "result": defaults | {"report": "", "merged": None} | (result or {})}
        failed = {"event": "failed", "error": error, "message": "some scenes failed"}
        child(
            f"""
            import json, sys
            json.dump(sys.argv[3:-3], open({str(words)!r}, "w"))
            result = {event!r}
            print({STARTED!r})
            print(json.dumps(result) if {error != "SceneError"} else "")
            print(json.dumps({failed!r} if {error!r} else {{"event": "done", "result": result["result"]}}))
            sys.exit({int(bool(error))})
            """
        )
        return words

    return put


def run(feedback, **values) -> dict:
    return processing.run("geounet:batch", {"OUTPUT": "TEMPORARY_OUTPUT"} | values, feedback=feedback)


def told(words: Path) -> list[str]:
    return json.loads(words.read_text(encoding="utf-8"))


def test_what_is_chosen_arrives(provider, says, tiles, feedback, tmp_path):
    words = says()
    out = tmp_path / "my layers"
    run(feedback, INPUT=str(tiles), OUTPUT=str(out))
    assert told(words) == [
        *("batch", str(tiles), "--model", "buildings", "--review"),
        *("--merge", str(out / "merged.gpkg"), "--out", str(out)),
    ]
    run(
        feedback, INPUT=str(tiles), OUTPUT=str(out), MODEL="roads", THRESHOLD=0.4, FORMAT="fgb", MOSAIC=False, MERGE=False,
        RETRY=True, OVERWRITE=True, WORKERS=2, BANDS="3, 2,1", EXTENT="0,9,0,9 [EPSG:32737]", MIN_AREA=4, TILE=256,
        SIMPLIFY=0.5,
    )  # fmt: skip
    assert told(words) == [
        *("batch", str(tiles), "--bands", "3,2,1", "--bbox", "0,0,9,9", "--bbox-crs", "EPSG:32737"),
        *(
            "--model",
            "roads",
            "--threshold",
            "0.4",
            "--tile",
            "256",
            "--min-area",
            "4",
            "--simplify",
            "0.5",
            "--review",
        ),
        *(
            "--format",
            "fgb",
            "--mosaic",
            "none",
            "--retry",
            "failed",
            "--workers",
            "2",
            "--out",
            str(out),
            "--overwrite",
        ),
    ]


def test_layers_and_files_go_beside_the_folder_or_alone(provider, says, tiles, feedback):
    words = says()
    layer = QgsRasterLayer(str(tiles / "b.tif"), "tile b")
    QgsProject.instance().addMapLayer(layer)
    run(feedback, LAYERS=[layer.id(), str(tiles / "c.tif")])
    assert told(words)[1:3] == [str(tiles / "b.tif"), str(tiles / "c.tif")]
    run(feedback, INPUT=str(tiles / "*.tif"), LAYERS=[layer.id()])
    assert told(words)[1:3] == [str(tiles / "*.tif"), str(tiles / "b.tif")]


@pytest.fixture
def project(qgis_app):
    """A context with the project."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    return context


def test_a_layer_that_is_no_file_is_written_out(provider, tiles, project):
    """It is a new file in each run, so inputs are known by their content."""
    web = QgsRasterLayer(f"type=xyz&url=file://{tiles}/%7Bz%7D.png&zmax=19", "web", "wms")
    QgsProject.instance().addMapLayer(web)
    values = {"LAYERS": [web.id(), str(tiles / "b.tif")], "OUTPUT": "/out", "EXTENT": "0,9,0,9 [EPSG:3857]"}
    algorithm = provider.algorithm("batch").create()
    line = algorithm.command_line(values, project)
    assert line.startswith(f"geounet batch web.tif {shlex.quote(str(tiles / 'b.tif'))} --bbox")
    assert " --digest content --out /out" in line
    assert algorithm.exports == {"web.tif": "web"}
    good, why = algorithm.checkParameterValues({**values, "EXTENT": None}, project)
    assert not good
    assert "choose an extent" in why


def test_a_layer_of_another_crs_than_its_file_is_written_out(provider, says, tiles, feedback):
    words = says()
    layer = QgsRasterLayer(str(tiles / "b.tif"), "tile b")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32637"))
    QgsProject.instance().addMapLayer(layer)
    run(feedback, LAYERS=[layer.id()])
    assert Path(told(words)[1]).name == "tile b.tif"
    assert told(words)[1] != str(tiles / "b.tif")
    assert "--digest" in told(words)


def test_what_an_archive_or_a_table_holds_is_written_out(provider, tiles, project, tmp_path):
    """The library takes files, folders, archives and servers; a part of a file is named by GDAL alone."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tiles / "a.tif", "a.tif")
    layer = QgsRasterLayer(f"/vsizip/{tmp_path}/a.zip/a.tif", "zipped")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    values = {"LAYERS": [layer.id()], "OUTPUT": "/out"}
    line = provider.algorithm("batch").create().command_line(values, project)
    assert line.startswith("geounet batch zipped.tif ")


def test_very_many_layers_are_listed_in_a_file(provider, child, tiles, feedback, monkeypatch, tmp_path):
    monkeypatch.setattr(files, "LONGEST_LINE", 10)
    kept = tmp_path / "kept.txt"
    result = dict.fromkeys(("done", "failed", "skipped", "features"), 0)
    child(
        f"""
        import json, shutil, sys
        assert sys.argv[4].endswith(".txt"), sys.argv
        shutil.copy(sys.argv[4], {str(kept)!r})
        print({STARTED!r})
        print(json.dumps({{"event": "done", "result": {result!r}}}))
        """
    )
    run(feedback, LAYERS=[str(tiles / "a.tif"), str(tiles / "c.tif")])
    assert kept.read_text(encoding="utf-8").splitlines() == [str(tiles / "a.tif"), str(tiles / "c.tif")]


def test_layers_without_crs_that_a_person_gave_different_ones(provider, says, make_raster, feedback):
    words = says()
    layers = []
    for name, epsg in (("a", 32737), ("b", 32737), ("c", 32636)):
        path = make_raster(
            f"{name}.tif", ground=(70, 95, 60), things=(205, 200, 195), size=32, rectangles=(), epsg=None
        )
        layers.append(QgsRasterLayer(str(path), name))
        layers[-1].setCrs(QgsCoordinateReferenceSystem(f"EPSG:{epsg}"))
    QgsProject.instance().addMapLayers(layers)
    run(feedback, LAYERS=[layer.id() for layer in layers[:2]])
    assert told(words)[3:5] == ["--assume-crs", "EPSG:32737"]
    run(feedback, LAYERS=[layer.id() for layer in layers])
    assert "--assume-crs" not in told(words)
    assert not Path(told(words)[1]).is_relative_to(layers[0].source())
    assert told(words)[1:4] != [layer.source() for layer in layers]


FAILURES = {f"t{number:02}": f"t{number:02}.tif is no raster" for number in range(12)}


def test_scenes_that_failed_are_told_and_the_rest_counts(provider, says, tiles, feedback, tmp_path):
    report = tmp_path / "out" / "report.html"
    says(
        {"done": 30, "failed": 12, "skipped": 2, "features": 99, "report": str(report), "failures": FAILURES},
        error="BatchIncompleteError",
    )
    found = run(feedback, INPUT=str(tiles), OUTPUT=str(report.parent))
    assert {name: found[name] for name in ("DONE", "FAILED", "SKIPPED", "FEATURES")} == {
        "DONE": 30, "FAILED": 12, "SKIPPED": 2, "FEATURES": 99,
    }  # fmt: skip
    assert (found["OUTPUT"], found["REPORT"]) == (str(report.parent), str(report))
    assert "MERGED" not in found
    (warning,) = feedback.texts("warning")
    first, *lines, last = warning.split("\n")
    assert "12" in first
    assert lines == [f"{name}: {line}" for name, line in list(FAILURES.items())[:10]]
    assert "2 more" in last
    assert any(str(report) in text for text in feedback.texts("info"))


def test_no_credential_of_a_failed_scene_is_told(provider, says, tiles, feedback):
    secret = "hunter2" * 2
    failures = {"a": f"cannot open https://h/a.tif?X-Amz-Signature={secret}"}
    says({"failed": 1, "failures": failures}, error="BatchIncompleteError")
    run(feedback, INPUT=str(tiles))
    assert feedback.texts("warning")
    assert secret not in "".join(feedback.texts())


@pytest.mark.parametrize("error", ["SceneError", "OutputError"])
def test_a_run_that_failed_is_a_failure(provider, says, tiles, feedback, error):
    says({"done": 1}, error=error)
    with pytest.raises(QgsProcessingException, match="some scenes failed"):
        run(feedback, INPUT=str(tiles))


def test_scenes_left_to_another_run_are_told(provider, says, tiles, feedback):
    says({"done": 1, "pending": 7}, error="BatchIncompleteError")
    run(feedback, INPUT=str(tiles))
    assert any("7" in text for text in feedback.texts("warning"))


@pytest.fixture
def merged(make_raster, tmp_path) -> Path:
    """A layer of all scenes, as a program would have left it."""
    out = tmp_path / "out"
    out.mkdir()
    layer = QgsVectorLayer("Polygon?crs=EPSG:32737&field=class:string", "all", "memory")
    given = {"INPUT": layer, "OUTPUT": str(out / "merged.gpkg")}
    processing.run("native:savefeatures", given)
    return out / "merged.gpkg"


def test_the_layer_of_all_is_shown_on_the_map(provider, says, tiles, feedback, merged):
    says({"done": 3, "merged": str(merged)})
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    found = processing.runAndLoadResults(
        "geounet:batch",
        {"INPUT": str(tiles), "OUTPUT": str(merged.parent)},
        context=context,
        feedback=feedback,
    )
    assert found["MERGED"] == str(merged)
    group = QgsProject.instance().layerTreeRoot().findGroup("tiles · buildings")
    assert [layer.name() for layer in group.findLayers()] == ["Buildings of tiles"]


@pytest.fixture
def shown(merged):
    """A layer of the output folder, in the project."""
    layer = QgsVectorLayer(str(merged), "all", "ogr")
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_unsaved_edits_of_the_folders_layers_are_not_written_over(provider, tiles, merged, shown, tmp_path):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    check = provider.algorithm("batch").checkParameterValues
    values = {"INPUT": str(tiles), "OUTPUT": str(merged.parent)}
    assert check(values, context) == (True, "")
    shown.startEditing()
    assert shown.addFeature(QgsFeature(shown.fields()))
    good, why = check(values, context)
    assert not good
    assert f"“all” has unsaved edits of {merged}" in why
    assert check({**values, "OUTPUT": str(tmp_path / "elsewhere")}, context) == (True, "")
    shown.rollBack()


def test_edits_begun_during_the_run_are_only_told_where_the_file_was_replaced(
    provider, feedback, merged, shown
):
    shown.startEditing()
    assert shown.addFeature(QgsFeature(shown.fields()))
    reload_layers(QgsProject.instance(), [str(merged.parent)], feedback)
    assert not feedback.texts("warning")
    reload_layers(QgsProject.instance(), [str(merged.parent), str(merged)], feedback)
    assert feedback.texts("warning")
    assert shown.isModified()
    shown.rollBack()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"INPUT": None}, "No scene was chosen"),
        (
            {"INPUT": QVariant(QVariant.String), "BANDS": ""},
            "No scene was chosen",
        ),  # as the dialog gives them
        ({"INPUT": "/nowhere/at all"}, "/nowhere/at all is not there"),
        ({"BANDS": "red"}, "“red”"),
        ({"BANDS": "0,1,2"}, "“0,1,2”"),
        ({"BANDS": "1,2"}, "red, green, blue"),
        ({"GSD": "fine"}, "fine"),
        ({"OVERLAP": 33}, "even"),
    ],
)
def test_what_cannot_work_is_said_at_once(provider, tiles, values, expected):
    given = {"INPUT": str(tiles), "OUTPUT": "/out"} | values
    good, why = provider.algorithm("batch").checkParameterValues(given, QgsProcessingContext())
    assert not good
    assert expected in why
    assert "\n" not in why


@pytest.mark.parametrize(
    "place", ["/data/*_2024.tif", "https://host/a.tif", "/vsizip/a.zip/b.tif", "s3://b/c"]
)
def test_patterns_and_addresses_are_not_looked_up(provider, place):
    given = {"INPUT": place, "OUTPUT": "/out"}
    assert provider.algorithm("batch").checkParameterValues(given, QgsProcessingContext()) == (True, "")


@pytest.mark.parametrize("bands", [[3, 2, 1], "3,2,1", "3, 2, 1"])
def test_bands_as_a_script_or_a_person_gives_them(provider, tiles, bands):
    given = {"INPUT": str(tiles), "BANDS": bands, "OUTPUT": "TEMPORARY_OUTPUT"}
    context = QgsProcessingContext()
    assert provider.algorithm("batch").checkParameterValues(given, context) == (True, "")
    line = provider.algorithm("batch").create().command_line(given, context)
    assert line == (
        f"geounet batch {shlex.quote(str(tiles))} --bands 3,2,1 --model buildings --review "
        "--merge tiles_buildings/merged.gpkg --out tiles_buildings"
    )


class CancelAtOnce(QgsProcessingFeedback):
    """A person who presses Cancel at the first word."""

    def __init__(self) -> None:
        super().__init__(False)
        self.infos: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)
        self.cancel()


def test_one_who_cancels_is_told_that_nothing_is_lost(provider, child, tiles, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    child(
        f"""
        import json, os, time
        os.mkdir(f"{out}/.geounet-{{os.getpid()}}-abc")
        open("{out}/a.gpkg", "w").close()
        print(json.dumps({{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "batch", "pid": os.getpid()}}))
        print('{{"event": "log", "level": "info", "message": "go"}}', flush=True)
        time.sleep(600)
        """
    )
    feedback = CancelAtOnce()
    values = {"INPUT": str(tiles), "OUTPUT": str(out)}
    results, _good = provider.algorithm("batch").create().run(values, QgsProcessingContext(), feedback)
    assert results == {}
    assert [path.name for path in out.iterdir()] == ["a.gpkg"]
    assert any("What is done stays done" in text for text in feedback.infos)
