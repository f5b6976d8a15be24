"""`geounet:regularize`: a raster of buildings becomes a layer of outlines with right angles."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsProcessingParameterDefinition

from geounet_qgis.algs import parameters_features as features
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.labels import LabelsAlgorithm
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.compat import POLYGONS
from geounet_qgis.translation import tr


class RegularizeAlgorithm(LabelsAlgorithm):
    """Buildings with right angles, parallel and shared walls."""

    NAME = "regularize"
    GEOMETRY = POLYGONS
    TASK = "buildings"

    def main(self) -> list[QgsProcessingParameterDefinition]:
        """Return the parameters of features: as the model of buildings that comes with geounet has them."""
        return [
            features.min_area(default=4),
            features.fill_holes(default=2),
            features.separate(as_model=False, default=True),
        ]

    def further(self) -> list[QgsProcessingParameterDefinition]:
        """Return those that are folded away."""
        return [features.regularize_iou()]

    def title(self) -> str:
        """Return its name."""
        return tr("Regularise buildings")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Draws the buildings of a class raster with right angles and parallel walls, where these fit; walls that "
            "two buildings share stay shared. What fits no such outline keeps its exact one: the field “regularized” "
            "says which."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("orthogonalise,orthogonalize,right angles,footprints,squaring,buildings").split(",")

    def finishing(self, given: Given, stem: str) -> Finishing:
        """Return what becomes of the labels: they are buildings, and regularised."""
        return replace(super().finishing(given, stem), kind=self.TASK, regularize=True)
