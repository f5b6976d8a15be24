"""Outputs that Processing loads, by Processing's own code: names, groups, order; and what must not go wrong."""

import gc
import weakref
from pathlib import Path

import pytest
from osgeo import ogr, osr
from qgis.core import (
    QgsApplication,
    QgsLayerTreeGroup,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingParameterVectorDestination,
    QgsProject,
    QgsTask,
)


@pytest.fixture
def project(qgis_new_project, qgis_processing) -> QgsProject:
    return QgsProject.instance()


@pytest.fixture(params=["abc", "cab", "bca"])
def outputs(request, tmp_path, make_raster) -> dict[str, str]:
    """A file of each kind; they are loaded in the order of their names."""
    probability, labels, layer = request.param
    return {
        "probability": str(make_raster(f"{probability}.tif", ground=(0,), things=(1,))),
        "class_raster": str(make_raster(f"{labels}.tif", ground=(0,), things=(1,))),
        "layer": write_layer(tmp_path / f"{layer}.gpkg"),
    }


def write_layer(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    system = osr.SpatialReference()
    system.ImportFromEPSG(32737)
    layer = dataset.CreateLayer(path.stem, system, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("class", ogr.OFTString))
    return str(path)


def present(context, destination, kind="layer", *, title="A title", group="scene · model", about=None):
    from geounet_qgis.layers import results

    results.present(context, destination, kind=kind, title=title, group=group, about=about or {})


def to_load(project, *destinations) -> QgsProcessingContext:
    context = QgsProcessingContext()
    context.setProject(project)
    for destination in destinations:
        details = QgsProcessingContext.LayerDetails("Output", project, "OUTPUT")
        context.addLayerToLoadOnCompletion(destination, details)
    return context


def load(context, feedback) -> None:
    """Load what is to be loaded as the Processing toolbox does."""
    from processing.gui.Postprocessing import handleAlgorithmResults

    algorithm = QgsApplication.processingRegistry().algorithmById("native:buffer")
    handleAlgorithmResults(algorithm, context, feedback, parameters={})


def run(project, outputs, feedback, **about) -> None:
    context = to_load(project, *outputs.values())
    for kind, path in outputs.items():
        present(context, path, kind, title=f"The {kind}", **about)
    load(context, feedback)


def tree(node) -> list:
    """The names in a layer tree, a group's with a list."""
    return [
        (child.name(), tree(child)) if isinstance(child, QgsLayerTreeGroup) else child.name()
        for child in node.children()
    ]


IN_ORDER = ["The layer", "The class_raster", "The probability"]


def test_a_runs_layers_stand_in_its_group_the_vector_on_top(project, outputs, feedback):
    run(project, outputs, feedback)
    assert tree(project.layerTreeRoot()) == [("scene · model", IN_ORDER)]
    assert len(project.mapLayers()) == 3
    assert not feedback.texts("warning")
    assert not feedback.texts("error")


def test_a_second_run_goes_into_the_same_group_above_the_first(project, outputs, feedback, tmp_path):
    run(project, outputs, feedback)
    again = write_layer(tmp_path / "again.gpkg")
    context = to_load(project, again)
    present(context, again, title="Again")
    load(context, feedback)
    assert tree(project.layerTreeRoot()) == [("scene · model", ["Again", *IN_ORDER])]


def test_another_run_has_a_group_of_its_own_on_top(project, outputs, feedback, tmp_path):
    run(project, outputs, feedback)
    other = write_layer(tmp_path / "other.gpkg")
    context = to_load(project, other)
    present(context, other, title="Other", group="other · model")
    load(context, feedback)
    assert tree(project.layerTreeRoot()) == [("other · model", ["Other"]), ("scene · model", IN_ORDER)]


def test_layers_that_a_person_put_into_the_group_stay(project, outputs, feedback, tmp_path):
    group = project.layerTreeRoot().addGroup("scene · model")
    group.addGroup("Mine")
    run(project, outputs, feedback)
    names = [child.name() for child in group.children()]
    assert [name for name in names if name != "Mine"] == IN_ORDER
    assert "Mine" in names


def test_no_group_where_none_is_asked_for(project, outputs, feedback):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"], group="")
    load(context, feedback)
    assert tree(project.layerTreeRoot()) == ["A title"]


def test_the_name_counts_though_the_settings_prefer_the_files(project, outputs):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"], title="Buildings of scene")
    details = context.layerToLoadOnCompletionDetails(outputs["layer"])
    assert (details.name, details.forceName) == ("Buildings of scene", True)


def test_the_group_for_results_holds_the_runs_group(project, outputs, feedback):
    from processing.core.ProcessingConfig import ProcessingConfig

    ProcessingConfig.setSettingValue(ProcessingConfig.RESULTS_GROUP_NAME, "Results")
    try:
        run(project, outputs, feedback)
    finally:
        ProcessingConfig.setSettingValue(ProcessingConfig.RESULTS_GROUP_NAME, "")
    assert tree(project.layerTreeRoot()) == [("Results", [("scene · model", IN_ORDER)])]


def test_nothing_happens_where_nothing_is_loaded(project, outputs):
    context = QgsProcessingContext()
    present(context, outputs["layer"])
    assert context.layersToLoadOnCompletion() == {}


def test_an_unknown_kind_is_refused(project, outputs):
    with pytest.raises(ValueError, match="expected one of layer, class_raster, probability"):
        present(to_load(project, outputs["layer"]), outputs["layer"], "picture")


def test_a_layer_outside_the_tree_is_styled_all_the_same(project, outputs, feedback):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"])
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(outputs["layer"], "loose", "ogr")
    details = context.layerToLoadOnCompletionDetails(outputs["layer"])
    details.postProcessor().postProcessLayer(layer, context, feedback)
    assert layer.metadata().title() == "A title"
    assert tree(project.layerTreeRoot()) == []
    assert not feedback.texts("warning")


@pytest.mark.parametrize("broken", ["style", "set_up_fields", "describe", "put"])
def test_what_fails_is_told_and_the_rest_is_done(project, outputs, feedback, monkeypatch, broken):
    from geounet_qgis.layers import results

    def fail(*_args, **_kwargs):
        raise RuntimeError("no such luck")

    monkeypatch.setattr(results, broken, fail)
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"])
    load(context, feedback)
    layer = next(iter(project.mapLayers().values()))
    assert layer.name() == "A title"
    (warning,) = feedback.texts("warning")
    assert "no such luck" in warning
    assert (layer.metadata().title() == "A title") is (broken != "describe")
    assert (layer.attributeAlias(layer.fields().indexOf("class")) == "Class") is (broken != "set_up_fields")


def test_facts_that_cannot_be_read_break_nothing(project, outputs, feedback, monkeypatch):
    from geounet_qgis.layers import results

    def fail(*_args, **_kwargs):
        raise RuntimeError("no such luck")

    monkeypatch.setattr(results, "facts_of", fail)
    run(project, outputs, feedback)
    assert tree(project.layerTreeRoot()) == [("scene · model", IN_ORDER)]
    assert len(feedback.texts("warning")) == 3


def presenter_of(context, destination):
    return weakref.ref(context.layerToLoadOnCompletionDetails(destination).postProcessor())


def let_go(project, tmp_path) -> None:
    """Have those let go of that QGIS has freed, as any next run does."""
    other = write_layer(tmp_path / "other.gpkg")
    present(to_load(project, other), other)
    gc.collect()


def test_a_presenter_lives_as_long_as_its_context_and_no_longer(project, outputs, feedback, tmp_path):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"])
    presenter = presenter_of(context, outputs["layer"])
    let_go(project, tmp_path)
    assert presenter() is not None
    load(context, feedback)
    assert next(iter(project.mapLayers().values())).metadata().title() == "A title"
    let_go(project, tmp_path / "again")
    assert presenter() is not None  # the dialog may have the context still
    del context
    let_go(project, tmp_path / "after")
    assert presenter() is None


def test_a_run_that_is_not_loaded_leaves_nothing(project, outputs, tmp_path):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"])
    presenter = presenter_of(context, outputs["layer"])
    del context
    let_go(project, tmp_path)
    assert presenter() is None


def test_another_post_processor_may_take_the_place(project, outputs, feedback, tmp_path):
    context = to_load(project, outputs["layer"])
    present(context, outputs["layer"], title="First")
    presenter = presenter_of(context, outputs["layer"])
    present(context, outputs["layer"], title="Second")
    let_go(project, tmp_path)
    assert presenter() is None
    load(context, feedback)
    assert next(iter(project.mapLayers().values())).metadata().title() == "Second"


class Writes(QgsProcessingAlgorithm):
    """Writes an empty layer, and presents it as the plugin's algorithms do: in the worker."""

    def name(self):
        return "writes"

    def displayName(self):
        return "Writes"

    def createInstance(self):
        return Writes()

    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterVectorDestination("OUTPUT", "Output"))

    def processAlgorithm(self, parameters, context, feedback):
        path = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        write_layer(Path(path))
        present(context, path, title="From a worker")
        return {"OUTPUT": path}


def test_a_run_in_a_worker_is_shown_in_the_main_thread(project, tmp_path, feedback, qgis_app):
    from qgis.core import QgsProcessingOutputLayerDefinition

    algorithm = Writes().create()
    context = QgsProcessingContext()
    context.setProject(project)
    wanted = QgsProcessingOutputLayerDefinition(str(tmp_path / "worker.gpkg"), project)
    task = QgsProcessingAlgRunnerTask(algorithm, {"OUTPUT": wanted}, context, feedback)
    QgsApplication.taskManager().addTask(task)
    while task.status() not in (QgsTask.TaskStatus.Complete, QgsTask.TaskStatus.Terminated):
        qgis_app.processEvents()
    qgis_app.processEvents()
    load(context, feedback)
    assert tree(project.layerTreeRoot()) == [("scene · model", ["From a worker"])]
    assert next(iter(project.mapLayers().values())).metadata().title() == "From a worker"
    assert not feedback.texts("warning")
