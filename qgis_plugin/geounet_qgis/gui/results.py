"""What the setup page shows of its work: a line for each check, and the log."""

from __future__ import annotations

from qgis.PyQt.QtGui import QBrush, QColor, QFontDatabase, QResizeEvent, QShowEvent
from qgis.PyQt.QtWidgets import QHeaderView, QPlainTextEdit, QTreeWidget, QTreeWidgetItem, QWidget

from geounet_qgis.gui.work import Check
from geounet_qgis.translation import tr

MARKS = {"info": ("✔", "#2e9e4f"), "warning": ("!", "#c98500"), "error": ("✘", "#d9534f")}
"""A sign and a colour for each level: both, since not everybody tells red from green."""

LOG_LINES = 5000


def marked(level: str) -> tuple[str, str]:
    """Give the sign and the colour of a level; what is not known is no trouble."""
    return MARKS.get(level, MARKS["info"])


class CheckList(QTreeWidget):
    """The doctor's lines: a sign, what was looked at, what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checks")
        self.setColumnCount(2)
        self.setHeaderLabels([tr("Checked"), tr("Found")])
        self.setRootIsDecorated(False)
        self.setAlternatingRowColors(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)

    def add(self, check: Check) -> None:
        """Show one more line; a bad one is brought into view."""
        sign, colour = marked(check.level)
        item = QTreeWidgetItem([f"{sign}  {check.name}", check.found])
        item.setForeground(0, QBrush(QColor(colour)))
        item.setToolTip(1, check.found)
        self.addTopLevelItem(item)
        if check.level == "error":
            self.scrollToItem(item)


class LogView(QPlainTextEdit):
    """Lines of text; the oldest go when there are very many. While its end is in view, it stays so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log")
        self.setReadOnly(True)
        self.setMaximumBlockCount(LOG_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setTabChangesFocus(True)

    def begin(self, title: str) -> None:
        """Head what comes next, and bring it into view."""
        self.appendPlainText(f"── {title}")
        self._show_end()

    def add(self, line: str) -> None:
        """Write a line; Qt's own would not follow it while another tab is shown."""
        follows = self._shows_end()
        self.appendPlainText(line)
        if follows:
            self._to_last_line()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the beginnings of the last lines: Qt turns to the last one's end, where the others may be blank."""
        follows = self._shows_end()
        super().showEvent(event)
        if follows:
            self._show_end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay at the end: what is shown above the log takes and gives room."""
        follows = self._shows_end()
        super().resizeEvent(event)
        if follows:
            self._to_last_line()

    def _shows_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def _to_last_line(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _show_end(self) -> None:
        self._to_last_line()
        self.horizontalScrollBar().setValue(0)
