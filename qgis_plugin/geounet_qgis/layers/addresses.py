"""Under which address geounet can open what a layer shows; none where only QGIS can."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsVectorLayer,
)

from geounet_qgis.layers.source import Source

_ONLY_IN_QGIS = frozenset((".ecw", ".sid", ".hdf", ".hdf4", ".gdb"))
"""Endings of rasters that the GDAL of rasterio's wheels has no driver for."""

_VECTOR_FILES = frozenset((".gpkg", ".geojson", ".json", ".fgb", ".shp", ".parquet", ".geoparquet"))
"""Endings of vector files that the library reads itself."""

_AUTHORITIES = ("EPSG", "ESRI", "OGC")
"""Whose codes every PROJ knows; others are numbers of one person's QGIS."""

_SERVERS = ("/vsicurl/", "/vsis3/", "/vsigs/", "/vsiaz/", "/vsiadls/", "http://", "https://")
"""How addresses on servers begin that every verb knows."""

_CREDENTIALS = re.compile(r"\bauthcfg\s*=|\|credential:", re.IGNORECASE)


@dataclass(frozen=True)
class RasterAddress:
    """Where GDAL finds a raster, and what QGIS knows beyond it."""

    path: str
    options: tuple[str, ...] = ()
    """Open options, NAME=VALUE."""
    assume_crs: str | None = None
    """The CRS that the person gave a file without one."""
    override_crs: str | None = None
    """The CRS that the person gave a file in place of its own."""

    @property
    def is_document(self) -> bool:
        """Whether the path is no path but the XML of a virtual raster."""
        return self.path.lstrip().startswith("<")

    @property
    def is_plain_file(self) -> bool:
        """Whether it is a file on this machine with nothing to add."""
        return not (self.options or self.assume_crs or self.override_crs) and Path(self.path).is_file()

    @property
    def is_input_of_many(self) -> bool:
        """Whether it can be one of many inputs: a file or an address on a server, with a CRS to assume at most."""
        if self.options or self.override_crs or self.is_document:
            return False
        return self.path.startswith(_SERVERS) or Path(self.path).is_file()

    def source(self) -> Source | None:
        """What geounet is told; None where no address says it all.

        GDAL's own `vrt://PATH?a_srs=CRS&oo=NAME=VALUE` says what a path alone cannot.
        """
        extras = [f"oo={option}" for option in self.options]
        extras += [f"a_srs={self.override_crs}"] if self.override_crs else []
        if not extras:
            return Source(self.path, self.assume_crs)
        if "?" in self.path or any("&" in extra for extra in extras):
            return None
        return Source(f"vrt://{self.path}?{'&'.join(extras)}", self.assume_crs)


def raster_address(layer: QgsRasterLayer) -> RasterAddress | None:
    """Where GDAL finds the layer's pixels; None where only QGIS has them: other providers, memory, credentials."""
    uri = layer.source()
    if layer.providerType() != "gdal" or _CREDENTIALS.search(uri):
        return None
    registry = QgsProviderRegistry.instance()
    parts = dict(registry.decodeUri("gdal", uri))
    options = tuple(parts.pop("openOptions", None) or ())
    path = registry.encodeUri("gdal", parts)
    if "/vsimem/" in path or path.startswith("MEM:") or Path(path).suffix.lower() in _ONLY_IN_QGIS:
        return None
    if Path(path).is_file():
        path = str(Path(path).absolute())  # a config lies elsewhere
    shown, own = layer.crs(), layer.dataProvider().crs()
    if not shown.isValid() or shown == own:
        return RasterAddress(path, options)
    if own.isValid():
        return RasterAddress(path, options, override_crs=crs_word(shown))
    return RasterAddress(path, options, assume_crs=crs_word(shown))


def crs_word(crs: QgsCoordinateReferenceSystem) -> str:
    """A CRS as another program knows it: its authority's code, else its WKT."""
    if crs.authid().split(":")[0] in _AUTHORITIES:
        return crs.authid()
    return crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED)


def vector_address(layer: QgsVectorLayer) -> Source | None:
    """The file with just the layer's features; None where there is none.

    So it is with other providers, several layers in a file, filters, edits, joins, computed fields, a CRS that
    is not the file's, credentials, archives and addresses on the web.
    """
    uri = layer.source()
    if layer.providerType() != "ogr" or _CREDENTIALS.search(uri) or _changed(layer):
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", uri)
    path = Path(parts.get("path") or "")
    told = ("vsiPrefix", "vsiSuffix", "openOptions", "geometryType", "subset", "uniqueGeometryType")
    if any(parts.get(name) for name in told):
        return None
    if path.suffix.lower() not in _VECTOR_FILES or not path.is_file() or "/vsi" in uri[:4]:
        return None
    return Source(str(path.absolute())) if layer.dataProvider().subLayerCount() <= 1 else None


def _changed(layer: QgsVectorLayer) -> bool:
    """Whether the layer's features, or what is known of them, are not just what the file has."""
    own_fields = layer.dataProvider().fields()
    return bool(
        layer.subsetString()
        or layer.isModified()
        or layer.vectorJoins()
        or layer.fields().count() != own_fields.count()
        or layer.crs() != layer.dataProvider().crs()
    )
