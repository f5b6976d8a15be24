"""The classes of a vector layer and their colours, which are those of the library's class rasters."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsCategorizedSymbolRenderer, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

FIELD = "class"

PALETTE = ("#d64541", "#2c6fbb", "#2e8b57", "#f4a623", "#7d4ea0", "#8c564b", "#e377c2", "#17becf")
"""The colours of classes 1 to 8; they repeat."""

MOST = 64
"""Classes beyond which a layer is drawn in one colour: such a field names no classes."""


def colour_of(number: int) -> QColor:
    """The colour of the class with a number, from 1."""
    return QColor(PALETTE[(number - 1) % len(PALETTE)])


def class_colours(layer: QgsVectorLayer, names: Sequence[str]) -> dict[str, QColor]:
    """The colour of each class of a layer; none where it has no classes, or too many.

    The file's own style says it (a GeoPackage has one), else the order of the model's class names (the background
    first), else that of the classes that the layer has.
    """
    number = layer.fields().indexOf(FIELD)
    if number < 0:
        return {}
    embedded = _embedded(layer)
    if embedded:
        return embedded
    named = list(names[1:]) or _found(layer, number)
    if len(named) > MOST:
        return {}
    return {name: colour_of(k) for k, name in enumerate(named, start=1)}


def _found(layer: QgsVectorLayer, number: int) -> list[str]:
    values = layer.uniqueValues(number, MOST + 1)
    return sorted(value for value in values if isinstance(value, str) and value)


def _embedded(layer: QgsVectorLayer) -> dict[str, QColor]:
    """The colours of the style that lies inside a GeoPackage."""
    if layer.storageType() != "GPKG":
        return {}
    layer.loadDefaultStyle()
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer) or renderer.classAttribute() != FIELD:
        return {}
    named = (
        category
        for category in renderer.categories()
        if isinstance(category.value(), str) and category.value()
    )
    return {category.value(): _opaque(category.symbol().color()) for category in named}


def _opaque(colour: QColor) -> QColor:
    return QColor(colour.red(), colour.green(), colour.blue())
