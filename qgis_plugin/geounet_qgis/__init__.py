"""The geounet plugin for QGIS: map features from aerial and satellite scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from geounet_qgis.plugin import Plugin


def classFactory(iface: QgisInterface | None) -> Plugin:
    """Give QGIS the plugin; `iface` is None in qgis_process."""
    from geounet_qgis.plugin import Plugin

    return Plugin(iface)
