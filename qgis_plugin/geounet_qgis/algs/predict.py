"""`geounet:predict`: a scene becomes a raster of probabilities or classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingParameterEnum,
    QgsProcessingParameterRasterDestination,
)

from geounet_qgis.algs.loading import Run, load, show
from geounet_qgis.algs.parameters import helped
from geounet_qgis.algs.parameters_network import (
    dtype_parameter,
    model_parameters,
    network_details,
    network_of,
)
from geounet_qgis.algs.parameters_scene import scene_details, scene_of, scene_parameters
from geounet_qgis.algs.scene_algorithm import SceneAlgorithm
from geounet_qgis.commands.predict import Predict
from geounet_qgis.translation import tr

PRODUCTS = ("probability", "class", "both")
"""What is written, as the command line calls it, in the order of the dialog's list."""


class PredictAlgorithm(SceneAlgorithm):
    """What a model sees in each pixel, as a raster."""

    NAME = "predict"

    def title(self) -> str:
        """Return its name."""
        return tr("Predict probabilities")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Writes what a model sees in each pixel of a scene, as a cloud-optimised GeoTIFF: the probability of each "
            "class, the most probable class, or both.\n\n"
            "“Vectorise classes” makes a layer of a class raster; “Extract features” does all in one go."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("segmentation,classification,deep learning,AI,U-Net,GeoAI,inference,heat map").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        products = [tr("Probabilities"), tr("Classes"), tr("Both: the classes in a file beside")]
        for parameter in (
            *scene_parameters(),
            *model_parameters(),
            helped(
                QgsProcessingParameterEnum(
                    "PRODUCT", tr("What is written"), options=products, defaultValue=0
                ),
                tr("With both, the class raster lies beside the probabilities, as NAME_class.tif."),
            ),
            helped(
                QgsProcessingParameterRasterDestination("OUTPUT", tr("Prediction")),
                tr("The raster, a cloud-optimised GeoTIFF on the scene's grid or at the model's resolution."),
            ),
            *scene_details(),
            *network_details(),
            dtype_parameter(),
        ):
            self.addParameter(parameter)
        self.addOutput(
            QgsProcessingOutputRasterLayer("CLASS_RASTER", tr("Class raster, where both are written"))
        )

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet predict`."""
        given = self.given(parameters, context)
        product = PRODUCTS[given.index("PRODUCT")]
        return Predict(
            scene=scene_of(given, self.scene, self.files),
            network=network_of(given),
            out=given.output("OUTPUT", stem=f"{self.scene.name}_{product}"),
            output=product,
            dtype=given.word("DTYPE"),
        ).words()

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the rasters, styled and named where they are loaded."""
        scene = self.scene.name
        run = Run(context, feedback, scene=scene, model=self.model)
        classes = tr("Classes of {scene}").format(scene=scene)
        out = self.files.paths["OUTPUT"]
        if self.given(parameters, context).index("PRODUCT") == PRODUCTS.index("class"):
            show(run, out, kind="class_raster", title=classes)
            return {"OUTPUT": out}
        show(run, out, kind="probability", title=tr("Probabilities of {scene}").format(scene=scene))
        beside = finished.result["class_raster"]
        if not beside:
            return {"OUTPUT": out}
        beside = str(Path(beside))
        _load_beside(context, out, beside)
        show(run, beside, kind="class_raster", title=classes)
        return {"OUTPUT": out, "CLASS_RASTER": beside}


def _load_beside(context: QgsProcessingContext, first: str, second: str) -> None:
    """Have QGIS load a second file where it loads the first."""
    if context.willLoadLayerOnCompletion(first):
        load(context, second, name="CLASS_RASTER")
