"""What a GeoPackage holds beside its features: a QGIS style, with which the layer opens looking right."""

import sqlite3
from contextlib import closing
from pathlib import Path

NO_CLOCK = "2000-01-01T00:00:00.000Z"
"""Stands where a format wants the time, so that the same input gives the same bytes."""

# The table that QGIS itself makes, and looks for when it opens a layer.
_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)
"""
_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
                          styleSLD, useAsDefault, description, owner, ui, update_time)
VALUES ('', '', ?, 'geom', 'geounet', ?, '', 1, 'Colours of the classes', '', NULL, ?)
"""


def add_style(path: Path, layer: str, qml: str) -> None:
    """Make `qml` the default style of a layer; raises sqlite3.Error when it cannot be written."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_TABLE)
        connection.execute(_REGISTER, (NO_CLOCK,))
        connection.execute(_STYLE, (layer, qml, NO_CLOCK))


def has_index(path: Path, layer: str) -> bool:
    """Whether a layer has its spatial index, which GDAL makes last, and leaves out where the disk is full."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT 1 FROM gpkg_extensions WHERE table_name = ? AND extension_name = 'gpkg_rtree_index'"
        return connection.execute(query, (layer,)).fetchone() is not None
