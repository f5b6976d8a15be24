"""What differs between QGIS 3.22 and 4: names that moved."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsSymbolLayer,
    QgsWkbTypes,
)


def _moved(new: str, member: str, old: Any, old_member: str) -> Any:  # noqa: ANN401 (an enum's value, of any enum)
    """Return the value of an enum that QGIS 3.36 moved into `Qgis` under shorter names."""
    enum = getattr(Qgis, new, None)
    return getattr(old, old_member) if enum is None else getattr(enum, member)


ADVANCED = _moved(
    "ProcessingParameterFlag", "Advanced", QgsProcessingParameterDefinition.Flag, "FlagAdvanced"
)
"""The flag of a parameter that is folded away."""

OPTIONAL = _moved(
    "ProcessingParameterFlag", "Optional", QgsProcessingParameterDefinition.Flag, "FlagOptional"
)
"""The flag of a parameter that may stay empty."""

ANY_GEOMETRY = _moved(
    "ProcessingSourceType", "VectorAnyGeometry", QgsProcessing.SourceType, "TypeVectorAnyGeometry"
)
"""Vector layers with points, lines or polygons."""

POLYGONS = _moved("ProcessingSourceType", "VectorPolygon", QgsProcessing.SourceType, "TypeVectorPolygon")
"""Vector layers with polygons."""

RASTERS = _moved("ProcessingSourceType", "Raster", QgsProcessing.SourceType, "TypeRaster")
"""Raster layers."""

LINES = _moved("ProcessingSourceType", "VectorLine", QgsProcessing.SourceType, "TypeVectorLine")
"""Vector layers with lines."""

LINE_GEOMETRY = _moved("GeometryType", "Line", QgsWkbTypes.GeometryType, "LineGeometry")
"""What `QgsVectorLayer.geometryType()` says of lines."""

POLYGON_GEOMETRY = _moved("GeometryType", "Polygon", QgsWkbTypes.GeometryType, "PolygonGeometry")
"""What it says of areas."""

_property = QgsSymbolLayer.Property
STROKE_WIDTH = _property.StrokeWidth if hasattr(_property, "StrokeWidth") else _property.PropertyStrokeWidth
"""The property of a symbol layer that is a line's width, when data say it."""
