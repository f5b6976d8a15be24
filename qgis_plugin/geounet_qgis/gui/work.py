"""Work behind the screen: a call in a thread of its own that speaks to the window by signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import pyqtSignal


@dataclass(frozen=True)
class Check:
    """One line of the doctor's."""

    level: str
    """`info` is good, `warning` works all the same, `error` is bad."""
    name: str
    found: str


class Work(QgsTask):
    """Calls `job(work)` in a thread; the job says what it does by `step`, `line` and `check`.

    QGIS cancels it when it quits. Signals arrive in the thread of the window that is connected.
    """

    stepped = pyqtSignal(str, int, int)
    wrote = pyqtSignal(str)
    checked = pyqtSignal(object)
    ended = pyqtSignal(object)
    """The work itself, whose `result` or `error` says how."""

    def __init__(self, title: str, job: Callable[[Work], Any]) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt)
        self._job = job
        self.result: Any = None
        self.error: Exception | None = None

    def start(self) -> None:
        """Hand it to QGIS, which starts it at once where a thread is free."""
        QgsApplication.taskManager().addTask(self)

    def run(self) -> bool:
        """Do the job; QGIS calls this in the thread."""
        try:
            self.result = self._job(self)
        except Exception as error:  # noqa: BLE001 - handed to the window, which shows it
            self.error = error
        return self.error is None and not self.is_cancelled()

    def finished(self, _ok: bool) -> None:  # noqa: FBT001 - QGIS calls it
        """Say that it has ended; QGIS calls this in the window's thread."""
        self.ended.emit(self)

    def step(self, title: str, number: int, of: int) -> None:
        """Say which step of how many begins."""
        self.stepped.emit(title, number, of)
        if of > 0:
            self.setProgress(100 * number / of)

    def line(self, text: str) -> None:
        """Say a line for the log."""
        self.wrote.emit(text)

    def check(self, check: Check) -> None:
        """Say what a check found."""
        self.checked.emit(check)

    def is_cancelled(self) -> bool:
        """Say whether somebody wants it to end."""
        return self.isCanceled()
