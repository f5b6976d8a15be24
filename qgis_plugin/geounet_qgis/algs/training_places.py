"""Where a model is trained, and where it is judged: layers that become files on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsRasterLayer, QgsRectangle, QgsVectorLayer

from geounet_qgis.algs.parameters_network import chosen_model
from geounet_qgis.algs.parameters_train import names
from geounet_qgis.commands.train import Place, Size
from geounet_qgis.compat import LINE_GEOMETRY
from geounet_qgis.layers.bands import seen_as_rgb
from geounet_qgis.layers.export_grid import NoGridError, Wanted, has_pixels, metres_per_unit
from geounet_qgis.layers.maps import Taken, labels_refusal, take_labels
from geounet_qgis.layers.sources import RasterInput, refusal, take_part, take_raster
from geounet_qgis.translation import tr

if TYPE_CHECKING:
    from geounet_qgis.algs.base import GeounetAlgorithm
    from geounet_qgis.algs.given import Given


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
        self.size = _size(scene, area)
        self.train = TakenPlace(self._scene(scene, area), take_labels(labels, plain_file=True))
        self.validation = None
        if other is not None:
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
        problem = _scene_problem(other, None, gsd_m=1.0) or _same_problem(algorithm, scene, other)
    for name in ("LABELS", "VALIDATION_LABELS"):
        layer = algorithm.parameterAsLayer(parameters, name, context)
        if problem is None and (layer is not None or name == "LABELS"):
            title = algorithm.parameterDefinition(name).description()
            problem = labels_refusal(layer, title) or _features_problem(algorithm, layer, title, given)
    if problem is None and other is None:
        if given.is_set("VALIDATION_LABELS"):
            return tr("There are labels for validation, but no scene that they belong to.")
        return _room_problem(algorithm, given, _size(scene, _area(scene, given.extent())))
    return problem


def _scene_problem(layer: QgsRasterLayer | None, given: Any, *, gsd_m: float) -> str | None:  # noqa: ANN401
    extent, crs = given or (None, None)
    problem = refusal(layer, extent=extent, extent_crs=crs, gsd_m=gsd_m)
    if problem is not None or has_pixels(layer) or extent is not None:
        return problem
    return tr("Layer {} is a map service without a size of its own: choose an extent.").format(layer.name())


def _same_problem(algorithm: GeounetAlgorithm, scene: QgsRasterLayer, other: QgsRasterLayer) -> str | None:
    """A model that is judged by what it was trained on seems better than it is."""
    if scene.source() != other.source():
        return None
    text = tr(
        "“{other}” is the scene that is trained on: leave it empty, and a part of the scene is kept for it."
    )
    return text.format(other=algorithm.parameterDefinition("VALIDATION").description())


def _features_problem(algorithm: GeounetAlgorithm, layer: Any, title: str, given: Given) -> str | None:  # noqa: ANN401
    """What of a vector layer's features cannot become labels."""
    if not isinstance(layer, QgsVectorLayer):
        return None
    field, fields = given.text("CLASS_FIELD"), layer.fields().names()
    if field and field not in fields:
        text = tr("“{labels}” have no field {field}: expected one of {fields}.")
        return text.format(labels=title, field=field, fields=", ".join(fields) or "–")
    if layer.geometryType() == LINE_GEOMETRY and given.number("WIDTH") is None:
        text = tr("“{labels}” are lines: say how wide they are in “{width}”, some 7 m for roads.")
        return text.format(labels=title, width=algorithm.parameterDefinition("WIDTH").description())
    return None


def _room_problem(algorithm: GeounetAlgorithm, given: Given, size: Size) -> str | None:
    """A scene of which no part can be kept for validation."""
    model = chosen_model(given)
    gsd_m, crop = given.number("GSD") or (model.gsd_m if model else None), given.whole("CROP")
    if not gsd_m or not crop or size.blocks(crop * gsd_m) > 1:
        return None
    text = tr(
        "The scene is {across} × {up} m, and a crop {crop} m: too little to train on one part and to keep another for "
        "validation. Choose a smaller “{title}”, or another scene as “{other}”."
    )
    titles = {
        key: algorithm.parameterDefinition(name).description()
        for key, name in (("title", "CROP"), ("other", "VALIDATION"))
    }
    metres = {"across": size.across_m, "up": size.up_m, "crop": crop * gsd_m}
    return text.format(**{key: f"{value:.3g}" for key, value in metres.items()}, **titles)


def _area(layer: QgsRasterLayer, given: Any) -> QgsRectangle | None:  # noqa: ANN401
    """The part of the layer that was chosen, in its own CRS; None for all of it."""
    if given is None:
        return None
    try:
        return Wanted(*given).rectangle(layer.crs()).intersect(layer.extent())
    except NoGridError:  # which `refusal` has said
        return None


def _size(layer: QgsRasterLayer, area: QgsRectangle | None) -> Size:
    """How large a part of a layer is on the ground; all of it for None."""
    extent = area or layer.extent()
    across_m, up_m = metres_per_unit(layer.crs(), extent)
    return Size(extent.width() * across_m, extent.height() * up_m)
