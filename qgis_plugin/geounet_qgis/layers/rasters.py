"""How raster results are drawn: classes in their own colours, probabilities by a ramp, and what is nothing not at all."""

from __future__ import annotations

import re

from qgis.core import (
    QgsColorRampShader,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from geounet_qgis.layers.classes import colour_of
from geounet_qgis.layers.describing import Facts
from geounet_qgis.translation import tr

BACKGROUND = 0

_CLASS_ALPHA = 170
"""The scene shines through."""

_BLACK = QColor(0, 0, 0).rgb()

_RAMP = (
    (0.0, "#00000400"),
    (0.05, "#1c104400"),
    (0.25, "#51127c90"),
    (0.5, "#b73779d0"),
    (0.75, "#fc8961f0"),
    (1.0, "#fcfdbfff"),
)
"""Magma, as red, green, blue and alpha: clear up to 0.05, so that the scene shows where there is nothing."""


def style_class_raster(layer: QgsRasterLayer, facts: Facts) -> None:
    """Draw the classes in the file's own colours, under their names; the background stays clear.

    Where classes overlap, a raster has a band for each, of which the first is drawn.
    """
    colours = _colours_of(layer)
    names = _class_names(layer, facts) or dict.fromkeys(colours, "")
    if not names:
        return  # another's raster, which is left as QGIS draws it
    classes = [
        QgsPalettedRasterRenderer.Class(
            number, _drawn(number, colours), name or tr("Class {number}").format(number=number)
        )
        for number, name in names.items()
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))


def style_probability(layer: QgsRasterLayer, facts: Facts) -> None:
    """Draw the first class's probability, 0 to 1, by a ramp."""
    provider = layer.dataProvider()
    band = 2 if layer.bandCount() > 1 and facts.activation != "sigmoid" else 1
    function = QgsColorRampShader(0, 1, _ramp())
    function.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(value, _colour(text), f"{value:g}") for value, text in _RAMP]
    )
    shader = QgsRasterShader(0, 1)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(provider, band, shader)
    renderer.setClassificationMin(0)
    renderer.setClassificationMax(1)
    layer.setRenderer(renderer)


def band_name(layer: QgsRasterLayer, band: int) -> str:
    """A band's own name, without the number that QGIS puts before it; empty where it has none."""
    match = re.fullmatch(r"[^:]*\d+: (.+)", layer.bandName(band))
    return match.group(1) if match else ""


def _class_names(layer: QgsRasterLayer, facts: Facts) -> dict[int, str]:
    """The names of the values of the first band."""
    if layer.bandCount() > 1:
        return {1: band_name(layer, 1)}
    return dict(enumerate(facts.classes))


def _colours_of(layer: QgsRasterLayer) -> dict[int, QColor]:
    """The colours in the file; what has none there is black."""
    table = layer.dataProvider().colorTable(1)
    entries = {int(item.value): QColor(item.color) for item in table}
    return {number: colour for number, colour in entries.items() if colour.rgb() != _BLACK}


def _drawn(number: int, colours: dict[int, QColor]) -> QColor:
    colour = QColor(colours.get(number) or colour_of(number))
    colour.setAlpha(0 if number == BACKGROUND else _CLASS_ALPHA)
    return colour


def _ramp() -> QgsGradientColorRamp:
    inner = [QgsGradientStop(value, _colour(text)) for value, text in _RAMP[1:-1]]
    return QgsGradientColorRamp(_colour(_RAMP[0][1]), _colour(_RAMP[-1][1]), False, inner)


def _colour(text: str) -> QColor:
    """A colour from `#rrggbbaa`."""
    return QColor(*bytes.fromhex(text[1:]))
