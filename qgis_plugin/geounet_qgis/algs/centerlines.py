"""`geounet:centerlines`: a raster of roads becomes a layer of centrelines."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsProcessingParameterDefinition

from geounet_qgis.algs import parameters_features as features
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.labels import LabelsAlgorithm
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.compat import LINES
from geounet_qgis.translation import tr


class CenterlinesAlgorithm(LabelsAlgorithm):
    """Roads as lines along their middle, with their width."""

    NAME = "centerlines"
    GEOMETRY = LINES
    TASK = "roads"

    def main(self) -> list[QgsProcessingParameterDefinition]:
        """Return the parameters of features: holes as the model of roads that comes with geounet has them."""
        return [features.max_gap(), features.min_length(), features.fill_holes(default=30)]

    def further(self) -> list[QgsProcessingParameterDefinition]:
        """Return those that are folded away."""
        return [features.simplify(), features.graph()]

    def title(self) -> str:
        """Return its name."""
        return tr("Centrelines of roads")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Draws the roads of a class raster as lines along their middle, joined at crossings, each with its true "
            "length and mean width; on request also as a graph for routing."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("centerlines,skeleton,medial axis,network,graph,routing,rivers").split(",")

    def finishing(self, given: Given, stem: str) -> Finishing:
        """Return what becomes of the labels: they are roads, and lines."""
        return replace(super().finishing(given, stem), kind=self.TASK, centerlines=True)
