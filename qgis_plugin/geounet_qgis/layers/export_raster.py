"""Writes a raster layer that geounet cannot open by itself as a file, in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterBandStats,
    QgsRasterBlockFeedback,
    QgsRasterDataProvider,
    QgsRasterFileWriter,
    QgsRasterLayer,
    QgsRasterPipe,
    QgsSingleBandColorDataRenderer,
)
from qgis.PyQt.QtCore import Qt

from geounet_qgis.layers.export_grid import ExportGrid
from geounet_qgis.translation import tr

_TIFF = ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]
_PICTURES = (Qgis.DataType.ARGB32, Qgis.DataType.ARGB32_Premultiplied)
_SAMPLE = 250_000
_COLOURS = {1: "Gray", 3: "Red", 4: "Green", 5: "Blue", 6: "Alpha"}
"""GDAL's names of colours, by QGIS's numbers of them (QgsRaster.ColorInterpretation, later in Qgis)."""


@dataclass(frozen=True)
class RasterExport:
    """What is needed of a layer to write it out without touching it again."""

    name: str
    provider: QgsRasterDataProvider
    """A clone that is the worker's own."""
    crs: QgsCoordinateReferenceSystem
    transforms: QgsCoordinateTransformContext
    grid: ExportGrid
    band_names: Mapping[int, str] = field(default_factory=dict)
    """Names that bands get in place of their own, by number: those that a person chose."""

    @classmethod
    def of(
        cls, layer: QgsRasterLayer, grid: ExportGrid, *, band_names: Mapping[int, str] | None = None
    ) -> RasterExport:
        """Take it, in the main thread; what the person hid in QGIS (a nodata value of their own) is data again."""
        provider = layer.dataProvider().clone()
        for band in range(1, provider.bandCount() + 1):
            provider.setUserNoDataValue(band, [])
        transforms = QgsProject.instance().transformContext()
        return cls(layer.name(), provider, layer.crs(), transforms, grid, band_names or {})


def is_picture(provider: QgsRasterDataProvider) -> bool:
    """Whether a provider gives colours that a service has drawn, not values."""
    return provider.bandCount() == 1 and provider.dataType(1) in _PICTURES


def write(export: RasterExport, folder: Path, feedback: QgsProcessingFeedback) -> Path:
    """Write the layer as a GeoTIFF in a new folder within `folder`, and give its path.

    Values are written as they are; a picture as red, green, blue and alpha. Ends early where `feedback` is
    cancelled. Raises QgsProcessingException where it cannot be written, or a service gave no picture.
    """
    path = fresh_folder(folder) / f"{file_stem(export.name)}.tif"
    size = tr("Writing layer {name} out: {cols} × {rows} pixels.")
    feedback.pushInfo(size.format(name=export.name, cols=export.grid.cols, rows=export.grid.rows))
    result = _written(export, path, feedback)
    if feedback.isCanceled():
        return path
    if getattr(result, "value", result) != 0 or not path.is_file():
        raise QgsProcessingException(tr("Layer {} cannot be written out.").format(export.name))
    if is_picture(export.provider):
        _check_not_empty(path, export.name)
    else:
        _describe(export, path)
    return path


def fresh_folder(parent: Path) -> Path:
    """A new folder within one that is a run's own: numbered, so that runs of the same layers have the same names."""
    number = 1 + sum(1 for _ in parent.iterdir())
    folder = parent / str(number)
    folder.mkdir()
    return folder


def file_stem(name: str, *, otherwise: str = "layer") -> str:
    """A name as a file's: without what some file system would not have, and not too long."""
    kept = "".join(c if c.isalnum() or c in " -_." else "_" for c in name).strip(" .")
    return kept[:60].strip(" .") or otherwise


def _written(export: RasterExport, path: Path, feedback: QgsProcessingFeedback) -> object:
    """What QGIS's writer says of it: 0 where all went well."""
    blocks = QgsRasterBlockFeedback()
    # The worker runs no event loop: a queued call would never come.
    feedback.canceled.connect(blocks.cancel, Qt.ConnectionType.DirectConnection)
    blocks.progressChanged.connect(feedback.setProgress, Qt.ConnectionType.DirectConnection)
    writer = QgsRasterFileWriter(str(path))
    writer.setOutputFormat("GTiff")
    writer.setCreateOptions(_TIFF)
    grid = export.grid
    pipe = _pipe(export.provider)
    try:
        return writer.writeRaster(
            pipe, grid.cols, grid.rows, grid.extent, export.crs, export.transforms, blocks
        )
    finally:
        feedback.canceled.disconnect(blocks.cancel)


def _pipe(provider: QgsRasterDataProvider) -> QgsRasterPipe:
    pipe = QgsRasterPipe()
    pipe.set(provider.clone())  # the pipe deletes its own
    if is_picture(provider):
        pipe.set(QgsSingleBandColorDataRenderer(None, 1))
    return pipe


def _check_not_empty(path: Path, name: str) -> None:
    """Raise QgsProcessingException where every pixel is transparent: a service that did not answer gives that."""
    layer = QgsRasterLayer(str(path), "written")  # which its provider does not keep alive
    written = layer.dataProvider()
    statistic = QgsRasterBandStats.Stats.Max
    for sample in (_SAMPLE, 0):
        if written.bandStatistics(4, statistic, written.extent(), sample).maximumValue > 0:
            return
    raise QgsProcessingException(
        tr("Layer {} gave no picture of the extent: is there a connection, and has it imagery there?").format(
            name
        )
    )


def _describe(export: RasterExport, path: Path) -> None:
    """Keep the bands' names and colours, which QGIS's writer drops, in GDAL's file beside the raster."""
    from xml.etree import ElementTree as ET

    root, provider = ET.Element("PAMDataset"), export.provider
    for band in range(1, provider.bandCount() + 1):
        element = ET.SubElement(root, "PAMRasterBand", band=str(band))
        _, _, own = provider.generateBandName(band).partition(": ")
        description = export.band_names.get(band, own)
        if description:
            ET.SubElement(element, "Description").text = description
        interpretation = provider.colorInterpretation(band)
        colour = _COLOURS.get(int(getattr(interpretation, "value", interpretation)))
        if colour:
            ET.SubElement(element, "ColorInterp").text = colour
    ET.ElementTree(root).write(f"{path}.aux.xml", encoding="utf-8")
