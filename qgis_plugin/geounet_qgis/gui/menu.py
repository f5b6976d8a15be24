"""The plugin's menu, in *Plugins* and on a button of the toolbar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.gui import QgisInterface
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton

ICONS = Path(__file__).parents[1] / "icons"


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    name: str
    """What tests and the desktop's driver find it by."""
    text: str
    run: Callable[[], None]
    icon: QIcon


def own_icon(name: str) -> QIcon:
    """One of the plugin's icons."""
    return QIcon(str(ICONS / f"{name}.svg"))


class PluginMenu:
    """The menu and the button, until `remove`."""

    def __init__(self, iface: QgisInterface, groups: Sequence[Sequence[Entry]]) -> None:
        """Add them: `groups` are parted by a line, and the first entry is what the button does."""
        self._iface = iface
        self.menu = QMenu("geounet", iface.mainWindow())
        self.menu.setObjectName("geounet_menu")
        self.menu.setIcon(own_icon("geounet"))
        for group in groups:
            self.menu.addSeparator()
            for entry in group:
                self.menu.addAction(self._action(entry))
        iface.pluginMenu().addMenu(self.menu)
        self._button = iface.addToolBarWidget(self._tool_button())

    def remove(self) -> None:
        """Take away all that was added."""
        self._iface.removeToolBarIcon(self._button)
        self._button.deleteLater()
        self._iface.pluginMenu().removeAction(self.menu.menuAction())
        self.menu.deleteLater()

    def _action(self, entry: Entry) -> QAction:
        action = QAction(entry.icon, entry.text, self.menu)
        action.setObjectName(f"geounet_{entry.name}")
        action.triggered.connect(lambda _checked=False: entry.run())
        return action

    def _tool_button(self) -> QToolButton:
        button = QToolButton(self._iface.mainWindow())
        button.setObjectName("geounet_button")
        button.setDefaultAction(next(action for action in self.menu.actions() if not action.isSeparator()))
        button.setIcon(own_icon("geounet"))
        button.setMenu(self.menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button
