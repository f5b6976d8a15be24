"""What the algorithms that run a model over a scene share."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters_network import chosen_model
from geounet_qgis.algs.parameters_scene import TakenScene
from geounet_qgis.algs.problems import scene_problem


class SceneAlgorithm(GeounetAlgorithm):
    """Takes a scene and the model that is run over it."""

    def problem(self, given: Given) -> str | None:
        """Return what of the values cannot work."""
        return scene_problem(given)

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take the scene's layers."""
        self.model = chosen_model(self.given(parameters, context))
        self.scene = TakenScene(self, parameters, context, model=self.model)
