"""How GDAL writes vectors while geounet does: its configuration for a while, and its errors in words."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geounet.errors import OutputError
from geounet.outputs import disk_full

_NO_ROOM = 1 << 20
"""Bytes free on a disk that is as good as full."""

_GDAL_ERRORS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError)


@contextmanager
def gdal_config(**options: str) -> Iterator[None]:
    """GDAL's configuration with other values, for a while."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


@contextmanager
def explained(out: Path) -> Iterator[None]:
    """What GDAL, SQLite or Arrow says of a layer that it cannot write, as an OutputError."""
    try:
        yield
    except (*_GDAL_ERRORS, sqlite3.Error, pa.ArrowException) as error:
        # The libraries say that they could not write, and not always why.
        if shutil.disk_usage(out.resolve().parent).free < _NO_ROOM:
            raise disk_full(out) from error
        raise OutputError(f"cannot write {out}: {error}; choose another format or folder") from error
