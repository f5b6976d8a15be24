"""Ends what runs, and closes what is open, before the provider goes: QGIS's dialogs and tasks ask it until their end."""

from __future__ import annotations

import time

from qgis.gui import QgsProcessingAlgorithmDialogBase
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop
from qgis.PyQt.QtWidgets import QApplication

from geounet_qgis.algs.running import cancel_all

PATIENCE_SECONDS = 2.0
"""How long to wait for what was cancelled: as long as a child is given to end, and to be killed."""

_TURN_SECONDS = 0.02


def end_all(provider_id: str) -> bool:
    """Cancel the provider's runs, wait until they have ended, and close its dialogs; False where one runs still.

    Meanwhile QGIS hears what its tasks say, or none would end, but not what the person does.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (is_busy := _cancel(provider_id)) and time.monotonic() < deadline:
        _hear()
        time.sleep(_TURN_SECONDS)
    _hear()  # a task without a dialog: its last word
    for dialog in _dialogs(provider_id):
        dialog.close()
        if not is_busy:
            dialog.deleteLater()
    return not is_busy


def _cancel(provider_id: str) -> bool:
    """Tell all that runs to end, those too that wait for their turn; whether there is any."""
    are_busy = [cancel_all()]
    for dialog in _dialogs(provider_id):
        button = dialog.cancelButton()
        are_busy.append(button.isEnabled())  # from the start of its run until all of QGIS is done with it
        button.click()
    return any(are_busy)


def _dialogs(provider_id: str) -> list[QgsProcessingAlgorithmDialogBase]:
    """The dialogs of the provider's algorithms, wherever they were opened from, those too that are hidden."""
    dialogs = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QgsProcessingAlgorithmDialogBase)
    ]
    return [each for each in dialogs if _provider_id(each) == provider_id]


def _provider_id(dialog: QgsProcessingAlgorithmDialogBase) -> str | None:
    algorithm = dialog.algorithm()
    provider = algorithm.provider() if algorithm is not None else None
    return provider.id() if provider is not None else None


def _hear() -> None:
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 50)
