"""The setup page: which environment geounet runs in; makes, mends, checks and removes a private one."""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from geounet_qgis.gui.choices import Choices
from geounet_qgis.gui.jobs import Jobs
from geounet_qgis.gui.menu import own_icon
from geounet_qgis.gui.network import described, qgis_network
from geounet_qgis.gui.order import Looked, Order
from geounet_qgis.gui.results import CheckList, LogView, marked
from geounet_qgis.gui.work import Check, Work
from geounet_qgis.managed.locate import VARIABLE
from geounet_qgis.settings import Settings
from geounet_qgis.translation import tr

Job = Callable[[Order, Work], Any]


class SetupDialog(QDialog):
    """Closing hides it: what it has begun goes on, and is there when it is opened again."""

    ready = pyqtSignal()
    """There is an environment that passes the check."""
    failed = pyqtSignal(str)
    """Why work has ended early; empty where a person ended it."""

    def __init__(self, parent: QWidget | None = None, *, jobs: Jobs | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("geounet_setup")
        self.setWindowTitle(tr("geounet: settings and environment"))
        self.setWindowIcon(own_icon("geounet"))
        self._jobs = jobs or Jobs()
        self._work: Work | None = None
        self._looking: Work | None = None
        self._choices = Choices()
        self._choices.changed.connect(self._show_state)
        self._network, self._state = _text("network"), _text("state")
        self._status = _text("status")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setFormat(tr("step %v of %m"))
        self._step = _text("step")
        self._checks, self._log = CheckList(), LogView()
        self._tabs = QTabWidget()
        self._tabs.addTab(self._checks, tr("Chec&ks"))
        self._tabs.addTab(self._log, tr("&Log"))
        self._lay_out()
        self._show_idle()
        letter = self.fontMetrics()
        self.resize(90 * letter.averageCharWidth(), 42 * letter.height())
        self.finished.connect(self._save)

    def bring_up(self) -> None:
        """Show it; where nothing is under way, look again at what there is."""
        if self._work is None and not self.isVisible():
            self._choices.show_settings(Settings.load())
            self._look()
        self._show_state()
        self.show()
        self.raise_()
        self.activateWindow()

    def is_working(self) -> bool:
        """Say whether something is under way."""
        return self._work is not None

    def give_up(self) -> None:
        """End what is under way, and go: the plugin is being unloaded."""
        for work in (self._work, self._looking):
            if work is not None:
                work.cancel()
        self.finished.disconnect(self._save)
        self.hide()
        self.deleteLater()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(_text("intro", self._intro()))
        column.addWidget(self._state)
        column.addWidget(self._choices)
        column.addWidget(self._network)
        column.addLayout(self._buttons())
        column.addWidget(self._status)
        column.addWidget(self._step)
        column.addWidget(self._bar)
        column.addWidget(self._tabs, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)

    def _intro(self) -> str:
        return tr(
            "geounet runs in an environment of its own, outside QGIS: nothing is installed into QGIS's Python, "
            "and QGIS cannot be broken by it."
        )

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._install = _button(row, tr("&Install"), self._begin_installing)
        self._repair = _button(row, tr("&Repair"), self._begin_repairing)
        self._remove = _button(row, tr("Remo&ve…"), self._begin_removing)
        self._check = _button(row, tr("&Check"), self._begin_checking)
        row.addStretch(1)
        self._cancel = _button(row, tr("C&ancel"), self._stop)
        self._check.setToolTip(tr("Ask geounet what it needs and what it finds, graphics cards among it."))
        for name in ("install", "repair", "remove", "check", "cancel"):
            getattr(self, f"_{name}").setObjectName(name)
        return row

    def _explain_making(self) -> None:
        size = tr("About 3 GB of space are needed, with CUDA 10 GB, of the small one 1 GB.")
        anew = tr("Make the private environment anew; the one in use stays until the new one works.")
        install, repair = f"{tr('Make the private environment.')} {size}", anew
        if _is_overruled():
            install = repair = tr("It would not be used: the environment variable {} names another.").format(
                VARIABLE
            )
        self._install.setToolTip(install)
        self._repair.setToolTip(repair)

    def _begin_installing(self) -> None:
        self._tabs.setCurrentWidget(self._log)
        self._begin(tr("Install"), self._jobs.install)

    def _begin_repairing(self) -> None:
        self._tabs.setCurrentWidget(self._log)
        self._begin(tr("Repair"), self._jobs.install)

    def _begin_removing(self) -> None:
        question = tr("Remove the private environment in {}? It can be made again at any time.")
        folder = self._choices.settings().environment_folder
        answer = QMessageBox.question(self, tr("Remove the environment"), question.format(folder))
        if answer == QMessageBox.StandardButton.Yes:
            self._begin(tr("Remove"), self._jobs.remove)

    def _begin_checking(self) -> None:
        self._begin(tr("Check"), self._jobs.check)

    def _look(self) -> None:
        """Find what is on this machine; the page can be used meanwhile."""
        self._network.setText(described(qgis_network()))
        self._looking = Work(tr("geounet: looking for Python"), partial(self._jobs.look, self._order()))
        self._looking.ended.connect(self._on_looked)
        self._looking.start()

    def _on_looked(self, work: Work) -> None:
        if work is not self._looking:
            return
        self._looking = None
        found = work.result or Looked(why=str(work.error or ""))
        self._choices.show_found(found)
        self._state.setText(_signed(found.status, good=found.is_ready))

    def _begin(self, text: str, job: Job) -> None:
        """Start a job with what the form shows."""
        lacking = self._choices.lacks()
        if lacking:
            self._tell(lacking, good=False)
            return
        self._save()
        self._checks.clear()
        self._log.begin(text)
        self._tell("", good=True)
        work = self._work = Work(f"geounet: {text}", partial(job, self._order()))
        work.stepped.connect(self._on_step)
        work.wrote.connect(self._log.add)
        work.checked.connect(self._on_check)
        work.ended.connect(self._on_ended)
        self._on_step(text, 0, 0)
        self._show_state()
        work.start()

    def _stop(self) -> None:
        if self._work is not None:
            self._cancel.setEnabled(False)
            self._show_step(tr("Ending…"))
            self._work.cancel()

    def _show_idle(self) -> None:
        self._bar.hide()
        self._show_step("")

    def _show_step(self, title: str) -> None:
        self._step.setText(title)
        self._step.setVisible(bool(title))

    def _on_step(self, title: str, number: int, of: int) -> None:
        self._bar.setRange(0, of)
        self._bar.setValue(number)
        self._bar.show()
        self._show_step(title)

    def _on_check(self, check: Check) -> None:
        self._checks.add(check)
        self._tabs.setCurrentWidget(self._checks)
        self._log.add(f"{marked(check.level)[0]} {check.name}: {check.found}")

    def _on_ended(self, work: Work) -> None:
        """Say how it went; then look again, as what is on the machine has changed."""
        self._work = None
        self._show_idle()
        if work.isCanceled():
            self._end(tr("Cancelled."), good=False)
            self.failed.emit("")
        elif work.error is not None:
            said = getattr(work.error, "on_page", str(work.error))
            text = "\n".join(filter(None, (said, getattr(work.error, "hint", ""))))
            self._tabs.setCurrentWidget(self._log)
            self._end(text, good=False)
            self.failed.emit(str(work.error))
        else:
            self._end(work.result.text, good=work.result.is_good)
            if work.result.is_ready:
                self.ready.emit()
        self._look()

    def _end(self, text: str, *, good: bool) -> None:
        self._log.add(text)
        self._tell(text, good=good)
        self._show_state()

    def _tell(self, text: str, *, good: bool) -> None:
        self._status.setText(_signed(text, good=good))
        self._status.setVisible(bool(text))

    def _show_state(self) -> None:
        """Let those buttons be pressed that make sense now."""
        self._explain_making()
        idle, private = self._work is None, self._choices.is_private()
        self._choices.setEnabled(idle)
        for button in (self._install, self._repair):
            button.setEnabled(idle and private and not _is_overruled())
        self._remove.setEnabled(idle and private)
        self._check.setEnabled(idle)
        self._cancel.setEnabled(not idle)

    def _save(self) -> None:
        self._choices.settings().save()

    def _order(self) -> Order:
        return Order.of(self._choices.settings(), network=qgis_network())


def _is_overruled() -> bool:
    """Say whether the private environment would not be used, whatever is chosen here."""
    return bool(os.environ.get(VARIABLE))


def _button(row: QHBoxLayout, text: str, press: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)  # Enter in a field must not install
    button.clicked.connect(lambda _checked=False: press())
    row.addWidget(button)
    return button


def _signed(text: str, *, good: bool) -> str:
    sign, colour = marked("info" if good else "error")
    lines = html.escape(text).replace("\n", "<br>")
    return f'<span style="color:{colour}"><b>{sign}</b></span> {lines}' if text else ""


def _text(name: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label
