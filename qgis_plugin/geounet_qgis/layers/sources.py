"""QGIS's layers as something geounet can read: by their address where it opens that itself, else written out.

Layers are taken in the main thread (`take_raster`, `take_vector`), and become a Source in the worker
(`raster_source`, `vector_source`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

from geounet_qgis.layers import addresses, export_raster, export_vector
from geounet_qgis.layers.export_grid import NoGridError, Wanted, plan
from geounet_qgis.layers.source import Source
from geounet_qgis.translation import tr


@dataclass(frozen=True)
class RasterInput:
    """A raster layer that was taken: how geounet will come to it."""

    name: str
    """The layer's name in QGIS."""
    source: Source | None = None
    """Where geounet opens it by itself."""
    document: str | None = None
    """A virtual raster that has no file of its own: its XML."""
    export: export_raster.RasterExport | None = None
    """Where it must be written out."""

    @property
    def is_direct(self) -> bool:
        """Whether geounet opens it by itself, so that nothing is written."""
        return self.source is not None


@dataclass(frozen=True)
class VectorInput:
    """A vector layer that was taken: how geounet will come to its features."""

    name: str
    """The layer's name in QGIS."""
    source: Source | None = None
    """Where geounet reads it by itself."""
    export: export_vector.VectorExport | None = None
    """Where it must be written out."""

    @property
    def is_direct(self) -> bool:
        """Whether geounet reads it by itself, so that nothing is written."""
        return self.source is not None


def refusal(
    layer: QgsRasterLayer | None,
    *,
    extent: QgsRectangle | None = None,
    extent_crs: QgsCoordinateReferenceSystem | None = None,
    gsd_m: float | None = None,
) -> str | None:
    """Why a raster layer cannot be used so, in a line for the person; None where it can. Main thread, quick."""
    if layer is None or not layer.isValid():
        return tr("The raster layer cannot be read: is its file, or its service, still there?")
    address = addresses.raster_address(layer)
    if address is not None and (address.is_document or address.source() is not None):
        return None
    try:
        plan(layer, Wanted(extent, extent_crs, gsd_m))
    except NoGridError as error:
        return str(error)
    return None


def is_picture(layer: QgsRasterLayer) -> bool:
    """Whether a layer has colours that a service has drawn, not values: no labels can be read from it."""
    return export_raster.is_picture(layer.dataProvider())


def take_raster(
    layer: QgsRasterLayer,
    *,
    extent: QgsRectangle | None = None,
    extent_crs: QgsCoordinateReferenceSystem | None = None,
    gsd_m: float | None = None,
    plain_file: bool = False,
) -> RasterInput:
    """Take a raster layer, in the main thread (prepareAlgorithm).

    What must be written out is written for `extent` and a little round it (the model looks there): who limits
    the result to the extent says so to geounet as well. `gsd_m` is what map services are asked for. With
    `plain_file`, all but a file on this machine is written out: for verbs that know no addresses.

    Raises QgsProcessingException with what `refusal` says.
    """
    address = addresses.raster_address(layer)
    if address is not None and address.is_document:
        return RasterInput(layer.name(), document=address.path)
    if address is not None and (address.is_plain_file or not plain_file):
        source = address.source()
        if source is not None:
            return RasterInput(layer.name(), source=source)
    try:
        grid = plan(layer, Wanted(extent, extent_crs, gsd_m))
    except NoGridError as error:
        raise QgsProcessingException(str(error)) from error
    return RasterInput(layer.name(), export=export_raster.RasterExport.of(layer, grid))


def take_rasters(
    layers: Sequence[QgsRasterLayer],
    *,
    extent: QgsRectangle | None = None,
    extent_crs: QgsCoordinateReferenceSystem | None = None,
    gsd_m: float | None = None,
    beside_files: bool = False,
) -> list[RasterInput]:
    """Take several raster layers that are read in one run, beside files that are no layers or alone; as `take_raster`.

    What is no file and no address on a server is written out. One word says the CRS of all files that name none: where
    that would be wrong for some, they are written out with theirs.
    """
    known = [addresses.raster_address(layer) for layer in layers]
    assumed = {address.assume_crs for address in known if address is not None and address.assume_crs}
    is_one_crs = len(assumed) + beside_files <= 1
    return [
        take_raster(
            layer,
            extent=extent,
            extent_crs=extent_crs,
            gsd_m=gsd_m,
            plain_file=address is None
            or not address.is_input_of_many
            or bool(address.assume_crs and not is_one_crs),
        )
        for layer, address in zip(layers, known)
    ]


def take_part(
    layer: QgsRasterLayer,
    extent: QgsRectangle,
    *,
    gsd_m: float | None = None,
    band_names: Mapping[int, str] | None = None,
) -> RasterInput:
    """Take a rectangle of a raster layer, in the layer's CRS, to be written out exactly, with nothing round it.

    `band_names` gives bands names in place of their own. Raises QgsProcessingException with what `refusal` says.
    """
    try:
        grid = plan(layer, Wanted(extent, None, gsd_m, context=0))
    except NoGridError as error:
        raise QgsProcessingException(str(error)) from error
    export = export_raster.RasterExport.of(layer, grid, band_names=band_names)
    return RasterInput(layer.name(), export=export)


def raster_source(taken: RasterInput, scratch: Path, feedback: QgsProcessingFeedback) -> Source:
    """What geounet is told of the raster, written out in `scratch` where it must be; in the worker.

    Where `feedback` is cancelled meanwhile the file may be missing: ask it before going on.
    """
    if taken.source is not None:
        return taken.source
    if taken.document is not None:
        path = export_raster.fresh_folder(scratch) / f"{export_raster.file_stem(taken.name)}.vrt"
        path.write_text(taken.document, encoding="utf-8")
        return Source(str(path))
    return Source(str(export_raster.write(taken.export, Path(scratch), feedback)))


def take_vector(layer: QgsVectorLayer, *, request: QgsFeatureRequest | None = None) -> VectorInput:
    """Take a vector layer, in the main thread: all its features, or those that `request` asks for."""
    source = addresses.vector_address(layer) if request is None else None
    if source is not None:
        return VectorInput(layer.name(), source=source)
    return VectorInput(layer.name(), export=export_vector.VectorExport.of(layer, request=request))


def take_vector_parameter(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, object], name: str, context: QgsProcessingContext
) -> VectorInput | None:
    """Take what a vector parameter was given ("selected features only" and filters heeded); None for nothing."""
    given = parameters.get(name)
    if isinstance(given, QgsProcessingFeatureSourceDefinition):
        parameters = {**parameters, name: given.source}
    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    return None if layer is None else take_vector(layer, request=_request(layer, given))


def vector_source(taken: VectorInput, scratch: Path, feedback: QgsProcessingFeedback) -> Source:
    """What geounet is told of the features, written out in `scratch` where they must be; in the worker."""
    if taken.source is not None:
        return taken.source
    return Source(str(export_vector.write(taken.export, Path(scratch), feedback)))


def _request(layer: QgsVectorLayer, given: object) -> QgsFeatureRequest | None:
    """Which features were asked for; None for all."""
    if not isinstance(given, QgsProcessingFeatureSourceDefinition):
        return None
    request = QgsFeatureRequest()
    expression = getattr(given, "filterExpression", "")  # since QGIS 3.32
    if given.selectedFeaturesOnly:
        request.setFilterFids(layer.selectedFeatureIds())
    elif not expression and given.featureLimit <= 0:
        return None
    if expression:
        request.combineFilterExpression(expression)
    if given.featureLimit > 0:
        request.setLimit(given.featureLimit)
    return request
