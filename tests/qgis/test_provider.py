import re
from pathlib import Path

import pytest
from qgis.core import (
    Qgis,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsRasterLayer,
)

OWN = ("extract", "batch", "predict", "vectorize", "regularize", "centerlines")
FLAGS = (
    QgsProcessingParameterDefinition.Flag if Qgis.QGIS_VERSION_INT < 33600 else Qgis.ProcessingParameterFlag
)
OPTIONAL = FLAGS.FlagOptional if Qgis.QGIS_VERSION_INT < 33600 else FLAGS.Optional


@pytest.fixture(autouse=True)
def empty_project():
    yield
    QgsProject.instance().clear()


def algorithm(provider, name) -> QgsProcessingAlgorithm:
    found = provider.algorithm(name).create()
    assert isinstance(found, QgsProcessingAlgorithm)
    return found


def test_it_is_what_toolbox_and_qgis_process_look_for(provider):
    assert provider.id() == "geounet"
    assert Path(provider.svgIconPath()).is_file()
    assert not provider.icon().isNull()
    assert not provider.supportsNonFileBasedOutput()
    assert provider.supportedOutputRasterLayerExtensions() == ["tif", "tiff"]
    assert provider.defaultVectorFileExtension(True) == "gpkg"


def test_every_algorithm_is_there(provider, algorithm_names):
    assert {each.name() for each in provider.algorithms()} == algorithm_names


def test_an_algorithm_says_what_it_is(provider, each_algorithm):
    each = algorithm(provider, each_algorithm)
    assert each.id() == f"geounet:{each_algorithm}"
    assert len(each.displayName()) > 3
    assert len(each.shortHelpString()) > 80
    assert each.group()
    assert re.fullmatch(r"[a-z]+", each.groupId())
    assert each.tags()
    assert Path(each.svgIconPath()).is_file()


def test_every_parameter_is_explained_and_has_a_name_of_its_own(provider, each_algorithm):
    each = algorithm(provider, each_algorithm)  # owns its parameters
    parameters = each.parameterDefinitions()
    assert [parameter.name() for parameter in parameters if not parameter.help()] == []
    titles = [parameter.description() for parameter in parameters]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", OWN)
def test_all_but_input_and_output_can_be_left_alone(provider, name, scene, labels, tmp_path):
    each = algorithm(provider, name)
    for parameter in each.parameterDefinitions():
        if parameter.name() not in {"INPUT", "OUTPUT"}:
            optional = bool(parameter.flags() & OPTIONAL)
            assert optional or parameter.defaultValue() is not None, parameter.name()
    source = scene if name in {"extract", "predict"} else labels
    values = {"INPUT": str(source), "OUTPUT": "TEMPORARY_OUTPUT"}
    assert each.checkParameterValues(values, QgsProcessingContext()) == (True, "")


@pytest.mark.parametrize("name", OWN)
def test_an_algorithm_may_run_beside_the_gui_and_in_models(provider, name):
    flags = algorithm(provider, name).flags()
    for unwanted in ("FlagNoThreading", "FlagHideFromModeler", "FlagDeprecated", "FlagRequiresProject"):
        flag = getattr(QgsProcessingAlgorithm, unwanted, None)
        assert flag is None or not flags & flag
    for wanted in ("FlagSupportsBatch", "FlagCanCancel"):
        assert flags & getattr(QgsProcessingAlgorithm, wanted)


@pytest.fixture
def refused(provider, scene, tmp_path):
    """Why extraction of the scene is refused, with some values more; fails where it is not."""

    def why(**values) -> str:
        given = {"INPUT": str(scene), "OUTPUT": str(tmp_path / "out.gpkg")} | values
        good, reason = algorithm(provider, "extract").checkParameterValues(given, QgsProcessingContext())
        assert not good
        assert "\n" not in reason
        return reason

    return why


def test_an_odd_overlap_is_refused(refused):
    assert "even" in refused(OVERLAP=33)


def test_an_overlap_as_large_as_the_tile_is_refused(refused):
    assert "64" in refused(OVERLAP=64, TILE=64)


@pytest.mark.parametrize("gsd", ["fine", "-1", "0", "nan"])
def test_a_resolution_that_is_none_is_refused(refused, gsd):
    assert gsd in refused(GSD=gsd)


def test_two_bands_for_a_model_of_three_are_refused(refused):
    reason = refused(BANDS=[1, 2])
    assert "3" in reason
    assert "red, green, blue" in reason


def test_a_file_that_is_no_model_is_refused(refused, tmp_path):
    card = tmp_path / "card.json"
    assert "card.json" in refused(MODEL_FILE=str(card))
    card.write_text("{", encoding="utf-8")
    assert str(card) in refused(MODEL_FILE=str(card))
    assert str(tmp_path) in refused(MODEL_FILE=str(tmp_path))


def test_a_format_that_is_not_written_is_refused(refused):
    assert "xlsx" in refused(OUTPUT="out.xlsx")


def test_a_layer_that_is_gone_is_refused(refused, provider, tmp_path):
    assert refused(INPUT=QgsRasterLayer(str(tmp_path / "gone.tif"), "gone"))


def test_a_web_map_has_no_classes(provider):
    layer = QgsRasterLayer("type=xyz&url=file:///nowhere/{z}/{x}/{y}.png&zmax=1", "web map", "wms")
    QgsProject.instance().addMapLayer(layer)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {"INPUT": layer.id(), "OUTPUT": "TEMPORARY_OUTPUT"}
    good, reason = algorithm(provider, "vectorize").checkParameterValues(values, context)
    assert not good
    assert "web map" in reason
