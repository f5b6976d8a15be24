"""The Processing provider: geounet's algorithms in the toolbox."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from geounet_qgis.translation import tr

VECTOR_EXTENSIONS = ("gpkg", "geojson", "fgb", "shp", "parquet")
"""What geounet writes layers as; the first is for temporary layers."""


class GeounetProvider(QgsProcessingProvider):
    """geounet's algorithms. They run in an environment of their own, so all that they write are files."""

    def id(self) -> str:
        """Return the identifier in `geounet:extract`."""
        return "geounet"

    def name(self) -> str:
        """Return the provider's name in the toolbox."""
        return "geounet"

    def longName(self) -> str:
        """Return the provider's name and what it is for."""
        return tr("geounet: map features from imagery")

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        """Return where the plugin's icon is."""
        return str(Path(__file__).parent / "icons" / "geounet.svg")

    def supportsNonFileBasedOutput(self) -> bool:
        """Say that a memory layer or a database is no place to write to."""
        return False

    def supportedOutputVectorLayerExtensions(self) -> list[str]:
        """Return what a layer can be written as."""
        return list(VECTOR_EXTENSIONS)

    def supportedOutputRasterLayerExtensions(self) -> list[str]:
        """Return what a raster can be written as."""
        return ["tif", "tiff"]

    def loadAlgorithms(self) -> None:
        """Add the algorithms; they are imported here, so that starting QGIS imports none of them."""
        from geounet_qgis.algs import algorithms

        for algorithm in algorithms():
            self.addAlgorithm(algorithm())
