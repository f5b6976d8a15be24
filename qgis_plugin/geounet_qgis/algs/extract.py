"""`geounet:extract`: a scene becomes a layer of features."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterVectorDestination,
)

from geounet_qgis.algs import parameters_features as features
from geounet_qgis.algs.loading import Run, features_title, show
from geounet_qgis.algs.parameters import advanced, helped
from geounet_qgis.algs.parameters_network import (
    dtype_parameter,
    model_parameters,
    network_details,
    network_of,
)
from geounet_qgis.algs.parameters_scene import scene_details, scene_of, scene_parameters
from geounet_qgis.algs.scene_algorithm import SceneAlgorithm
from geounet_qgis.commands.extract import Extract
from geounet_qgis.compat import ANY_GEOMETRY
from geounet_qgis.translation import tr


class ExtractAlgorithm(SceneAlgorithm):
    """Buildings, roads or whatever else a model knows, as a layer."""

    NAME = "extract"

    def title(self) -> str:
        """Return its name."""
        return tr("Extract features")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Finds buildings, roads or whatever else a model knows in a satellite or aerial scene, and draws them as a "
            "layer: buildings as outlines, with right angles where these fit, roads as centrelines with their width.\n\n"
            "Each feature has its class, its confidence, true area and perimeter, or length and width, and an empty "
            "field “review” for you to accept or reject it. Scenes may be larger than memory."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr(
            "buildings,roads,footprints,centrelines,segmentation,deep learning,AI,U-Net,GeoAI,detect"
        ).split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        for parameter in (
            *scene_parameters(),
            *model_parameters(),
            features.min_area(),
            features.regularize(as_model=True),
            helped(
                QgsProcessingParameterVectorDestination("OUTPUT", tr("Features"), ANY_GEOMETRY),
                tr(
                    "The layer: GeoPackage, GeoJSON, FlatGeobuf, Shapefile or GeoParquet, by the file's ending."
                ),
            ),
            helped(_raster("CLASS_RASTER", tr("Class raster")), tr("The class of each pixel too.")),
            helped(_raster("PROBABILITY", tr("Probabilities")), tr("The probability of each class too.")),
            *(advanced(each) for each in features.further()),
            advanced(features.graph()),
            *scene_details(),
            *network_details(),
            dtype_parameter(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("FEATURES", tr("Number of features")))

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet extract`."""
        given = self.given(parameters, context)
        network = network_of(given)
        stem = f"{self.scene.name}_{self.model.name if self.model else 'features'}"
        return Extract(
            scene=scene_of(given, self.scene, self.files),
            network=network,
            out=given.output("OUTPUT", stem=stem),
            finishing=features.finishing_of(given, stem=stem),
            class_raster=given.output("CLASS_RASTER", stem=f"{stem}_class"),
            probability=given.output("PROBABILITY", stem=f"{stem}_probability"),
            dtype=given.word("DTYPE"),
        ).words()

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the layer and the rasters, styled and named where they are loaded."""
        scene, paths = self.scene.name, self.files.paths
        run = Run(context, feedback, scene=scene, model=self.model)
        title = features_title(self.model.task if self.model else "", scene)
        show(run, paths.get("OUTPUT"), kind="layer", title=title)
        title = tr("Classes of {scene}").format(scene=scene)
        show(run, paths.get("CLASS_RASTER"), kind="class_raster", title=title)
        title = tr("Probabilities of {scene}").format(scene=scene)
        show(run, paths.get("PROBABILITY"), kind="probability", title=title)
        return {**paths, "FEATURES": finished.result["features"]}


def _raster(name: str, title: str) -> QgsProcessingParameterRasterDestination:
    return QgsProcessingParameterRasterDestination(name, title, optional=True, createByDefault=False)
