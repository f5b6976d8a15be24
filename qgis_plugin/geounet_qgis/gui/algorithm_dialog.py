"""Processing's own dialog of an algorithm, with a button that copies the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsApplication, QgsProcessingAlgorithm, QgsProcessingException
from qgis.gui import QgisInterface, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QPushButton, QWidget

from geounet_qgis.translation import tr

if TYPE_CHECKING:
    from processing.gui.AlgorithmDialog import AlgorithmDialog

BUTTON = "geounet_copy_command_line"


def algorithm_dialog(algorithm: QgsProcessingAlgorithm, parent: QWidget | None) -> AlgorithmDialog:
    """Make the dialog of one of our algorithms, wherever it is opened from."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(algorithm, parent=parent)
    button = QPushButton(tr("Copy as Command Line"), dialog)
    button.setObjectName(BUTTON)
    button.setToolTip(tr("Copy the geounet command that does the same in a terminal"))
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: _copy(dialog))
    dialog.buttonBox().addButton(
        button, QDialogButtonBox.ButtonRole.ResetRole
    )  # the role that is on the left
    dialog.updateRunButtonVisibility()  # a button box shows all its buttons when one is added
    return dialog


def open_dialog(identifier: str, preset: dict[str, Any], *, iface: QgisInterface) -> AlgorithmDialog | None:
    """Open the dialog of the algorithm called `identifier`, beside the map; None where there is no such algorithm."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(identifier)
    if algorithm is None:
        return None
    dialog = algorithm_dialog(algorithm, iface.mainWindow())
    dialog.setParameters(preset)
    _give_back_the_tool(dialog, iface.mapCanvas())
    dialog.show()
    return dialog


def copy_command(line: str, bar: QgsMessageBar, *, exports: Mapping[str, str]) -> None:
    """Put a command line on the clipboard, and say so, and which layers have to be exported before it can be run.

    `exports` gives their names by the file that the line has for each.
    """
    QApplication.clipboard().setText(line)
    short = line if len(line) <= 120 else line[:119] + "…"
    first = [
        tr("Export the layer “{layer}” as {file} first: geounet cannot open it by itself.").format(
            layer=layer, file=file
        )
        for file, layer in exports.items()
    ]
    bar.pushMessage(tr("Copied"), "\n".join([short, *first]), Qgis.MessageLevel.Info, 20 if first else 8)


def _give_back_the_tool(dialog: AlgorithmDialog, canvas: QgsMapCanvas) -> None:
    """When the dialog closes, put the map's tool back that an extent was drawn with."""
    before = canvas.mapTool()

    def put_back() -> None:
        if canvas.mapTool() is not before:
            canvas.setMapTool(before)

    dialog.rejected.connect(put_back)  # however it closes; its `finished` is a method of Processing's


def _copy(dialog: AlgorithmDialog) -> None:
    dialog.messageBar().clearWidgets()
    try:
        line = _command_line(dialog)
    except QgsProcessingException as error:
        dialog.messageBar().pushMessage(tr("Not copied"), str(error), Qgis.MessageLevel.Warning, 8)
    else:
        copy_command(line, dialog.messageBar(), exports=dialog.algorithm().exports)


def _command_line(dialog: AlgorithmDialog) -> str:
    """Ask the algorithm, with what the dialog shows; raises QgsProcessingException where that cannot be run."""
    from processing.gui.AlgorithmDialogBase import AlgorithmDialogBase
    from processing.tools.dataobjects import createContext

    context = createContext()
    try:
        parameters: dict[str, Any] = dialog.createProcessingParameters()
    except AlgorithmDialogBase.InvalidParameterValue as error:
        text = tr("wrong or missing value: {}").format(error.parameter.description())
        raise QgsProcessingException(text) from error
    except AlgorithmDialogBase.InvalidOutputExtension as error:
        raise QgsProcessingException(error.message) from error
    algorithm = dialog.algorithm()
    good, why = algorithm.checkParameterValues(parameters, context)
    if not good:
        raise QgsProcessingException(why)
    return algorithm.command_line(parameters, context)
