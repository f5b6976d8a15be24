"""How results are drawn: buildings filled, roads as wide as they are, rasters in their classes' or a ramp's colours."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMapLayer,
    QgsProperty,
    QgsRasterLayer,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from geounet_qgis.compat import LINE_GEOMETRY, POLYGON_GEOMETRY, STROKE_WIDTH
from geounet_qgis.layers.classes import FIELD, class_colours, colour_of
from geounet_qgis.layers.describing import Facts
from geounet_qgis.layers.rasters import style_class_raster, style_probability

WIDTH = "width_m"
LEAST_WIDTH_MM = 0.6
"""What a road is drawn with, at least, so that it is seen from afar; and where its width is not known."""

_LINE_OPACITY = 0.75
"""Of the whole layer, so that the road's surface can be seen, and crossings are no darker."""

_OUTLINE_MM = 0.3
_FILL_ALPHA = 110
"""As in the library's own styles: the scene shines through."""


def style(layer: QgsMapLayer, kind: str, *, facts: Facts) -> None:
    """Style a result by its kind: `layer`, `class_raster` or `probability`."""
    if isinstance(layer, QgsRasterLayer):
        {"class_raster": style_class_raster, "probability": style_probability}[kind](layer, facts)
    elif isinstance(layer, QgsVectorLayer) and layer.geometryType() in (LINE_GEOMETRY, POLYGON_GEOMETRY):
        layer.setRenderer(_by_class(layer, class_colours(layer, facts.classes)))
        if layer.geometryType() == LINE_GEOMETRY:
            layer.setOpacity(_LINE_OPACITY)


def _by_class(layer: QgsVectorLayer, colours: dict[str, QColor]) -> QgsFeatureRenderer:
    """Each class in its colour; all in the first one where there are no classes."""
    if not colours:
        return QgsSingleSymbolRenderer(_symbol(layer, colour_of(1)))
    categories = [QgsRendererCategory(name, _symbol(layer, colour), name) for name, colour in colours.items()]
    return QgsCategorizedSymbolRenderer(FIELD, categories)


def _symbol(layer: QgsVectorLayer, colour: QColor) -> QgsSymbol:
    return _line(layer, colour) if layer.geometryType() == LINE_GEOMETRY else _fill(colour)


def _fill(colour: QColor) -> QgsSymbol:
    """A translucent fill with a darker outline."""
    return QgsFillSymbol.createSimple(
        {
            "color": _rgba(colour, _FILL_ALPHA),
            "outline_color": _rgba(colour.darker(167), 255),
            "outline_width": str(_OUTLINE_MM),
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
        }
    )


def _line(layer: QgsVectorLayer, colour: QColor) -> QgsSymbol:
    """A line that is as wide on the map as the road is on the ground, whatever the map's CRS."""
    symbol = QgsLineSymbol.createSimple(
        {
            "line_color": _rgba(colour, 255),
            "line_width": "0",  # the least width, then: a width in metres would make the legend grow with the zoom
            "line_width_unit": "RenderMetersInMapUnits",
            # Scale limits (none), then least and greatest size in mm: the least is on.
            "width_map_unit_scale": f"3x:0,0,1,{LEAST_WIDTH_MM},0,0",
            "capstyle": "round",
            "joinstyle": "round",
        }
    )
    if layer.fields().indexOf(WIDTH) >= 0:
        symbol.symbolLayer(0).setDataDefinedProperty(STROKE_WIDTH, QgsProperty.fromField(WIDTH))
    return symbol


def _rgba(colour: QColor, alpha: int) -> str:
    return f"{colour.red()},{colour.green()},{colour.blue()},{alpha}"
