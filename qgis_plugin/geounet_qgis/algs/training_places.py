"""Where a model is trained, and where it is judged: layers that become files on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsRasterLayer, QgsRectangle

from geounet_qgis.algs.parameters_network import chosen_model
from geounet_qgis.algs.parameters_train import names
from geounet_qgis.commands.train import Place
from geounet_qgis.layers.bands import seen_as_rgb
from geounet_qgis.layers.export_grid import NoGridError, Wanted, has_pixels
from geounet_qgis.layers.maps import Taken, labels_refusal, take_labels
from geounet_qgis.layers.sources import RasterInput, refusal, take_part, take_raster
from geounet_qgis.translation import tr

if TYPE_CHECKING:
    from geounet_qgis.algs.base import GeounetAlgorithm

KEPT = 5
"""One part in so many of a scene is kept for validation where there is no other."""


@dataclass(frozen=True)
class TakenPlace:
    """A scene and its labels, taken."""

    scene: RasterInput
    labels: Taken

    def place(self, files: Any) -> Place:  # noqa: ANN401 (algs.files.Files)
        """Return the files, written out where they must be; in the worker."""
        labels = files.raster if isinstance(self.labels, RasterInput) else files.vector
        return Place(files.raster(self.scene).path, labels(self.labels).path)


class TakenPlaces:
    """What the main thread takes of the layers."""

    def __init__(
        self, algorithm: GeounetAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> None:
        given = algorithm.given(parameters, context)
        scene, other = given.raster("INPUT"), given.raster("VALIDATION")
        model = chosen_model(given)
        self.name = scene.name()
        self._numbers = given.bands()
        self._bands = names(given.text("BAND_NAMES")) or (model.bands if model else ())
        self._gsd_m = given.number("GSD") or (model.gsd_m if model else None)
        labels = algorithm.parameterAsLayer(parameters, "LABELS", context)
        others = algorithm.parameterAsLayer(parameters, "VALIDATION_LABELS", context) or labels
        area = _area(scene, given.extent())
        if other is None:
            first, last = _split(area or scene.extent())
            self.train = TakenPlace(self._part(scene, first), take_labels(labels, plain_file=True))
            self.validation = TakenPlace(self._part(scene, last), self.train.labels)
        else:
            self.train = TakenPlace(self._scene(scene, area), take_labels(labels, plain_file=True))
            self.validation = TakenPlace(self._scene(other, None), take_labels(others, plain_file=True))

    def _scene(self, layer: QgsRasterLayer, area: QgsRectangle | None) -> RasterInput:
        """A whole scene as it is, where nothing has to be said of it; else a copy."""
        if area is None and not self._named(layer):
            return take_raster(layer, plain_file=True)
        return self._part(layer, area or layer.extent())

    def _part(self, layer: QgsRasterLayer, area: QgsRectangle) -> RasterInput:
        return take_part(layer, area, gsd_m=self._gsd_m, band_names=self._named(layer))

    def _named(self, layer: QgsRasterLayer) -> dict[int, str]:
        """Names for bands that the file does not name: a config has no band numbers."""
        numbers = self._numbers or seen_as_rgb(layer, self._bands) or ()
        return dict(zip(numbers, self._bands))


def places_problem(
    algorithm: GeounetAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> str | None:
    """Return why the layers cannot be trained on, in a line; None where nothing is seen."""
    given = algorithm.given(parameters, context)
    scene, other = given.raster("INPUT"), given.raster("VALIDATION")
    problem = _scene_problem(scene, given.extent(), gsd_m=given.number("GSD") or 1.0)
    if problem is None and other is not None:
        problem = _scene_problem(other, None, gsd_m=1.0)
    for name in ("LABELS", "VALIDATION_LABELS"):
        layer = algorithm.parameterAsLayer(parameters, name, context)
        if problem is None and (layer is not None or name == "LABELS"):
            problem = labels_refusal(layer, algorithm.parameterDefinition(name).description())
    if problem is None and other is None and given.is_set("VALIDATION_LABELS"):
        problem = tr("There are labels for validation, but no scene that they belong to.")
    return problem


def _scene_problem(layer: QgsRasterLayer | None, given: Any, *, gsd_m: float) -> str | None:  # noqa: ANN401
    extent, crs = given or (None, None)
    problem = refusal(layer, extent=extent, extent_crs=crs, gsd_m=gsd_m)
    if problem is not None or has_pixels(layer) or extent is not None:
        return problem
    return tr("Layer {} is a map service without a size of its own: choose an extent.").format(layer.name())


def _area(layer: QgsRasterLayer, given: Any) -> QgsRectangle | None:  # noqa: ANN401
    """The part of the layer that was chosen, in its own CRS; None for all of it."""
    if given is None:
        return None
    try:
        return Wanted(*given).rectangle(layer.crs()).intersect(layer.extent())
    except NoGridError:  # which `refusal` has said
        return None


def _split(area: QgsRectangle) -> tuple[QgsRectangle, QgsRectangle]:
    """An area without its last fifth, along its longer side, and that fifth: its east, or its south."""
    if area.width() >= area.height() * (1 - 1e-9):  # a square's sides differ in the last digit
        cut = area.xMaximum() - area.width() / KEPT
        return (
            QgsRectangle(area.xMinimum(), area.yMinimum(), cut, area.yMaximum()),
            QgsRectangle(cut, area.yMinimum(), area.xMaximum(), area.yMaximum()),
        )
    cut = area.yMinimum() + area.height() / KEPT
    return (
        QgsRectangle(area.xMinimum(), cut, area.xMaximum(), area.yMaximum()),
        QgsRectangle(area.xMinimum(), area.yMinimum(), area.xMaximum(), cut),
    )
