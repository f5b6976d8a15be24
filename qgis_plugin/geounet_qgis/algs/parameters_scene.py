"""The parameters of a scene: the raster, what part of it, which bands, at which resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterBand,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterLayer,
)

from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters import advanced, helped, text
from geounet_qgis.commands.scene import Scene
from geounet_qgis.compat import POLYGONS
from geounet_qgis.layers.source import Source
from geounet_qgis.models import Model
from geounet_qgis.translation import tr

if TYPE_CHECKING:
    from geounet_qgis.algs.base import GeounetAlgorithm


def scene_parameters() -> list[QgsProcessingParameterDefinition]:
    """Return what a person chooses of a scene."""
    return [
        helped(
            QgsProcessingParameterRasterLayer("INPUT", tr("Scene")),
            tr(
                "The satellite or aerial image: a file, a cloud-optimised GeoTIFF on a server, a virtual raster, or a "
                "web map, of which the extent is fetched first."
            ),
        ),
        extent_parameter(),
        aoi_parameter(),
        helped(
            QgsProcessingParameterBand(
                "BANDS", tr("Bands, in the model's order"), parentLayerParameterName="INPUT", optional=True,
                allowMultiple=True,
            ),
            tr(
                "The scene's bands that are the model's, in its order (red, green, blue). Where none are chosen they "
                "are found by their names, else as the layer shows them."
            ),
        ),
    ]  # fmt: skip


def extent_parameter() -> QgsProcessingParameterDefinition:
    """Return the choice of a rectangle."""
    return helped(
        QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
        tr("Only this rectangle is mapped; the whole scene where none is given. Its CRS may be another one."),
    )


def aoi_parameter() -> QgsProcessingParameterDefinition:
    """Return the choice of areas."""
    return helped(
        QgsProcessingParameterFeatureSource("AOI", tr("Area of interest"), [POLYGONS], optional=True),
        tr("Only what lies in these polygons is mapped."),
    )


def scene_details() -> list[QgsProcessingParameterDefinition]:
    """Return what is seldom chosen of a scene."""
    return [
        advanced(
            helped(
                text("GSD", tr("Metres per pixel to work at"), default="model"),
                tr(
                    "“model” works at the model's resolution, “native” at the scene's; or a number of metres."
                ),
            )
        ),
        advanced(
            helped(
                QgsProcessingParameterFile("STATS", tr("Scene statistics"), extension="json", optional=True),
                tr(
                    "Statistics to normalise by, from elsewhere: a JSON file with “low” and “high”, a value a band."
                ),
            )
        ),
    ]


class TakenScene:
    """What the main thread takes of a scene's layers for the worker thread."""

    def __init__(
        self,
        algorithm: GeounetAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        *,
        model: Model | None,
    ) -> None:
        from geounet_qgis.layers.bands import seen_as_rgb
        from geounet_qgis.layers.sources import take_raster, take_vector_parameter

        given = algorithm.given(parameters, context)
        layer = algorithm.parameterAsRasterLayer(parameters, "INPUT", context)
        extent, crs = given.place() or (None, None)
        gsd_m = working_gsd(given.text("GSD"), model)
        self.raster = take_raster(layer, extent=extent, extent_crs=crs, gsd_m=gsd_m)
        self.aoi = take_vector_parameter(algorithm, parameters, "AOI", context)
        self.bands = given.bands() or (seen_as_rgb(layer, model.bands) if model else None) or ()

    @property
    def name(self) -> str:
        """The scene's name."""
        return self.raster.name


def scene_of(given: Given, taken: TakenScene, files: Any) -> Scene:  # noqa: ANN401
    """Return the words' scene; layers that geounet cannot open are exported on the way."""
    return wanted_of(given, taken, files, source=files.raster(taken.raster))


def wanted_of(given: Given, taken: Any, files: Any, *, source: Source) -> Scene:  # noqa: ANN401
    """Return the words' scene that lies at `source`; `taken` has its `bands` and `aoi`."""
    from geounet_qgis.layers.addresses import crs_word

    rectangle, crs = given.extent() or (None, None)
    return Scene(
        source=source,
        bands=taken.bands,
        gsd=given.text("GSD"),
        aoi=files.vector(taken.aoi) if taken.aoi is not None else None,
        bbox=_edges(rectangle) if rectangle else None,
        bbox_crs=crs_word(crs) if rectangle and crs.isValid() else None,
        stats=given.path("STATS"),
    )


def working_gsd(gsd: str, model: Model | None) -> float | None:
    """Return the metres per pixel that the network works at; None where they are the scene's own, or unknown."""
    if gsd in {"", "model"}:
        return model.gsd_m if model else None
    try:
        return float(gsd)
    except ValueError:
        return None


def gsd_problem(gsd: str) -> str | None:
    """Return what is wrong with a resolution, or None."""
    if gsd in {"", "model", "native"}:
        return None
    try:
        good = float(gsd) > 0
    except ValueError:
        good = False
    return None if good else tr("“{gsd}” is no resolution; expected model, native or metres").format(gsd=gsd)


def _edges(rectangle: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    return rectangle.xMinimum(), rectangle.yMinimum(), rectangle.xMaximum(), rectangle.yMaximum()
