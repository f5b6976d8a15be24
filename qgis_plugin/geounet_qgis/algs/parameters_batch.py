"""The parameters of many scenes: which they are, and what becomes of them together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsRasterLayer,
)

from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters import advanced, helped, one_of, text, tick, whole
from geounet_qgis.algs.parameters_scene import aoi_parameter, extent_parameter, working_gsd
from geounet_qgis.commands.batch import FORMATS
from geounet_qgis.compat import RASTERS
from geounet_qgis.layers.source import Source
from geounet_qgis.models import Model
from geounet_qgis.translation import tr

if TYPE_CHECKING:
    from geounet_qgis.algs.base import GeounetAlgorithm
    from geounet_qgis.layers.sources import RasterInput


def scenes_parameters() -> list[QgsProcessingParameterDefinition]:
    """Return what a person chooses of the scenes."""
    return [
        helped(
            QgsProcessingParameterFile(
                "INPUT",
                tr("Folder of scenes"),
                behavior=QgsProcessingParameterFile.Behavior.Folder,
                optional=True,
            ),
            tr(
                "All rasters in this folder and the folders below it. A pattern such as /data/*_2024.tif, a zip or tar "
                "archive, or a text file with a path on each line may be typed in its place."
            ),
        ),
        helped(
            QgsProcessingParameterMultipleLayers("LAYERS", tr("Single scenes"), RASTERS, optional=True),
            tr("Raster layers or files, beside the folder or in place of it."),
        ),
        extent_parameter(),
        aoi_parameter(),
        helped(
            text("BANDS", tr("Bands, in the model's order")),
            tr(
                "The numbers of the scenes' bands that are the model's, in its order, such as 3,2,1. Where none are given "
                "they are found by their names."
            ),
        ),
    ]


def folder_parameters() -> list[QgsProcessingParameterDefinition]:
    """Return what a person chooses of the outputs."""
    return [
        helped(
            one_of("FORMAT", tr("Format of the layers"), FORMATS, default=FORMATS[0]),
            tr("Of the layer that each scene becomes."),
        ),
        helped(
            tick("MOSAIC", tr("Read adjacent tiles as one scene"), default=True),
            tr(
                "Tiles of one grid and date that touch or overlap become one layer, without seams: what is cut by their "
                "borders is one object."
            ),
        ),
        helped(
            tick("MERGE", tr("One layer of all scenes too"), default=True),
            tr("It is written as merged.gpkg in the same folder, and shown on the map."),
        ),
        helped(
            tick("RETRY", tr("Try failed scenes again")),
            tr(
                "Those that failed in an earlier run on the same folder. Otherwise they are left as they are."
            ),
        ),
        advanced(
            helped(
                tick("OVERWRITE", tr("Begin the folder anew")),
                tr(
                    "What an earlier run left in the folder of layers is replaced: for another model, or other choices."
                ),
            )
        ),
        helped(
            QgsProcessingParameterFolderDestination("OUTPUT", tr("Folder of layers")),
            tr(
                "Each scene's layer, and report.html. Run it again with the same folder, model and choices, and it goes on "
                "where it was interrupted; what is done stays as it is."
            ),
        ),
    ]


def workers_parameter() -> QgsProcessingParameterDefinition:
    """Return how many processes there are."""
    return advanced(
        helped(
            whole("WORKERS", tr("Processes"), minimum=1),
            tr("How many scenes are worked on at once: as many as fit this machine where none is set."),
        )
    )


class TakenScenes:
    """What the main thread takes of the scenes' layers for the worker thread."""

    def __init__(
        self,
        algorithm: GeounetAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        *,
        model: Model | None,
    ) -> None:
        from geounet_qgis.layers.sources import take_vector_parameter

        given = algorithm.given(parameters, context)
        self.place = given.path("INPUT")
        self.rasters = _taken(given, given.rasters("LAYERS"), model)
        self.aoi = take_vector_parameter(algorithm, parameters, "AOI", context)
        self.bands = given.bands()

    @property
    def name(self) -> str:
        """What a person calls the scenes: the folder's name, or the one layer's."""
        if self.place and not self.rasters and Path(self.place).is_dir():
            return Path(self.place).resolve().name
        if not self.place and len(self.rasters) == 1:
            return self.rasters[0].name
        return tr("scenes")

    @property
    def are_direct(self) -> bool:
        """Whether geounet opens all by itself, so that nothing is written."""
        return all(raster.is_direct for raster in self.rasters)

    def sources(self, files: Any) -> list[Source]:  # noqa: ANN401 (algs.files.Files)
        """Return all inputs; layers that geounet cannot open are exported on the way."""
        places = [Source(self.place)] if self.place else []
        return files.listed([*places, *(files.raster(raster) for raster in self.rasters)])


def scenes_problem(given: Given, model: Model | None) -> str | None:
    """Return why the scenes cannot be used so, in a line; None where nothing is seen."""
    layers = given.rasters("LAYERS")
    place = given.path("INPUT")
    if not place and not layers:
        return tr("No scene was chosen: give a folder, or layers.")
    if place and _is_path(place) and not Path(place).exists():
        return tr("{path} is not there: expected a folder of scenes, or a file").format(path=place)
    return _bands_text_problem(given.text("BANDS")) or _layers_problem(given, layers, model)


def _is_path(place: str) -> bool:
    """Whether it names one file or folder on this machine: no pattern and no address."""
    return not any(sign in place for sign in ("*", "?", "[", "://")) and not place.startswith("/vsi")


def _bands_text_problem(bands: str) -> str | None:
    if all(part.strip().isdigit() and int(part) > 0 for part in bands.split(",")) or not bands:
        return None
    return tr("“{bands}” are no band numbers; expected numbers from 1, such as 3,2,1").format(bands=bands)


def _layers_problem(given: Given, layers: list[QgsRasterLayer], model: Model | None) -> str | None:
    from geounet_qgis.layers.sources import refusal

    problem = next(filter(None, (refusal(layer, **_wanted(given, model)) for layer in layers)), None)
    if problem is None:
        try:
            _taken(given, layers, model)
        except QgsProcessingException as error:
            return str(error)
    return problem


def _taken(given: Given, layers: list[QgsRasterLayer], model: Model | None) -> list[RasterInput]:
    from geounet_qgis.layers.sources import take_rasters

    return take_rasters(layers, **_wanted(given, model), beside_files=bool(given.path("INPUT")))


def _wanted(given: Given, model: Model | None) -> dict[str, Any]:
    """What part of a layer is wanted, and how fine."""
    extent, crs = given.place() or (None, None)
    return {"extent": extent, "extent_crs": crs, "gsd_m": working_gsd(given.text("GSD"), model)}
