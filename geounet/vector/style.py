"""A QGIS style for a layer: each class in its colour."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from geounet.palette import Colour


def categorised_fill(classes: Mapping[str, Colour]) -> str:
    """The QML of a layer whose field `class` says how a polygon is filled (QGIS 3.22 and later read it)."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr="class",
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for number, (name, colour) in enumerate(classes.items()):
        SubElement(categories, "category", value=name, label=name, symbol=str(number), render="true")
        _add_fill(symbols, str(number), colour)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _add_fill(symbols: Element, name: str, colour: Colour) -> None:
    """A translucent fill with a darker outline."""
    symbol = SubElement(
        symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    layer = SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    dark = tuple(channel * 3 // 5 for channel in colour)
    options = {
        "color": _rgba(colour, 110),
        "style": "solid",
        "outline_color": _rgba(dark, 255),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
        "offset": "0,0",
    }
    option_map = SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        SubElement(option_map, "Option", name=key, type="QString", value=value)


def _rgba(colour: tuple[int, ...], alpha: int) -> str:
    return ",".join(map(str, (*colour, alpha)))
