"""`geounet:vectorize`: a raster of classes becomes a layer of its objects."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterDefinition

from geounet_qgis.algs import parameters_features as features
from geounet_qgis.algs.labels import LabelsAlgorithm
from geounet_qgis.translation import tr


class VectorizeAlgorithm(LabelsAlgorithm):
    """Exact outlines of what a raster shows, or centrelines."""

    NAME = "vectorize"

    def main(self) -> list[QgsProcessingParameterDefinition]:
        """Return the parameters of features."""
        return [features.kind(), features.min_area(), features.regularize(as_model=False)]

    def further(self) -> list[QgsProcessingParameterDefinition]:
        """Return those that are folded away."""
        return [
            features.separate(as_model=False),
            features.regularize_iou(),
            features.fill_holes(),
            features.simplify(),
            features.connectivity(),
            features.centerlines(),
            features.max_gap(),
            features.min_length(),
            features.graph(),
        ]

    def title(self) -> str:
        """Return its name."""
        return tr("Vectorise classes")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Draws the objects of a class raster as a layer: exact outlines, pixel for pixel, with holes, or regularised "
            "ones, or centrelines of roads.\n\n"
            "Each has its class, true area and perimeter, or length and width, and an empty field “review”."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("polygonize,polygonise,raster to vector,outlines,footprints,trace").split(",")
