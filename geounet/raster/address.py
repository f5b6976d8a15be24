"""What GDAL opens, as a value: an address, or a virtual raster's document, and how far it is trusted."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self

import rasterio
from rasterio.io import DatasetReader, MemoryFile

from geounet.errors import SceneError
from geounet.raster.environment import GDAL_ERRORS, gdal_environment, georeferencing_optional
from geounet.raster.source import cannot_open, file_name, one_line

_ONE_THREAD = {"GDAL_NUM_THREADS": "1", "VRT_NUM_THREADS": "1"}
"""GDAL reads the parts of a virtual raster in threads of its own, and those do not have this thread's configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterAddress:
    """How a raster is opened; a value that goes to another process, or machine, as JSON."""

    address: str
    """A path, a URL, or a path of GDAL's virtual file systems (`/vsizip/…`), without any signature."""
    document: str | None = None
    """A virtual raster (VRT) that geounet itself wrote; it is opened from memory, and `address` names it to people."""
    drivers: tuple[str, ...] | None = None
    """GDAL's drivers that may open it; None for all. What others made is never opened as a VRT or a WMS: those may
    read any file or URL."""
    siblings: bool = True
    """Whether GDAL looks for side files (.ovr, .aux.xml, world files) beside it."""
    config: tuple[tuple[str, str], ...] = ()
    """GDAL configuration that it needs, as (name, value), such as how often a server is asked again."""
    signing: str | None = None
    """Who signs the address each time it is opened; None where nobody must."""

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The value that `to_dict` gave."""
        drivers = values.get("drivers")
        return cls(
            address=values["address"],
            document=values.get("document"),
            drivers=None if drivers is None else tuple(drivers),
            siblings=values.get("siblings", True),
            config=tuple((name, value) for name, value in values.get("config", ())),
            signing=values.get("signing"),
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without what is as by default."""
        values = {
            "address": self.address, "document": self.document, "drivers": self.drivers and list(self.drivers),
            "config": [list(pair) for pair in self.config] or None, "signing": self.signing,
            "siblings": None if self.siblings else False,
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}

    def settings(self) -> dict[str, str]:
        """GDAL's configuration while it is opened and read."""
        return dict(self.config) | ({} if self.siblings else {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"})


@contextmanager
def opened(raster: RasterAddress, *, signed: str | None = None) -> Iterator[DatasetReader]:
    """The raster, open for as long as the context lasts, with its GDAL configuration in this thread.

    `signed` is the address, or the document, with its signatures, where some are needed. What a person has set for
    GDAL in the environment stays as it is. Raises SceneError where the raster cannot be opened, or read in the
    context, and names neither folder nor signature.
    """
    name = file_name(raster.address)
    wanted = raster.settings()
    if raster.document is not None and wanted:
        wanted |= _ONE_THREAD
    settings = {name: value for name, value in wanted.items() if name not in os.environ}
    with ExitStack() as stack:
        stack.enter_context(gdal_environment())
        stack.enter_context(georeferencing_optional())
        stack.enter_context(rasterio.Env(**settings))
        try:
            dataset = stack.enter_context(_open(raster, signed, stack))
        except GDAL_ERRORS as error:
            raise cannot_open(signed or raster.address, error, name=name) from error
        try:
            yield dataset
        except GDAL_ERRORS as error:
            raise SceneError(
                f"{name} cannot be read ({one_line(error)}); expected a whole file: fetch or write it again"
            ) from error


def _open(raster: RasterAddress, signed: str | None, stack: ExitStack) -> DatasetReader:
    if raster.document is not None:
        document = signed or raster.document
        named = f"{file_name(raster.address)}.vrt"
        file = stack.enter_context(MemoryFile(document.encode(), filename=named))
        return file.open(driver="VRT")
    address = signed or raster.address
    if raster.drivers is None:
        return rasterio.open(address)
    return DatasetReader(address, driver=list(raster.drivers))  # rasterio.open takes one alone
