"""The plugin in a window: what it adds, what its entries do, and that nothing stays when it is unloaded."""

import stat
import sys
import time
import traceback
from pathlib import Path

import pytest
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMainWindow, QMenu, QPushButton, QToolButton

from geounet_qgis import classFactory
from geounet_qgis.gui.jobs import Jobs
from geounet_qgis.gui.order import Looked, Outcome


class Window:
    """What the plugin uses of a QgisInterface, on real widgets."""

    def __init__(self) -> None:
        self.main = QMainWindow()
        self.menu = self.main.menuBar().addMenu("Plugins")
        self.toolbar = self.main.addToolBar("Plugins")
        self.canvas = QgsMapCanvas(self.main)
        self.bar = QgsMessageBar(self.main)
        self.layer = None

    def mainWindow(self):
        return self.main

    def pluginMenu(self):
        return self.menu

    def addToolBarWidget(self, widget):
        return self.toolbar.addWidget(widget)

    def removeToolBarIcon(self, action):
        self.toolbar.removeAction(action)

    def messageBar(self):
        return self.bar

    def mapCanvas(self):
        return self.canvas

    def activeLayer(self):
        return self.layer

    def everything(self) -> list[tuple[str, str]]:
        """Whatever lives in the window."""
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        children = self.main.findChildren(QObject)
        return sorted((type(child).__name__, child.objectName()) for child in children)


@pytest.fixture(autouse=True)
def no_errors_in_slots(monkeypatch):
    """Qt calls the plugin, so what it raises reaches nobody: QGIS shows a box, and PyQt alone would end the program."""
    raised = []
    monkeypatch.setattr(
        "sys.excepthook", lambda *error: raised.append("".join(traceback.format_exception(*error)))
    )
    yield
    assert not raised, "\n".join(raised)


@pytest.fixture
def window(qgis_processing, monkeypatch):
    import processing.gui.AlgorithmDialog
    import processing.gui.ParametersPanel

    for module in (processing.gui.AlgorithmDialog, processing.gui.ParametersPanel):
        monkeypatch.setattr(module, "iface", None)  # pytest-qgis's is a mock, which C++ does not take
    QgsSettings().remove("geounet")
    window = Window()
    yield window
    window.main.close()
    window.main.deleteLater()
    QgsSettings().remove("geounet")


@pytest.fixture
def plugin(window, qgis_processing):
    plugin = classFactory(window)
    plugin.initGui()
    yield plugin
    plugin.unload()
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def until(true, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        QTest.qWait(10)


def provider():
    return QgsApplication.processingRegistry().providerById("geounet")


def trigger(window: Window, name: str) -> None:
    menu = window.main.findChild(QMenu, "geounet_menu")
    next(action for action in menu.actions() if action.objectName() == f"geounet_{name}").trigger()


def messages(window: Window) -> list[str]:
    return [item.text() for item in window.bar.items()]


def algorithm_dialogs() -> list:
    return [
        window
        for window in QApplication.topLevelWidgets()
        if window.isVisible() and hasattr(window, "runAlgorithm")
    ]


def test_the_menu_and_the_button(window, plugin):
    assert [action.text() for action in window.menu.actions()] == ["geounet"]
    button = window.toolbar.findChild(QToolButton, "geounet_button")
    assert button.defaultAction().objectName() == "geounet_extract"
    assert button.menu() is window.main.findChild(QMenu, "geounet_menu")
    icons = {
        action.objectName(): action.icon().isNull() for action in button.menu().actions() if action.text()
    }
    assert len(icons) == 10
    assert not any(icons.values())
    assert provider() is not None


def test_unload_leaves_nothing_and_reload_works(window, qgis_processing):
    before = window.everything()
    for _ in range(3):
        plugin = classFactory(window)
        plugin.initGui()
        trigger(window, "setup")
        assert provider() is not None
        assert window.everything() != before
        plugin.unload()
        until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
        assert window.everything() == before
        assert window.menu.actions() == []
        assert window.toolbar.actions() == []
        assert provider() is None


def test_qgis_process_gets_the_algorithms_and_no_window(qgis_app):
    plugin = classFactory(None)
    plugin.initProcessing()
    assert provider().algorithm("extract") is not None
    plugin.unload()
    assert provider() is None


def test_unload_ends_what_runs(window, qgis_processing, monkeypatch):
    begun, ended = [], []

    def job(_order, work):
        begun.append(True)
        while not work.is_cancelled():
            time.sleep(0.01)
        ended.append(True)

    monkeypatch.setattr(
        "geounet_qgis.gui.setup_dialog.Jobs", lambda: Jobs(look=lambda *_: Looked(), install=job)
    )
    monkeypatch.delenv("GEOUNET_PYTHON", raising=False)  # while it names one, nothing is installed
    plugin = classFactory(window)
    plugin.initGui()
    trigger(window, "setup")
    window.main.findChild(QPushButton, "install").click()
    until(lambda: begun)
    plugin.unload()
    until(lambda: ended)
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


@pytest.fixture
def endless(monkeypatch, tmp_path):
    """Put a run in geounet's place that ends by a cancel alone; with `stubborn`, by being killed alone."""
    monkeypatch.setattr("geounet_qgis.gui.ending.PATIENCE_SECONDS", 60.0)  # the machine may be busy

    def put(*, stubborn: bool = False) -> Path:
        begun, script, program = (tmp_path / name for name in ("begun", "child.py", "python"))
        script.write_text(
            "import pathlib, signal, time\n"
            f"signal.signal(signal.SIGTERM, signal.SIG_IGN if {stubborn} else signal.SIG_DFL)\n"
            'print(\'{"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "extract"}\', flush=True)\n'
            f"pathlib.Path({str(begun)!r}).touch()\n"
            "time.sleep(600)\n",
            encoding="utf-8",
        )
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n', encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("GEOUNET_PYTHON", str(program))
        return begun

    return put


@pytest.fixture
def runs(processes):
    """Give the number of runs that live."""
    return lambda: sum("child.py" in words for words in processes().values())


def run_in_a_dialog(dialog, scene, begun) -> None:
    dialog.setParameters({"INPUT": str(scene)})
    dialog.runButton().click()
    until(begun.exists)


@pytest.mark.parametrize("stubborn", [False, True])
def test_unload_ends_a_run_and_closes_its_dialog(window, qgis_processing, scene, endless, runs, stubborn):
    """The dialog and its task ask the algorithm, and so the provider, when the run has ended."""
    begun = endless(stubborn=stubborn)
    plugin = classFactory(window)
    plugin.initGui()
    trigger(window, "extract")
    run_in_a_dialog(algorithm_dialogs()[0], scene, begun)
    assert runs() == 1
    since = time.monotonic()
    plugin.unload()
    assert time.monotonic() - since < 60
    assert runs() == 0
    assert QgsApplication.taskManager().countActiveTasks() == 0
    assert algorithm_dialogs() == []
    assert provider() is None
    QTest.qWait(1500)  # QGIS deletes a dialog a second after it was closed
    assert algorithm_dialogs() == []


def test_unload_closes_dialogs_from_the_toolbox_and_no_others(window, qgis_processing, geounet_python):
    import processing

    plugin = classFactory(window)
    plugin.initGui()
    other = processing.createAlgorithmDialog("native:buffer")
    for dialog in (processing.createAlgorithmDialog("geounet:vectorize"), other):
        dialog.show()
    plugin.unload()
    assert algorithm_dialogs() == [other]
    other.close()


def test_unload_ends_a_run_without_a_dialog(window, qgis_processing, scene, endless, runs):
    begun = endless()
    plugin = classFactory(window)
    plugin.initGui()
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    values = {"INPUT": str(scene), "OUTPUT": "TEMPORARY_OUTPUT"}
    task = QgsProcessingAlgRunnerTask(provider().algorithm("extract").create(), values, context, feedback)
    QgsApplication.taskManager().addTask(task)
    until(begun.exists)
    plugin.unload()
    assert feedback.isCanceled()
    assert runs() == 0
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def test_a_run_that_does_not_end_in_time_keeps_the_provider(
    window, qgis_processing, scene, endless, runs, monkeypatch
):
    """Without its provider QGIS would crash when the run ends; the plugin takes it up when it is enabled again."""
    monkeypatch.setattr("geounet_qgis.gui.ending.PATIENCE_SECONDS", 0.1)
    begun = endless(stubborn=True)
    plugin = classFactory(window)
    plugin.initGui()
    trigger(window, "extract")
    run_in_a_dialog(algorithm_dialogs()[0], scene, begun)
    plugin.unload()
    assert provider() is not None
    again = classFactory(window)
    again.initGui()
    until(lambda: runs() == 0 and QgsApplication.taskManager().countActiveTasks() == 0)
    monkeypatch.setattr("geounet_qgis.gui.ending.PATIENCE_SECONDS", 60.0)
    again.unload()
    assert provider() is None
    assert algorithm_dialogs() == []


def test_copying_says_which_layers_are_to_be_exported_first(window, plugin, geounet_python):
    web = QgsRasterLayer("type=xyz&url=file:///nowhere/{z}/{x}/{y}.png&zmax=19", "web map", "wms")
    area = QgsVectorLayer("Polygon?crs=EPSG:3857", "my area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(100, 100, 200, 200)))
    area.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayers([web, area])
    trigger(window, "extract")
    (dialog,) = algorithm_dialogs()
    dialog.setParameters({"INPUT": web.id(), "AOI": area.id()})
    dialog.findChild(QPushButton, "geounet_copy_command_line").click()
    assert "'web map.tif'" in QApplication.clipboard().text()
    said = [item.text() for item in dialog.messageBar().items()]
    assert any("“web map” as web map.tif" in text and "“my area” as my area.gpkg" in text for text in said), (
        said
    )
    dialog.close()
    QgsProject.instance().removeAllMapLayers()


def test_the_last_command_says_what_it_needs_that_is_gone(window, plugin, monkeypatch):
    monkeypatch.setattr("geounet_qgis.algs.running.last_command", lambda: "geounet extract /gone/web.tif")
    monkeypatch.setattr("geounet_qgis.algs.running.last_exports", lambda: {"/gone/web.tif": "web map"})
    trigger(window, "copy")
    assert QApplication.clipboard().text() == "geounet extract /gone/web.tif"
    assert any("“web map” as /gone/web.tif" in text for text in messages(window)), messages(window)


def test_extract_opens_with_the_active_raster(window, plugin, scene, geounet_python):
    layer = QgsRasterLayer(str(scene), "scene")
    QgsProject.instance().addMapLayer(layer)
    window.layer = layer
    trigger(window, "extract")
    (dialog,) = algorithm_dialogs()
    assert dialog.algorithm().id() == "geounet:extract"
    assert dialog.createProcessingParameters()["INPUT"] == layer.id()
    copy = dialog.findChild(QPushButton, "geounet_copy_command_line")
    copy.click()
    words = QApplication.clipboard().text()
    assert words.startswith("geounet extract ")
    assert "scene.tif" in words
    dialog.close()
    QgsProject.instance().removeAllMapLayers()


def test_copying_says_what_is_missing(window, plugin, geounet_python):
    QApplication.clipboard().setText("before")
    trigger(window, "extract")
    (dialog,) = algorithm_dialogs()
    dialog.findChild(QPushButton, "geounet_copy_command_line").click()
    assert QApplication.clipboard().text() == "before"
    items = dialog.messageBar().items()  # from 3.40 on, Processing's own among them
    assert items
    assert {item.level() for item in items} == {Qgis.MessageLevel.Warning}
    dialog.close()


def test_without_an_environment_the_setup_page_comes_first(window, plugin, monkeypatch, tmp_path):
    monkeypatch.setenv("GEOUNET_PYTHON", str(tmp_path / "nowhere"))
    jobs = Jobs(look=lambda *_: Looked(), check=lambda *_: Outcome("Ready", is_ready=True))
    monkeypatch.setattr("geounet_qgis.gui.setup_dialog.Jobs", lambda: jobs)
    trigger(window, "predict")
    page = window.main.findChild(QObject, "geounet_setup")
    assert page.isVisible()
    assert algorithm_dialogs() == []
    page.findChild(QPushButton, "check").click()
    until(algorithm_dialogs)
    (dialog,) = algorithm_dialogs()
    assert dialog.algorithm().id() == "geounet:predict"
    assert not page.isVisible()
    dialog.close()


def test_a_page_that_was_closed_opens_nothing_later(window, plugin, monkeypatch, tmp_path):
    monkeypatch.setenv("GEOUNET_PYTHON", str(tmp_path / "nowhere"))
    jobs = Jobs(look=lambda *_: Looked(), check=lambda *_: Outcome("Ready", is_ready=True))
    monkeypatch.setattr("geounet_qgis.gui.setup_dialog.Jobs", lambda: jobs)
    trigger(window, "extract")
    page = window.main.findChild(QObject, "geounet_setup")
    page.close()
    trigger(window, "setup")
    page.findChild(QPushButton, "check").click()
    until(lambda: not page.is_working())
    QTest.qWait(100)
    assert algorithm_dialogs() == []


def test_the_last_command_is_copied(window, plugin, monkeypatch):
    trigger(window, "copy")
    assert len(messages(window)) == 1
    monkeypatch.setattr("geounet_qgis.algs.running.last_command", lambda: "geounet extract 'a b.tif'")
    trigger(window, "copy")
    assert QApplication.clipboard().text() == "geounet extract 'a b.tif'"
    assert any("geounet extract" in text for text in messages(window))


def test_the_models_folder_is_made_and_shown(window, plugin, monkeypatch, tmp_path):
    shown = []
    monkeypatch.setattr(
        "geounet_qgis.plugin.QDesktopServices.openUrl", lambda url: shown.append(url.toLocalFile())
    )
    folder = tmp_path / "my models"
    QgsSettings().setValue("geounet/models_folder", str(folder))
    trigger(window, "models")
    assert folder.is_dir()
    assert [Path(path) for path in shown] == [folder]


def test_a_models_folder_that_cannot_be_made_is_a_hint(window, plugin, tmp_path):
    (tmp_path / "file").write_text("")
    QgsSettings().setValue("geounet/models_folder", str(tmp_path / "file" / "models"))
    trigger(window, "models")
    assert any("models" in text for text in messages(window))


def test_nothing_heavy_comes_with_the_import():
    """In a Python of its own: starting QGIS must load neither the algorithms nor the installer."""
    import subprocess
    import sys

    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import geounet_qgis.plugin, geounet_qgis.provider; "
        "print([name for name in sys.modules if name.startswith(('geounet_qgis.algs', 'geounet_qgis.managed', "
        "'geounet_qgis.layers', 'geounet_qgis.gui.setup', 'processing', 'urllib.request', 'http'))])"
    )
    folder = str(Path(__file__).parents[2] / "qgis_plugin")
    run = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_translation_comes_and_goes(window, qgis_processing, monkeypatch, language):
    monkeypatch.setattr("qgis.core.QgsApplication.translation", lambda _self: f"{language}_XX")
    plugin = classFactory(window)
    plugin.initGui()
    translated = QCoreApplication.translate("geounet", "Extract features…")
    plugin.unload()
    assert translated not in ("", "Extract features…")
    assert QCoreApplication.translate("geounet", "Extract features…") == "Extract features…"
