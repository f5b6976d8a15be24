"""What the algorithms share that make a layer of a raster of classes."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorDestination,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.loading import Run, features_title, show
from geounet_qgis.algs.parameters import advanced, helped
from geounet_qgis.algs.parameters_features import finishing_of
from geounet_qgis.algs.problems import labels_problem
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.vectorize import Vectorize
from geounet_qgis.compat import ANY_GEOMETRY
from geounet_qgis.translation import tr


class LabelsAlgorithm(GeounetAlgorithm):
    """`geounet vectorize`, with the parameters that a subclass names."""

    GEOMETRY: ClassVar[Any] = ANY_GEOMETRY
    """Of the layer."""
    TASK: ClassVar[str] = ""
    """What the labels are: `buildings`, `roads`; empty where the raster says."""

    def main(self) -> list[QgsProcessingParameterDefinition]:
        """Return the parameters of features."""
        raise NotImplementedError

    def further(self) -> list[QgsProcessingParameterDefinition]:
        """Return those that are folded away."""
        raise NotImplementedError

    def section(self) -> tuple[str, str]:
        """Return the identifier and the name of its group."""
        return "classes", tr("Features from class rasters")

    def finishing(self, given: Given, stem: str) -> Finishing:
        """Return what becomes of the labels."""
        return finishing_of(given, stem=stem)

    def outputs(self) -> list[QgsProcessingParameterDefinition]:
        """Return what is written."""
        return [
            helped(
                QgsProcessingParameterVectorDestination("OUTPUT", tr("Features"), self.GEOMETRY),
                tr(
                    "The layer: GeoPackage, GeoJSON, FlatGeobuf, Shapefile or GeoParquet, by the file's ending."
                ),
            )
        ]

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        for parameter in (
            helped(
                QgsProcessingParameterRasterLayer("INPUT", tr("Class raster")),
                tr(
                    "A raster of whole numbers: 0 is background, 255 no data. What “Extract features” and “Predict” "
                    "write has the names of its classes too."
                ),
            ),
            *self.main(),
            *self.outputs(),
            *(advanced(each) for each in self.further()),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("FEATURES", tr("Number of features")))

    def problem(self, given: Given) -> str | None:
        """Return what of the values cannot work."""
        return labels_problem(given)

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take the raster."""
        from geounet_qgis.layers.sources import take_raster

        self.labels_raster = take_raster(self.given(parameters, context).raster("INPUT"))

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet vectorize`."""
        given = self.given(parameters, context)
        stem = f"{self.labels_raster.name}_features"
        return Vectorize(
            labels=self.files.raster(self.labels_raster),
            out=given.output("OUTPUT", stem=stem),
            finishing=self.finishing(given, stem),
        ).words()

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the layer, styled and named where it is loaded."""
        name = self.labels_raster.name
        run = Run(context, feedback, scene=name, task=self.TASK)
        show(run, self.files.paths["OUTPUT"], kind="layer", title=features_title(self.TASK, name))
        return {**self.files.paths, "FEATURES": finished.result["features"]}
