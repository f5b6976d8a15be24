"""What a person would do, inside a real QGIS: `qgis --code drive.py` runs this once the window stands.

Reads the scene from GEOUNET_DRIVE_SCENE; leaves pictures and `facts.json` in GEOUNET_DRIVE_OUT. Any step that fails or
waits too long ends QGIS, with the reason in the facts.
"""

import json
import os
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from qgis.core import Qgis, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTextEdit,
    QToolButton,
)
from qgis.utils import iface, plugin_times, reloadPlugin

import __main__

OUT = Path(os.environ["GEOUNET_DRIVE_OUT"])
SCENE = Path(os.environ["GEOUNET_DRIVE_SCENE"])
PATIENCE = 120
FACTS: dict[str, object] = {"qgis": Qgis.QGIS_VERSION}

Step = Callable[[], object] | float
"""Seconds to wait, or what has to come true before the script goes on."""


def script() -> Iterator[Step]:
    """The steps of a person's first run, each as long as it takes."""
    FACTS["plugin_times"] = plugin_times.get("geounet_qgis")
    iface.mainWindow().setGeometry(QApplication.primaryScreen().geometry())
    iface.messageBar().clearWidgets()
    layer = QgsRasterLayer(str(SCENE), SCENE.stem)
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    iface.zoomToActiveLayer()
    yield 0.2
    yield lambda: not iface.mapCanvas().isDrawing()
    yield from the_menu()
    dialog = yield from the_dialog()
    yield from the_run(dialog)
    yield from the_setup_page()
    FACTS["reloaded"] = reloadPlugin("geounet_qgis")
    yield 0.5
    FACTS["menus"] = [action.text() for action in iface.pluginMenu().actions() if action.menu()]
    FACTS["buttons"] = len(iface.mainWindow().findChildren(QToolButton, "geounet_button"))
    yield from work_when_qgis_quits()


def work_when_qgis_quits() -> Iterator[Step]:
    """Leave something like an installation under way: QGIS, which quits next, has to end it."""
    from geounet_qgis.gui.work import Work

    begun = OUT / "begun"

    def job(work: Work) -> None:
        begun.touch()
        while not work.is_cancelled():
            time.sleep(0.02)
        begun.rename(OUT / "cancelled")

    __main__.work = Work("geounet: waiting", job)
    __main__.work.start()
    yield begun.exists


def the_menu() -> Iterator[Step]:
    """Open *Plugins ▸ geounet*, as the mouse would."""
    window = iface.mainWindow()
    plugins, ours = iface.pluginMenu(), window.findChild(QMenu, "geounet_menu")
    corner = window.menuBar().actionGeometry(plugins.menuAction()).bottomLeft()
    plugins.popup(window.menuBar().mapToGlobal(corner))
    yield 0.3
    plugins.setActiveAction(ours.menuAction())
    beside = plugins.actionGeometry(ours.menuAction()).topRight()
    ours.popup(plugins.mapToGlobal(beside))
    yield 0.7
    FACTS["entries"] = [action.text() for action in ours.actions() if not action.isSeparator()]
    grab("menu")
    ours.close()
    plugins.close()
    yield 0.2


def the_dialog() -> Iterator[Step]:
    """Open *Extract features…* and look at it."""
    trigger("extract")
    yield lambda: shown_dialog("geounet:extract") is not None
    dialog = shown_dialog("geounet:extract")
    place(dialog)
    yield 0.8
    FACTS["parameters"] = {name: str(value) for name, value in dialog.createProcessingParameters().items()}
    dialog.findChild(QPushButton, "geounet_copy_command_line").click()
    FACTS["command_line"] = QApplication.clipboard().text()
    dialog.messageBar().clearWidgets()
    yield 0.5
    grab("dialog")
    return dialog


def the_run(dialog) -> Iterator[Step]:
    """Press Run, wait for the layer, and look at the map."""
    before = set(QgsProject.instance().mapLayers())
    log, moves = dialog.findChild(QTextEdit, "txtLog"), []
    bar = next(
        bar for bar in dialog.findChildren(QProgressBar) if not isinstance(bar.parent(), QgsMessageBar)
    )
    bar.valueChanged.connect(lambda value: moves.append((value, time.monotonic())))
    pressed = time.monotonic()
    QTimer.singleShot(0, dialog.runButton().click)
    yield lambda: "Algorithm started" in log.toPlainText()
    FACTS["seconds_to_log"] = round(time.monotonic() - pressed, 2)
    yield lambda: "Starting geounet" in log.toPlainText()
    FACTS["seconds_to_start"] = round(time.monotonic() - pressed, 2)
    yield lambda: f"\n{SCENE.name}" in log.toPlainText()  # geounet's own first line names what it works on
    FACTS["seconds_to_first_line"] = round(time.monotonic() - pressed, 2)
    yield lambda: log.toPlainText().rstrip().endswith("finished")
    FACTS["progress"] = [(value, round(when - pressed, 2)) for value, when in moves]
    FACTS["seconds_of_run"] = round(time.monotonic() - pressed, 2)
    FACTS["log"] = log.toPlainText()
    made = [layer for name, layer in QgsProject.instance().mapLayers().items() if name not in before]
    FACTS["layers"] = [about(layer) for layer in made]
    dialog.close()
    yield 0.5
    yield lambda: not iface.mapCanvas().isDrawing()
    root = QgsProject.instance().layerTreeRoot()
    for group in root.findGroups():
        group.setExpanded(True)
    yield 1.0
    iface.messageBar().clearWidgets()
    yield 0.5
    grab("result")
    trigger("copy")
    FACTS["last_command"] = QApplication.clipboard().text()
    iface.messageBar().clearWidgets()
    yield 0.2


def the_setup_page() -> Iterator[Step]:
    """Open *Settings and environment…* and press Check."""
    trigger("setup")
    page = iface.mainWindow().findChild(QDialog, "geounet_setup")
    yield page.isVisible
    place(page)
    check = page.findChild(QPushButton, "check")
    check.click()
    yield check.isEnabled
    yield 0.8
    FACTS["check_log"] = page.findChild(QPlainTextEdit, "log").toPlainText()
    grab("setup")
    page.close()
    yield 0.2


def about(layer: object) -> dict[str, object]:
    """What matters of a layer that a run has added."""
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    told = {"name": layer.name(), "group": node.parent().name() if node else "", "valid": layer.isValid()}
    if isinstance(layer, QgsVectorLayer):
        told.update(
            features=layer.featureCount(),
            fields=[field.name() for field in layer.fields()],
            renderer=layer.renderer().type(),
        )
    return told


def trigger(name: str) -> None:
    """Choose an entry of the menu."""
    menu = iface.mainWindow().findChild(QMenu, "geounet_menu")
    next(action for action in menu.actions() if action.objectName() == f"geounet_{name}").trigger()


def shown_dialog(identifier: str) -> object:
    """The visible dialog of an algorithm, if there is one."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and hasattr(window, "algorithm") and window.algorithm().id() == identifier:
            return window
    return None


def place(window: object) -> None:
    """Put a window into the middle: there is no window manager to do it."""
    screen = QApplication.primaryScreen().availableGeometry()
    window.resize(
        min(max(window.width(), 900), screen.width() - 60),
        min(max(window.height(), 640), screen.height() - 60),
    )
    window.move(screen.center() - QPoint(window.width() // 2, window.height() // 2))


def grab(name: str) -> None:
    """Take a picture of the whole screen: menus and dialogs are windows of their own."""
    QApplication.processEvents()
    picture = QApplication.primaryScreen().grabWindow(0)
    if not picture.save(str(OUT / f"{name}.png")):
        raise RuntimeError(f"no picture {name}")


class Player:
    """Plays the script on QGIS's own event loop; nothing here ever blocks it."""

    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps
        self._go_on()

    def _go_on(self) -> None:
        try:
            step = next(self._steps)
        except StopIteration:
            self._end("")
        except Exception:  # noqa: BLE001 - told in the facts
            self._end(traceback.format_exc())
        else:
            if callable(step):
                self._wait(step, time.monotonic() + PATIENCE)
            else:
                QTimer.singleShot(int(1000 * step), self._go_on)

    def _wait(self, true: Callable[[], object], deadline: float) -> None:
        try:
            come = true()
        except Exception:  # noqa: BLE001
            self._end(traceback.format_exc())
            return
        if come:
            self._go_on()
        elif time.monotonic() > deadline:
            grab("stuck")
            self._end(f"waited {PATIENCE} s in vain, for {true}")
        else:
            QTimer.singleShot(20, lambda: self._wait(true, deadline))

    def _end(self, failure: str) -> None:
        FACTS["failure"] = failure
        (OUT / "facts.json").write_text(json.dumps(FACTS, indent=1, default=str), encoding="utf-8")
        QgsProject.instance().clear()  # else QGIS asks about temporary layers
        QgsProject.instance().setDirty(False)
        QTimer.singleShot(200, iface.actionExit().trigger)


__main__.player = Player(script())  # timers keep nobody alive
