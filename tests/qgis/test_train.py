"""`geounet:train`, with the real library on a scene of four roofs: a few steps, and a model that loads."""

import json
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
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
def config(feedback):
    """The config that a run wrote, as text."""

    def last() -> str:
        return next(text for text in feedback.texts("debug") if "[[" in text)

    return last


def test_a_scene_and_a_label_raster_become_a_model(train, config, scene, labels, tmp_path):
    out = tmp_path / "my models" / "roofs ü"
    judged = {"VALIDATION": str(scene), "VALIDATION_LABELS": str(labels)}
    found = train(
        INPUT=str(scene), LABELS=str(labels), OUTPUT=str(out), NAME="roofs", LICENSE="CC0-1.0", **judged
    )
    assert found["OUTPUT"] == str(out)
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert (card["name"], card["license"], card["gsd_m"]) == ("roofs", "CC0-1.0", 0.6)
    assert card["threshold"] == pytest.approx(found["CHOSEN_THRESHOLD"])
    assert 0 <= found["MEAN_IOU"] <= 1
    assert (out / "weights.safetensors").is_file()
    assert 1 <= card["trained_on"]["steps"] <= 4


def test_the_last_fifth_is_kept_for_validation(provider, scene, labels, tmp_path, feedback):
    from geounet_qgis.algs.files import RunFiles
    from geounet_qgis.algs.training_places import TakenPlaces

    context = QgsProcessingContext()
    algorithm = provider.algorithm("train").create()
    places = TakenPlaces(algorithm, {"INPUT": str(scene), "LABELS": str(labels)}, context)
    files = RunFiles(tmp_path, feedback)
    first, last = places.train.place(files), places.validation.place(files)
    assert first.labels == last.labels == str(labels)
    one, other, whole = (gdal.Open(path) for path in (first.scene, last.scene, str(scene)))
    assert (one.RasterXSize, other.RasterXSize) == (205, 52)  # of 256: the cut goes through a pixel
    assert one.RasterYSize == other.RasterYSize == 256
    left = round((other.GetGeoTransform()[0] - 500_000) / 0.3)
    assert left == 204
    assert other.ReadRaster() == whole.ReadRaster(left, 0, 52, 256)
    assert one.ReadRaster() == whole.ReadRaster(0, 0, 205, 256)
    interpretations = [one.GetRasterBand(n).GetColorInterpretation() for n in (1, 2, 3)]
    assert interpretations == [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand]


def test_another_place_is_taken_as_it_is(provider, scene, labels, make_raster, tmp_path, feedback):
    from geounet_qgis.algs.files import RunFiles
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
    files = RunFiles(tmp_path, feedback)
    assert places.train.place(files) == Place(str(scene), str(labels))
    assert places.validation.place(files) == Place(str(other), str(truth))


def test_polygons_and_chosen_bands_and_an_extent(train, config, make_raster, qgis_app):
    """Bands that the file does not name, labels in memory, and a temporary model."""
    from qgis.core import QgsFeature, QgsGeometry

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


def test_what_is_there_is_kept(provider, scene, labels, base, tmp_path):
    check = provider.algorithm("train").checkParameterValues
    out = tmp_path / "model"
    given = {"INPUT": str(scene), "LABELS": str(labels), "MODEL_FILE": str(base), "OUTPUT": str(out)}
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
    ],
)
def test_what_cannot_work_is_said_before(provider, scene, labels, base, changes, why):
    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    layers = {"tiles": tiles, "labels": str(labels)}
    changes = {
        name: layers.get(value, value) if isinstance(value, str) else value for name, value in changes.items()
    }
    given = {
        "INPUT": str(scene),
        "LABELS": str(labels),
        "OUTPUT": "TEMPORARY_OUTPUT",
        "MODEL_FILE": str(base),
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


def test_a_last_fifth_without_labels_is_no_place_to_judge_by(train, scene, labels, tmp_path):
    with pytest.raises(QgsProcessingException, match="no label lies in the validation scenes"):
        train(INPUT=str(scene), LABELS=str(labels), OUTPUT=str(tmp_path / "model"))
    assert not (tmp_path / "model").exists()
