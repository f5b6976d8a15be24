"""Writes the features of a layer that geounet cannot read by itself as a GeoPackage, in a worker thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsAbstractFeatureSource,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)

from geounet_qgis.layers.export_raster import file_stem, fresh_folder
from geounet_qgis.translation import tr

_PLAIN_TYPES = frozenset((1, 2, 3, 4, 5, 6, 10, 14, 15, 16))
"""Numbers of the types that a GeoPackage holds as they are (QMetaType): truth values, numbers, text, dates and times."""

_COUNTERS = (24, 92)
"""Where SQLite keeps how often a file was written, and when its header was last true: always the same number."""


@dataclass(frozen=True)
class VectorExport:
    """The features of a layer as they were when a run began: with edits, joins and filters."""

    name: str
    features: QgsAbstractFeatureSource
    request: QgsFeatureRequest
    fields: QgsFields
    wkb_type: QgsWkbTypes.Type
    crs: QgsCoordinateReferenceSystem
    transforms: QgsCoordinateTransformContext
    count: int
    """How many features there are, about; below 0 where the layer does not know."""

    @classmethod
    def of(cls, layer: QgsVectorLayer, *, request: QgsFeatureRequest | None = None) -> VectorExport:
        """Take them, in the main thread."""
        request = QgsFeatureRequest() if request is None else request
        return cls(
            layer.name(),
            QgsVectorLayerFeatureSource(layer),
            request,
            layer.fields(),
            layer.wkbType(),
            layer.crs(),
            QgsProject.instance().transformContext(),
            layer.featureCount(),
        )


def write(export: VectorExport, folder: Path, feedback: QgsProcessingFeedback) -> Path:
    """Write the features in a new folder within `folder`, and give the GeoPackage's path.

    Curves become straight pieces; fields that a GeoPackage does not hold (lists, maps) are left out. Ends early
    where `feedback` is cancelled. Raises QgsProcessingException where it cannot be written.
    """
    path = fresh_folder(folder) / f"{file_stem(export.name)}.gpkg"
    feedback.pushInfo(tr("Writing the features of layer {} out.").format(export.name))
    kept = _kept_fields(export.fields)
    writer = _writer(export, path, kept)
    for feature in _features(export, kept, feedback):
        if not writer.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(_cannot(export, writer.errorMessage()))
    del writer  # which ends the file
    _stop_the_clock(path)
    return path


def _stop_the_clock(path: Path) -> None:
    """Have a GeoPackage say no time: a run that goes on knows the area of an earlier one by the file's bytes.

    SQLite counts writes in its header, and GDAL writes once more where a second ends on the way.
    """
    from sqlite3 import connect

    connection = connect(str(path))
    try:
        with connection:
            connection.execute("UPDATE gpkg_contents SET last_change = '2000-01-01T00:00:00.000Z'")
    finally:
        connection.close()
    with path.open("r+b") as file:
        for counter in _COUNTERS:
            file.seek(counter)
            file.write((1).to_bytes(4, "big"))


def _writer(export: VectorExport, path: Path, kept: dict[int, QgsField]) -> QgsVectorFileWriter:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.fileEncoding = "UTF-8"
    options.layerName = path.stem
    options.layerOptions = [f"FID={_free_name('fid', kept)}"]
    fields = QgsFields()
    for field in kept.values():
        fields.append(field)
    straight = QgsWkbTypes.linearType(export.wkb_type)
    writer = QgsVectorFileWriter.create(str(path), fields, straight, export.crs, export.transforms, options)
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(_cannot(export, writer.errorMessage()))
    return writer


def _features(
    export: VectorExport, kept: dict[int, QgsField], feedback: QgsProcessingFeedback
) -> Iterator[QgsFeature]:
    for number, feature in enumerate(export.features.getFeatures(export.request)):
        if feedback.isCanceled():
            return
        fresh = QgsFeature()
        fresh.setAttributes([feature.attribute(index) for index in kept])
        fresh.setGeometry(_straight(feature.geometry()))
        yield fresh
        if export.count > 0:
            feedback.setProgress(min(100.0, 100 * (number + 1) / export.count))


def _straight(geometry: QgsGeometry) -> QgsGeometry:
    if geometry.isNull() or not QgsWkbTypes.isCurvedType(geometry.wkbType()):
        return geometry
    return QgsGeometry(geometry.constGet().segmentize())


def _kept_fields(fields: QgsFields) -> dict[int, QgsField]:
    """Fields that survive, by their index in the layer."""
    return {index: field for index, field in enumerate(fields) if _type_number(field) in _PLAIN_TYPES}


def _type_number(field: QgsField) -> int:
    """The field's type as QMetaType numbers it, on Qt 5 and Qt 6 alike."""
    kind = field.type()
    return int(getattr(kind, "value", kind))


def _free_name(name: str, kept: dict[int, QgsField]) -> str:
    """`name`, or that with as many underscores before it as it takes to be no field's."""
    taken = {field.name().lower() for field in kept.values()}
    while name in taken:
        name = f"_{name}"
    return name


def _cannot(export: VectorExport, why: str) -> str:
    return tr("The features of layer {name} cannot be written out: {why}").format(name=export.name, why=why)
