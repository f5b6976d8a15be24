"""The pixels that a layer which is no file is written out at: where they lie, and how large they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsPointXY,
    QgsProject,
    QgsRasterInterface,
    QgsRasterLayer,
    QgsRectangle,
)

from geounet_qgis.translation import tr

LARGEST = 1_000_000_000
"""Pixels that are written out at most: a day's downloading from a map service."""

CONTEXT = 128
"""Pixels round the extent that are written too: the model looks there, and finds nothing there."""

SAME = 1.05
"""How much coarser a map service's own pixels may be than wanted ones before the next finer ones are taken."""


class NoGridError(ValueError):
    """A layer cannot be written out as wanted; the message is for a person."""


@dataclass(frozen=True)
class ExportGrid:
    """North-up pixels in a layer's own CRS."""

    extent: QgsRectangle
    rows: int
    cols: int


@dataclass(frozen=True)
class Wanted:
    """What part of a layer is wanted, and how fine."""

    extent: QgsRectangle | None = None
    """None for the whole layer."""
    extent_crs: QgsCoordinateReferenceSystem | None = None
    """None for the layer's own."""
    gsd_m: float | None = None
    """Metres on the ground per pixel; None for the layer's own pixels."""
    context: int = CONTEXT
    """Pixels round the extent that are written too."""

    def rectangle(self, crs: QgsCoordinateReferenceSystem) -> QgsRectangle | None:
        """The extent in `crs`; raises NoGridError where it has no place there."""
        if self.extent is None or self.extent.isNull():
            return None
        if self.extent_crs is None or not self.extent_crs.isValid() or self.extent_crs == crs:
            return self.extent
        transform = QgsCoordinateTransform(self.extent_crs, crs, QgsProject.instance().transformContext())
        try:
            return transform.transformBoundingBox(self.extent)
        except QgsCsException as error:
            raise NoGridError(tr("The extent has no place in the layer's coordinate system.")) from error


@dataclass(frozen=True)
class _Pixels:
    """A pixel's size in map units, and a corner of one."""

    width: float
    height: float
    left: float
    top: float


def plan(layer: QgsRasterLayer, wanted: Wanted) -> ExportGrid:
    """The grid to write `layer` out at; raises NoGridError where there is none, or it is too large."""
    whole = layer.extent()
    extent = wanted.rectangle(layer.crs())
    if has_pixels(layer):
        pixels = _own(layer)
    elif extent is None:
        raise NoGridError(
            tr("Layer {} is a map service without a size of its own: choose an extent.").format(layer.name())
        )
    else:
        pixels = _service(layer, extent, wanted.gsd_m)
    area = whole if extent is None else _grown(extent, pixels, wanted.context).intersect(whole)
    if area.isEmpty() or (extent is not None and extent.intersect(whole).isEmpty()):
        raise NoGridError(tr("The extent lies outside layer {}.").format(layer.name()))
    return _checked(_snapped(area, pixels), layer)


def has_pixels(layer: QgsRasterLayer) -> bool:
    """Whether a layer has a width and a height in pixels: a map service has not."""
    return (
        bool(layer.dataProvider().capabilities() & QgsRasterInterface.Capability.Size) and layer.width() > 0
    )


def metres_per_unit(
    crs: QgsCoordinateReferenceSystem, extent: QgsRectangle, *, step: float | None = None
) -> tuple[float, float]:
    """Metres on the ground in a map unit, eastward and northward, in the middle of `extent`."""
    if not crs.isValid():
        return 1.0, 1.0
    measure = QgsDistanceArea()
    measure.setSourceCrs(crs, QgsProject.instance().transformContext())
    measure.setEllipsoid("WGS84")
    centre = extent.center()
    step = step or max(extent.width(), extent.height()) / 1000 or 1e-6
    east = measure.measureLine(centre, QgsPointXY(centre.x() + step, centre.y())) / step
    north = measure.measureLine(centre, QgsPointXY(centre.x(), centre.y() + step)) / step
    usable = all(math.isfinite(length) and length > 0 for length in (east, north))
    return (east, north) if usable else (1.0, 1.0)


def _own(layer: QgsRasterLayer) -> _Pixels:
    extent = layer.extent()
    return _Pixels(
        extent.width() / layer.width(), extent.height() / layer.height(), extent.xMinimum(), extent.yMaximum()
    )


def _service(layer: QgsRasterLayer, extent: QgsRectangle, gsd_m: float | None) -> _Pixels:
    """The pixels of a map service: of its tiles, where it has tiles, else square ones on the ground."""
    whole, levels = layer.extent(), sorted(layer.dataProvider().nativeResolutions())
    east, north = metres_per_unit(layer.crs(), extent)
    if levels:
        fine_enough = [size for size in levels if gsd_m and size * max(east, north) <= gsd_m * SAME]
        size = fine_enough[-1] if fine_enough else levels[0]
        return _Pixels(size, size, whole.xMinimum(), whole.yMaximum())
    if not gsd_m:
        raise NoGridError(
            tr("Layer {} is a map service without pixels of its own: choose metres per pixel.").format(
                layer.name()
            )
        )
    return _Pixels(gsd_m / east, gsd_m / north, extent.xMinimum(), extent.yMaximum())


def _grown(extent: QgsRectangle, pixels: _Pixels, context: int) -> QgsRectangle:
    across, up = context * pixels.width, context * pixels.height
    return QgsRectangle(
        extent.xMinimum() - across, extent.yMinimum() - up, extent.xMaximum() + across, extent.yMaximum() + up
    )


def _snapped(area: QgsRectangle, pixels: _Pixels) -> ExportGrid:
    """The whole pixels that cover an area; those of a file or a tile are kept as they are, none is resampled."""
    first_col = math.floor((area.xMinimum() - pixels.left) / pixels.width + 1e-6)
    last_col = math.ceil((area.xMaximum() - pixels.left) / pixels.width - 1e-6)
    first_row = math.floor((pixels.top - area.yMaximum()) / pixels.height + 1e-6)
    last_row = math.ceil((pixels.top - area.yMinimum()) / pixels.height - 1e-6)
    extent = QgsRectangle(
        pixels.left + first_col * pixels.width,
        pixels.top - last_row * pixels.height,
        pixels.left + last_col * pixels.width,
        pixels.top - first_row * pixels.height,
    )
    return ExportGrid(extent, max(1, last_row - first_row), max(1, last_col - first_col))


def _checked(grid: ExportGrid, layer: QgsRasterLayer) -> ExportGrid:
    if grid.rows * grid.cols > LARGEST:
        text = tr(
            "Layer {name} would have to be written out at {cols} × {rows} pixels, more than {most} million: "
            "choose a smaller extent, or more metres per pixel."
        )
        raise NoGridError(
            text.format(name=layer.name(), cols=grid.cols, rows=grid.rows, most=LARGEST // 1_000_000)
        )
    return grid
