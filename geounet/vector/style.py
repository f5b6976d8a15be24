"""A QGIS style for a layer: each class in its colour."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from geounet.palette import Colour


def categorised(classes: Mapping[str, Colour], *, field: str = "class", lines: bool = False) -> str:
    """The QML of a layer whose `field` says how a polygon is filled, or a line drawn (QGIS 3.22 and later read it)."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr=field,
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for number, (name, colour) in enumerate(classes.items()):
        SubElement(categories, "category", value=name, label=name, symbol=str(number), render="true")
        if lines:
            _add_symbol(symbols, str(number), kind="line", options=_stroke(colour))
        else:
            _add_symbol(symbols, str(number), kind="fill", options=_fill(colour))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _fill(colour: Colour) -> dict[str, str]:
    """A translucent fill with a darker outline."""
    dark = tuple(channel * 3 // 5 for channel in colour)
    return {
        "color": _rgba(colour, 110),
        "style": "solid",
        "outline_color": _rgba(dark, 255),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
        "offset": "0,0",
    }


def _stroke(colour: Colour) -> dict[str, str]:
    """A line that is wide enough to see over a scene."""
    return {
        "line_color": _rgba(colour, 255),
        "line_style": "solid",
        "line_width": "0.7",
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "round",
    }


def _add_symbol(symbols: Element, name: str, *, kind: str, options: Mapping[str, str]) -> None:
    symbol = SubElement(symbols, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    drawn = {"fill": "SimpleFill", "line": "SimpleLine"}[kind]
    layer = SubElement(symbol, "layer", {"class": drawn, "enabled": "1", "locked": "0", "pass": "0"})
    option_map = SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        SubElement(option_map, "Option", name=key, type="QString", value=value)


def _rgba(colour: tuple[int, ...], alpha: int) -> str:
    return ",".join(map(str, (*colour, alpha)))
