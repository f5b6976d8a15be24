"""The plugin as QGIS loads it: menu, toolbar button, Processing provider, translation; all of it taken away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsMessageLog,
    QgsProcessingException,
    QgsProcessingProvider,
    QgsRasterLayer,
)
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QCoreApplication, QTranslator, QUrl
from qgis.PyQt.QtGui import QDesktopServices

from geounet_qgis.settings import Settings, own_models_folder
from geounet_qgis.translation import installed_translator, tr

if TYPE_CHECKING:
    from geounet_qgis.gui.menu import Entry, PluginMenu
    from geounet_qgis.gui.setup_dialog import SetupDialog

HELP = "https://github.com/geounet/geounet#readme"

LEFT = "geounet_provider"
"""The property of QGIS that keeps, in a tuple, a provider that could not be removed: its Python half must live on."""

OF_A_SCENE = ("extract", "predict")
"""Algorithms whose input is the scene that is shown; others read what was made of one."""


class Plugin:
    """One for each time that QGIS loads it; `iface` is None in qgis_process."""

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._provider: QgsProcessingProvider | None = None
        self._translator: QTranslator | None = None
        self._menu: PluginMenu | None = None
        self._setup: SetupDialog | None = None
        self._wanted = ""

    def initProcessing(self) -> None:
        """Add the algorithms: all that qgis_process needs."""
        if self._provider is not None:
            return
        from geounet_qgis.provider import GeounetProvider

        self._translator = installed_translator()
        registry = QgsApplication.processingRegistry()
        left = QgsApplication.instance().property(LEFT)
        if left:
            (self._provider,) = left
        else:
            self._provider = GeounetProvider()
            registry.addProvider(self._provider)

    def initGui(self) -> None:
        """Add the menu and the toolbar button too."""
        from geounet_qgis.gui.menu import PluginMenu

        self.initProcessing()
        self._menu = PluginMenu(self._iface, self._entries())

    def unload(self) -> None:
        """Take everything away again, and end what runs."""
        if self._setup is not None:
            self._setup.give_up()
            self._setup = None
        if self._menu is not None:
            self._menu.remove()
            self._menu = None
        if self._provider is not None:
            self._remove_provider()
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _remove_provider(self) -> None:
        """Remove the algorithms once none runs; where one will not end they stay, for QGIS would crash with it."""
        from geounet_qgis.gui.ending import end_all

        has_ended = end_all(self._provider.id())
        QgsApplication.instance().setProperty(LEFT, None if has_ended else (self._provider,))
        if has_ended:
            QgsApplication.processingRegistry().removeProvider(self._provider)
        else:
            text = tr("A run of geounet has not ended yet: its algorithms stay until QGIS is started again.")
            QgsMessageLog.logMessage(text, "geounet", Qgis.MessageLevel.Warning)
        self._provider = None

    def _entries(self) -> list[list[Entry]]:
        """Say what is in the menu."""
        from geounet_qgis.gui.menu import Entry, own_icon

        def algorithm(name: str, text: str) -> Entry:
            return Entry(name, text, lambda: self.open(name), own_icon(name))

        def own(name: str, text: str, run: Callable[[], None], icon: str) -> Entry:
            return Entry(name, text, run, QgsApplication.getThemeIcon(icon))

        return [
            [
                algorithm("extract", tr("Extract features…")),
                algorithm("batch", tr("Extract from many scenes…")),
                algorithm("predict", tr("Predict…")),
                algorithm("vectorize", tr("Vectorise…")),
                algorithm("evaluate", tr("Evaluate…")),
                algorithm("train", tr("Train…")),
            ],
            [
                own("copy", tr("Copy last run as command line"), self.copy_last, "/mActionEditCopy.svg"),
                own("models", tr("Models folder"), self.open_models_folder, "/mActionFileOpen.svg"),
                own("setup", tr("Settings and environment…"), self.open_setup, "/mActionOptions.svg"),
                own("help", tr("Help"), self.open_help, "/mActionHelpContents.svg"),
            ],
        ]

    def open(self, name: str) -> None:
        """Open an algorithm's dialog; the setup page first, where there is nothing to run it with."""
        from geounet_qgis.algs.running import environment_python

        try:
            environment_python()
        except QgsProcessingException:
            self._wanted = name
            self.open_setup()
            return
        self._show_algorithm(name)

    def open_setup(self) -> None:
        """Open the setup page, as it was left."""
        if self._setup is None:
            from geounet_qgis.gui.setup_dialog import SetupDialog

            self._setup = SetupDialog(self._iface.mainWindow())
            self._setup.ready.connect(self._on_ready)
            self._setup.failed.connect(self._on_failed)
            self._setup.finished.connect(self._on_setup_closed)
        self._setup.bring_up()

    def copy_last(self) -> None:
        """Put the last run's command line on the clipboard."""
        from geounet_qgis.algs.running import last_command, last_exports
        from geounet_qgis.gui.algorithm_dialog import copy_command

        line = last_command()
        if line:
            copy_command(line, self._iface.messageBar(), exports=last_exports())
        else:
            self._hint(tr("Nothing has been run yet since QGIS was started."), Qgis.MessageLevel.Info)

    def open_models_folder(self) -> None:
        """Show the folder of the person's own models, made where there is none."""
        folder = own_models_folder(Settings.load())
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._hint(
                tr("The folder {} cannot be made: {}").format(folder, error), Qgis.MessageLevel.Warning
            )
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def open_help(self) -> None:
        """Open the manual in the browser."""
        QDesktopServices.openUrl(QUrl(HELP))

    def _show_algorithm(self, name: str) -> None:
        from geounet_qgis.gui.algorithm_dialog import open_dialog

        layer = self._iface.activeLayer()
        preset = {"INPUT": layer.id()} if name in OF_A_SCENE and isinstance(layer, QgsRasterLayer) else {}
        if open_dialog(f"geounet:{name}", preset, iface=self._iface) is None:
            text = tr("The algorithm {} is not there: is the Processing plugin on?").format(f"geounet:{name}")
            self._hint(text, Qgis.MessageLevel.Warning)

    def _on_ready(self) -> None:
        """Go on with what was wanted when the setup page came between."""
        self._provider.refreshAlgorithms()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self._setup.hide()
            self._show_algorithm(wanted)
        elif not self._setup.isVisible():
            self._hint(tr("geounet is ready."), Qgis.MessageLevel.Success)

    def _on_failed(self, why: str) -> None:
        self._wanted = ""
        if why and not self._setup.isVisible():
            self._hint(why, Qgis.MessageLevel.Warning)

    def _on_setup_closed(self) -> None:
        self._provider.refreshAlgorithms()  # the models' folder may be another one
        if not self._setup.is_working():
            self._wanted = ""

    def _hint(self, text: str, level: Qgis.MessageLevel) -> None:
        self._iface.messageBar().pushMessage("geounet", text, level, 8)
