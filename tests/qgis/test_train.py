"""`geounet:train`: with the real library on a scene of four roofs, a few steps and a model that loads; the rest with a
program in its place that says what it was told.
"""

import csv
import json
import tempfile
import tomllib
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

CARD = {
    "format": 1, "name": "tiny", "version": "0.1.0", "description": "Bright rectangles.", "task": "buildings",
    "architecture": {"name": "Unet", "encoder": "resnet18", "encoder_depth": 3, "decoder_channels": [16, 8, 8]},
    "bands": ["red", "green", "blue"], "classes": ["background", "building"], "activation": "softmax", "gsd_m": 0.6,
    "normalization": {"range": "dtype", "percentiles": [2, 98], "mean": [0.5] * 3, "std": [0.25] * 3},
    "tile": 64, "margin": 16, "stride": 8, "license": "CC0-1.0", "sources": ["drawn by the tests"],
}  # fmt: skip
QUICK = {"STEPS": 4, "BATCH_SIZE": 2, "CROP": 32, "INIT": "none", "DEVICE": "cpu", "SEED": 1}


@pytest.fixture(scope="module")
def base(geounet_python, tmp_path_factory) -> Path:
    """A small bundle to start from: its weights are as they were drawn by lot."""
    import os
    import subprocess

    from geounet_qgis.child.variables import clean

    folder = tmp_path_factory.mktemp("base")
    (folder / "card.json").write_text(json.dumps(CARD), encoding="utf-8")
    code = (
        "import sys; from geounet.models.card import ModelCard; from geounet.models.networks import build; import json; "
        "from pathlib import Path; import torch; folder = Path(sys.argv[1]); "
        "card = ModelCard.from_dict(json.loads((folder / 'card.json').read_text())); "
        "from safetensors.torch import save_file; "
        "save_file({k: v.contiguous() for k, v in build(card).state_dict().items()}, folder / 'weights.safetensors')"
    )
    subprocess.run([str(geounet_python), "-c", code, str(folder)], env=clean(os.environ), check=True)
    return folder


@pytest.fixture
def train(provider, feedback, base):
    import processing

    def run(**parameters):
        given = {**QUICK, "MODEL_FILE": str(base), **parameters}
        return processing.run("geounet:train", given, feedback=feedback)

    return run


@pytest.fixture
def told(child, base, tmp_path):
    """Put a program in geounet's place that keeps each config that it is given, and make the configs readable."""
    folder = tmp_path / "told"
    folder.mkdir()
    child(
        f"""
        import json, shutil, sys, time
        from pathlib import Path
        words, folder = sys.argv[3:], Path({str(folder)!r})
        def say(**event):
            print(json.dumps(event), flush=True)
        say(event="started", protocol=1, geounet="0.1.0", command=words[0])
        if words[0] == "models":
            say(event="done", result={{"card": json.loads(Path({str(base / "card.json")!r}).read_text())}})
        else:
            number = len(list(folder.glob("*.toml")))
            shutil.copy(words[1], folder / f"{{number}}.toml")
            (folder / f"{{number}}.json").write_text(json.dumps(words))
            out = Path(words[words.index("--out") + 1])
            run = out.with_name(out.name + "-run")
            (folder / f"{{number}}.txt").write_text("\\n".join(map(str, sorted(run.rglob("*")))))
            if (folder / "wait").exists():
                (run / "checkpoint").mkdir()
                (run / "checkpoint" / "checkpoint.json").touch()
                say(event="progress", description="training", done=1, total=2, unit="step")
                time.sleep(600)
            say(event="done", result={{"metrics": {{"mean": 0.5}}, "threshold": 0.4, "report": str(run / "report.html")}})
        """
    )

    class Told:
        def config(self, number: int = 0) -> dict:
            return tomllib.loads((folder / f"{number}.toml").read_text(encoding="utf-8"))

        def words(self, number: int = 0) -> list[str]:
            return json.loads((folder / f"{number}.json").read_text())

        def files(self, number: int = 0) -> list[str]:
            """What was in the run's folder meanwhile."""
            return (folder / f"{number}.txt").read_text().splitlines()

        def wait(self, *, longer: bool) -> None:
            """Whether the next run takes its time."""
            (folder / "wait").touch() if longer else (folder / "wait").unlink()

    return Told()


@pytest.fixture
def roads(qgis_app) -> QgsVectorLayer:
    """A line across the scene, in memory, with a class of its own and a person's verdict."""
    layer = QgsVectorLayer(
        "LineString?crs=EPSG:32737&field=kind:string&field=review:string", "roads", "memory"
    )
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt("LineString (500000 9299960, 500070 9299960)"))
    feature.setAttributes(["track", "accepted"])
    layer.dataProvider().addFeatures([feature])
    return layer


def test_a_scene_and_a_label_raster_become_a_model(train, scene, labels, make_raster, tmp_path):
    out = tmp_path / "my models" / "roofs ü"
    other = make_raster("other/scene.tif", ground=(72, 95, 60), things=(205, 198, 195))
    judged = {"VALIDATION": str(other), "VALIDATION_LABELS": str(labels)}
    found = train(
        INPUT=str(scene), LABELS=str(labels), OUTPUT=str(out), NAME="roofs", LICENSE="CC0-1.0", **judged
    )
    assert found["OUTPUT"] == str(out)
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert (card["name"], card["license"], card["gsd_m"]) == ("roofs", "CC0-1.0", 0.6)
    assert card["threshold"] == pytest.approx(found["CHOSEN_THRESHOLD"])
    assert 0 <= found["MEAN_IOU"] <= 1
    assert (out / "weights.safetensors").is_file()
    with (out.with_name("roofs ü-run") / "metrics.csv").open(encoding="utf-8", newline="") as file:
        judged_at = [int(row["step"]) for row in csv.DictReader(file)]
    assert judged_at[-1] == 4
    assert card["trained_on"]["steps"] in judged_at  # after so few, on some processors the start is the best
    assert "<html" in Path(found["REPORT"]).read_text(encoding="utf-8")
    assert Path(found["REPORT"]).is_relative_to(out.with_name("roofs ü-run"))


def test_the_page_is_shown_as_a_result(provider):
    outputs = provider.algorithm("train").outputDefinitions()
    assert [each.name() for each in outputs if isinstance(each, QgsProcessingOutputHtml)] == ["REPORT"]


def test_polygons_and_chosen_bands_and_an_extent(train, make_raster, qgis_app):
    """Bands that the file does not name, labels in memory, a temporary model, and a scene that is divided."""
    path = make_raster("four.tif", ground=(9, 60, 95, 70), things=(9, 195, 200, 205))
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.GetRasterBand(1).SetColorInterpretation(gdal.GCI_Undefined)
    dataset = None  # writes it
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "roofs", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(39.0001, -6.34, 39.0003, -6.3315)))
    layer.dataProvider().addFeatures([feature])
    found = train(
        INPUT=QgsRasterLayer(str(path), "four"), LABELS=layer, BANDS=[4, 3, 2],
        BAND_NAMES="vermilion,emerald,azure", CLASSES="background,roof", TASK=3,
        EXTENT="500000,500060,9299930,9300000 [EPSG:32737]", OUTPUT="TEMPORARY_OUTPUT",
    )  # fmt: skip
    card = json.loads((Path(found["OUTPUT"]) / "card.json").read_text(encoding="utf-8"))
    assert (card["task"], card["bands"], card["classes"]) == (
        "areas", ["vermilion", "emerald", "azure"], ["background", "roof"],
    )  # fmt: skip


def test_too_few_labels_to_divide_are_told_in_the_dialogs_words(train, scene, make_raster, tmp_path):
    one = make_raster("one.tif", ground=(0,), things=(1,), rectangles=((10, 10, 8, 8),))
    with pytest.raises(QgsProcessingException, match="1 block with labels") as failed:
        train(INPUT=str(scene), LABELS=str(one), OUTPUT=str(tmp_path / "model"))
    assert "“Validation: scene”" in str(failed.value)
    assert str(failed.value).splitlines()[-1].startswith("Hint: label more places")
    assert list(tmp_path.glob("model*")) == []


def test_a_scene_alone_is_divided_by_the_library(train, told, scene, labels, base, tmp_path):
    found = train(INPUT=str(scene), LABELS=str(labels), OUTPUT=str(tmp_path / "model"))
    assert found["REPORT"] == str(tmp_path / "model-run" / "report.html")
    config = told.config()
    side = 256 * 0.3 / 5  # 25 squares
    assert config["data"]["split"]["block_m"] == pytest.approx(
        side, rel=0.01
    )  # UTM's metres are not all true
    assert config["data"]["train"] == [{"scene": str(scene), "labels": str(labels)}]
    assert "validation" not in config["data"]
    assert (config["start"], config["optimizer"]["freeze"]) == (str(base), 0)  # a fifth of four steps
    assert "init" not in config


def test_settings_alone_can_be_taken_of_a_model(train, told, scene, labels, tmp_path):
    given = {"INPUT": str(scene), "LABELS": str(labels), "OUTPUT": str(tmp_path / "model")}
    train(**given, START=False, STEPS=100)
    train(**given, START=True, STEPS=100)
    train(**given, START=True, STEPS=None)
    assert (told.config(0)["init"], told.config(0)["optimizer"]["rate"]) == ("none", 1e-3)
    assert not {"start", "freeze"} & {*told.config(0), *told.config(0)["optimizer"]}
    assert told.config(2)["optimizer"]["steps"] == 500
    assert (told.config(1)["optimizer"]["freeze"], told.config(1)["optimizer"]["rate"]) == (20, 3e-4)


def test_lines_have_a_width_and_a_field(train, told, scene, roads, tmp_path):
    train(
        INPUT=str(scene), LABELS=roads, OUTPUT=str(tmp_path / "model"), WIDTH=7, CLASS_FIELD="kind", TASK=2,
        CLASSES="background,road", CLASS_VALUES="track=road,planned=",
    )  # fmt: skip
    data = told.config()["data"]
    assert (data["width_m"], data["attribute"], data["classes"], data["ignored"]) == (
        7, "kind", {"track": "road"}, ["planned"],
    )  # fmt: skip


def test_a_verdict_is_written_out_with_its_feature(provider, scene, roads, tmp_path, feedback):
    from geounet_qgis.algs.training_files import TrainingFiles
    from geounet_qgis.algs.training_places import TakenPlaces

    given = {"INPUT": str(scene), "LABELS": roads, "CROP": 32}
    places = TakenPlaces(provider.algorithm("train").create(), given, QgsProcessingContext())
    place = places.train.place(TrainingFiles(tmp_path / "model", feedback))
    assert place.scene == str(scene)
    (feature,) = QgsVectorLayer(place.labels, "written").getFeatures()
    assert (feature["kind"], feature["review"]) == ("track", "accepted")


def test_another_place_is_taken_as_it_is(provider, scene, labels, make_raster, tmp_path, feedback):
    from geounet_qgis.algs.training_files import TrainingFiles
    from geounet_qgis.algs.training_places import TakenPlaces
    from geounet_qgis.commands.train import Place

    other = make_raster("other/scene.tif", ground=(70, 95, 60), things=(205, 200, 195))
    truth = make_raster("other/labels.tif", ground=(0,), things=(1,))
    given = {
        "INPUT": str(scene),
        "LABELS": str(labels),
        "VALIDATION": str(other),
        "VALIDATION_LABELS": str(truth),
    }
    places = TakenPlaces(provider.algorithm("train").create(), given, QgsProcessingContext())
    files = TrainingFiles(tmp_path / "model", feedback)
    assert places.train.place(files) == Place(str(scene), str(labels))
    assert places.validation.place(files) == Place(str(other), str(truth))
    files.remove()
    assert list(tmp_path.glob("model*")) == []


def test_an_interrupted_run_goes_on_with_the_same_config(provider, train, told, scene, roads, base, tmp_path):
    """Layers are written out anew, and at the same place, or the library would not know the run again."""
    run = tmp_path / "model-run"
    given = {
        "INPUT": str(scene), "LABELS": roads, "WIDTH": 5, "OUTPUT": str(tmp_path / "model"),
        "EXTENT": "500000,500060,9299930,9300000 [EPSG:32737]",
    }  # fmt: skip
    told.wait(longer=True)
    values, feedback = {**QUICK, "MODEL_FILE": str(base), **given}, CancelledAtAStep()
    results, _good = provider.algorithm("train").create().run(values, QgsProcessingContext(), feedback)
    assert results == {}
    assert [path.name for path in run.iterdir()] == ["checkpoint"]
    told.wait(longer=False)
    train(**given, RESUME=True)
    assert told.config(1) == told.config(0)
    assert "--resume" in told.words(1)
    assert "--resume" not in told.words(0)
    written = {str(run / "layers" / name) for name in ("1/scene.tif", "2/roads.gpkg")}
    assert written <= set(told.files(0))
    assert written <= set(told.files(1))
    assert [path.name for path in run.iterdir()] == ["checkpoint"]


class CancelledAtAStep(QgsProcessingFeedback):
    """A person who presses Cancel as soon as it trains."""

    def __init__(self) -> None:
        super().__init__(False)

    def setProgressText(self, text: str) -> None:
        if text.startswith("training"):
            self.cancel()


class CancelledOnceKept(QgsProcessingFeedback):
    """A person who presses Cancel as soon as there is something to go on from."""

    def __init__(self, kept: Path) -> None:
        super().__init__(False)
        self._kept = kept

    def isCanceled(self) -> bool:
        if self._kept.exists():
            self.cancel()
        return super().isCanceled()


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """A folder for temporary files that no other program uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_library_knows_the_run_again(provider, train, feedback, scene, roads, base, tmp_path, temporary):
    out, run = tmp_path / "model", tmp_path / "model-run"
    given = {
        "INPUT": str(scene), "LABELS": roads, "WIDTH": 5, "OUTPUT": str(out), "STEPS": 8,
        "CLASS_FIELD": "kind", "CLASS_VALUES": "track=building",
        "EXTENT": "500000,500060,9299930,9300000 [EPSG:32737]",
    }  # fmt: skip
    values = {**QUICK, "MODEL_FILE": str(base), **given}
    cancelled = CancelledOnceKept(run / "checkpoint" / "checkpoint.json")
    results, _good = provider.algorithm("train").create().run(values, QgsProcessingContext(), cancelled)
    assert results == {}
    assert not (run / "layers").exists()
    assert list(temporary.glob(".geounet-*")) == []
    found = train(**given, RESUME=True)
    assert [text for text in feedback.texts("info") if text.startswith("goes on from step")]
    assert found["OUTPUT"] == str(out)
    assert Path(found["REPORT"]).is_file()
    assert not (run / "layers").exists()


def test_going_on_needs_no_leave_to_replace_the_model(provider, scene, labels, base, tmp_path):
    check = provider.algorithm("train").checkParameterValues
    out = tmp_path / "model"
    given = {
        "INPUT": str(scene), "LABELS": str(labels), "MODEL_FILE": str(base), "CROP": 32, "RESUME": True,
    }  # fmt: skip
    good, why = check({**given, "OUTPUT": "TEMPORARY_OUTPUT"}, QgsProcessingContext())
    assert not good
    assert "“Go on with an interrupted run”" in why
    out.mkdir()
    (out / "card.json").touch()
    assert not check({**given, "OUTPUT": str(out)}, QgsProcessingContext())[0]
    folder = tmp_path / "model-run" / "checkpoint"
    folder.mkdir(parents=True)
    (folder / "checkpoint.json").touch()
    assert check({**given, "OUTPUT": str(out)}, QgsProcessingContext()) == (True, "")
    assert not check({**given, "OUTPUT": str(out), "RESUME": False}, QgsProcessingContext())[0]


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path, feedback):
    from geounet_qgis.algs.training_files import TrainingFiles

    (tmp_path / "file").touch()
    with pytest.raises(QgsProcessingException, match="choose another folder"):
        TrainingFiles(tmp_path / "file" / "model", feedback)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("set data.width_m (roads: about 7)", "set “Width of lines (metres)” (roads: about 7)"),
        ("in data.classes, or data.ignored.", "in “What values of the field mean”, or “What values of the field mean”."),
        ("see metadata.classes and data.classes.x", "see metadata.classes and data.classes.x"),
    ],
)  # fmt: skip
def test_keys_are_told_as_the_dialog_has_them(provider, message, said):
    from geounet_qgis.algs.training_hints import explained

    titles = {each.name(): each.description() for each in provider.algorithm("train").parameterDefinitions()}
    assert explained(message, titles) == said


def test_each_key_has_a_parameter(provider):
    from geounet_qgis.algs.training_hints import KEYS

    assert all(provider.algorithm("train").parameterDefinition(name) for name in KEYS.values())


def test_what_is_there_is_kept(provider, scene, labels, base, tmp_path):
    check = provider.algorithm("train").checkParameterValues
    out = tmp_path / "model"
    given = {"INPUT": str(scene), "LABELS": str(labels), "MODEL_FILE": str(base), "OUTPUT": str(out)}
    given["CROP"] = 32
    assert check(given, QgsProcessingContext())[0]
    out.mkdir()
    assert check(given, QgsProcessingContext())[0]
    assert " --overwrite" in provider.algorithm("train").command_line(
        given, QgsProcessingContext()
    )  # it is empty
    (out / "diary.txt").touch()
    for overwrite in (False, True):
        good, why = check({**given, "OVERWRITE": overwrite}, QgsProcessingContext())
        assert not good
        assert "has other files in it" in why
    (out / "card.json").touch()
    good, why = check(given, QgsProcessingContext())
    assert not good
    assert "“Replace a model that is in the folder”" in why
    assert check({**given, "OVERWRITE": True}, QgsProcessingContext())[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"CLASSES": "roof"}, "at least two"),
        ({"BANDS": [1, 2]}, "Bands chosen: 2; bands named: 3"),
        ({"VALIDATION_LABELS": "labels"}, "no scene that they belong to"),
        ({"LABELS": "tiles"}, "is a picture"),
        ({"INPUT": "tiles"}, "choose an extent"),
        ({"VALIDATION": "scene"}, "“Validation: scene” is the scene that is trained on: leave it empty"),
        ({"CROP": 256}, "The scene is 76.8 × 76.8 m, and a crop 154 m: too little"),
        ({"LABELS": "roads"}, "“Labels” are lines: say how wide they are in “Width of lines (metres)”"),
        (
            {"LABELS": "roads", "CLASS_FIELD": "type"},
            "“Labels” have no field type: expected one of kind, review.",
        ),
        ({"CLASS_VALUES": "house=building,shed"}, "“shed” does not say what the value means"),
    ],
)
def test_what_cannot_work_is_said_before(provider, scene, labels, roads, base, changes, why):
    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    layers = {"tiles": tiles, "labels": str(labels), "scene": str(scene), "roads": roads}
    changes = {
        name: layers.get(value, value) if isinstance(value, str) else value for name, value in changes.items()
    }
    given = {
        "INPUT": str(scene),
        "LABELS": str(labels),
        "OUTPUT": "TEMPORARY_OUTPUT",
        "MODEL_FILE": str(base),
        "CROP": 32,
    }
    check = provider.algorithm("train").checkParameterValues
    assert check(given, QgsProcessingContext()) == (True, "")
    good, said = check({**given, **changes}, QgsProcessingContext())
    assert not good
    assert why in said


def test_what_training_needs_is_hinted_at(train, scene, labels, tmp_path, monkeypatch):
    from geounet_qgis.algs import train as module

    def fail(*_args, **_more):
        raise QgsProcessingException(
            "training needs lightning; install it with: pip install 'geounet[train]'"
        )

    monkeypatch.setattr(module, "run_geounet", fail)
    with pytest.raises(QgsProcessingException, match="training needs more packages"):
        train(INPUT=str(scene), LABELS=str(labels), OUTPUT=str(tmp_path / "x"))


def test_the_command_line_can_be_copied(provider, scene, labels):
    line = provider.algorithm("train").command_line(
        {"INPUT": str(scene), "LABELS": str(labels), "OUTPUT": "/models/mine", "NAME": "mine"},
        QgsProcessingContext(),
    )
    assert line == "geounet train mine.toml --device auto --out /models/mine"


def test_the_dialog_opens_whatever_the_labels_can_be(provider, scene, roads, monkeypatch):
    import processing.gui.AlgorithmDialog
    import processing.gui.ParametersPanel

    for module in (processing.gui.AlgorithmDialog, processing.gui.ParametersPanel):
        monkeypatch.setattr(module, "iface", None)  # pytest-qgis's is a mock, which C++ does not take
    raster = QgsRasterLayer(str(scene), "scene")
    QgsProject.instance().addMapLayers([raster, roads], addToLegend=False)
    dialog = provider.algorithm("train").create().createCustomParametersWidget()
    for layer in (roads, raster):
        dialog.setParameters({"INPUT": raster.id(), "LABELS": layer.id(), "CLASS_FIELD": "kind"})
        chosen = dialog.createProcessingParameters()
        assert (chosen["INPUT"], chosen["LABELS"], chosen["CLASS_FIELD"]) == (raster.id(), layer.id(), "kind")
    assert chosen.get("START", True)
    dialog.close()
    QgsProject.instance().removeAllMapLayers()
