"""What the setup page shows of its work: a line for each check, and the log."""

from __future__ import annotations

from qgis.PyQt.QtGui import QBrush, QColor, QFontDatabase
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
    """Lines of text; the oldest go when there are very many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log")
        self.setReadOnly(True)
        self.setMaximumBlockCount(LOG_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setTabChangesFocus(True)
