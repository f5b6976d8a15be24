"""What is known of a result: read from its file, completed by the run, and written into the layer's metadata."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from qgis.core import (
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsVectorLayer,
)

from geounet_qgis.translation import tr

_ITEM = re.compile(r'<(?:li>|MDI key=")(GEOUNET_\w+|ATTRIBUTION)(?:=|">)(.*?)</(?:li|MDI)>', re.DOTALL)
"""A tag in what QGIS shows of a raster, or in the XML inside a GeoPackage."""


@dataclass(frozen=True)
class Facts:
    """What made a result; what is not known is empty."""

    scene: str = ""
    model: str = ""
    """Its name and version."""
    task: str = ""
    activation: str = ""
    """`softmax`, or `sigmoid` where classes may overlap."""
    classes: tuple[str, ...] = ()
    """The background first."""
    attribution: str = ""
    licence: str = ""
    geounet: str = ""
    """The library's version."""
    command: str = ""
    """The command line that made it, without credentials."""


def facts_of(layer: QgsMapLayer, about: Mapping[str, str]) -> Facts:
    """What a file says of itself, completed by the run.

    The scene's name is the run's word, for a person knows the layer, not the file that was made of it.
    """
    tags = _tags(layer)
    return Facts(
        scene=about.get("scene") or tags.get("GEOUNET_SOURCE", ""),
        model=tags.get("GEOUNET_MODEL") or about.get("model", ""),
        task=tags.get("GEOUNET_TASK") or about.get("task", ""),
        activation=tags.get("GEOUNET_ACTIVATION", ""),
        classes=_names(tags.get("GEOUNET_CLASSES") or about.get("classes", "")),
        attribution=tags.get("ATTRIBUTION") or about.get("attribution", ""),
        licence=about.get("licence", ""),
        geounet=tags.get("GEOUNET_VERSION", ""),
        command=about.get("command", ""),
    )


def describe(layer: QgsMapLayer, *, title: str, facts: Facts) -> None:
    """Fill in a layer's metadata."""
    metadata = QgsLayerMetadata()
    metadata.setType("dataset")
    metadata.setTitle(title)
    metadata.setAbstract(_abstract(facts))
    metadata.setRights([facts.attribution] if facts.attribution else [])
    metadata.setLicenses([facts.licence] if facts.licence else [])
    metadata.addKeywords(
        "geounet", list(dict.fromkeys(filter(None, ["geounet", facts.task, *facts.classes[1:]])))
    )
    metadata.setHistory([facts.command] if facts.command else [])
    metadata.setCrs(layer.crs())
    metadata.setExtent(_extent(layer))
    layer.setMetadata(metadata)


def _abstract(facts: Facts) -> str:
    """A line for each thing that is known."""
    lines = [
        (tr("Made with geounet {}."), facts.geounet),
        (tr("Scene: {}"), facts.scene),
        (tr("Model: {}"), facts.model),
        (tr("Classes: {}"), ", ".join(facts.classes[1:])),
        (tr("Attribution: {}"), facts.attribution),
        (tr("Licence: {}"), facts.licence),
    ]
    return "\n".join(text.format(value) for text, value in lines if value)


def _extent(layer: QgsMapLayer) -> QgsLayerMetadata.Extent:
    spatial = QgsLayerMetadata.SpatialExtent()
    spatial.extentCrs = layer.crs()
    box, bounds = spatial.bounds, layer.extent()  # the box's class has two names between QGIS 3 and 4
    box.setXMinimum(bounds.xMinimum())
    box.setXMaximum(bounds.xMaximum())
    box.setYMinimum(bounds.yMinimum())
    box.setYMaximum(bounds.yMaximum())
    spatial.bounds = box
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([spatial])
    return extent


def _tags(layer: QgsMapLayer) -> dict[str, str]:
    """What the library wrote into a file, as far as QGIS hands it on."""
    if isinstance(layer, QgsRasterLayer):
        return _items(layer.dataProvider().htmlMetadata())
    if isinstance(layer, QgsVectorLayer) and layer.storageType() == "GPKG":
        return _items(_geopackage_metadata(layer))
    if isinstance(layer, QgsVectorLayer):
        return _attributes(layer) | _json(layer.dataProvider().layerMetadata().abstract())
    return {}


def _items(text: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ITEM.findall(text)}


def _geopackage_metadata(layer: QgsVectorLayer) -> str:
    """The XML that GDAL keeps in a GeoPackage; empty where it keeps none, and no such table."""
    registry = QgsProviderRegistry.instance()
    path = registry.decodeUri("ogr", layer.source())["path"]
    connection = registry.providerMetadata("ogr").createConnection(path, {})
    if not connection.executeSql("SELECT name FROM sqlite_master WHERE name = 'gpkg_metadata'"):
        return ""
    return "\n".join(str(row[0]) for row in connection.executeSql("SELECT metadata FROM gpkg_metadata"))


def _attributes(layer: QgsVectorLayer) -> dict[str, str]:
    """What the first feature says: all that QGIS reads of a FlatGeobuf."""
    names = {"source": "GEOUNET_SOURCE", "model": "GEOUNET_MODEL"}
    feature = next(layer.getFeatures(), None)
    if feature is None:
        return {}
    found = {tag: feature[name] for name, tag in names.items() if layer.fields().indexOf(name) >= 0}
    return {tag: value for tag, value in found.items() if isinstance(value, str)}


def _json(text: str) -> dict[str, str]:
    """The tags of a GeoJSON or a Shapefile, which are its description; none where that is something else."""
    try:
        tags = json.loads(text)
    except ValueError:
        return {}
    return {name: str(value) for name, value in tags.items()} if isinstance(tags, dict) else {}


def _names(text: str) -> tuple[str, ...]:
    """Class names from a JSON list; none where it is something else."""
    try:
        names = json.loads(text)
    except ValueError:
        return ()
    return tuple(map(str, names)) if isinstance(names, list) else ()
