"""Which bands a person sees as red, green and blue."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer

_COLOURS = {3: "red", 4: "green", 5: "blue"}
"""Colours by QGIS's numbers of them (QgsRaster.ColorInterpretation, later in Qgis)."""


def seen_as_rgb(layer: QgsRasterLayer, wanted: Sequence[str]) -> tuple[int, ...] | None:
    """The numbers of the bands that the layer is shown with as red, green and blue, in the order of `wanted`.

    None where the model wants other bands, where the scene's own band names say which they are (the library then
    finds them), or where the layer is not shown as a picture of three bands.
    """
    names = [_fold(name) for name in wanted]
    if sorted(names) != ["blue", "green", "red"] or _named(layer, names):
        return None
    renderer = layer.renderer()
    if not isinstance(renderer, QgsMultiBandColorRenderer):
        return None
    shown = {"red": renderer.redBand(), "green": renderer.greenBand(), "blue": renderer.blueBand()}
    numbers = tuple(shown[name] for name in names)
    return numbers if all(1 <= number <= layer.bandCount() for number in numbers) else None


def _named(layer: QgsRasterLayer, names: Sequence[str]) -> bool:
    """Whether each name is a band's description, or its colour in the file."""
    provider = layer.dataProvider()
    known = set()
    for band in range(1, layer.bandCount() + 1):
        _, _, description = provider.generateBandName(band).partition(": ")
        known.add(_fold(description))
        interpretation = provider.colorInterpretation(band)
        known.add(_COLOURS.get(int(getattr(interpretation, "value", interpretation)), ""))
    return all(name in known for name in names)


def _fold(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()
