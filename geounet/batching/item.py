"""One input of a batch: a raster that somebody gave, found in a folder, an archive, a catalogue or a pyramid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from geounet.raster.address import RasterAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An input, before it is opened; a value that goes to another process, or machine, as JSON."""

    name: str
    """What its outputs are called: a relative path with `/`, without extension, safe on every system, unique in a run."""
    raster: RasterAddress
    """What GDAL opens."""
    identity: Mapping[str, str | int] = field(default_factory=dict)
    """What says that it is the same input as before: path, size and mtime_ns; url and etag; or digest. Never a signature."""
    shown: str = ""
    """What a person sees of it in messages, tables and `source`: its file's name, an archive's name before its member."""
    date: str | None = None
    """When it was taken (ISO 8601), where its source knows; items of different dates are never one mosaic."""
    beside: tuple["Item", ...] = ()
    """Other files of the same ground, which are read with it as one scene on its grid: their bands follow after its own."""

    @property
    def files(self) -> tuple["Item", ...]:
        """All files that are read, its own first."""
        return self, *self.beside

    @property
    def title(self) -> str:
        """What a person sees of all its files."""
        return " + ".join(file.shown or file.name for file in self.files)

    @property
    def identities(self) -> Any:  # noqa: ANN401 (JSON)
        """What says that all its files are the same as before."""
        own = dict(self.identity)
        return [own, *(file.identities for file in self.beside)] if self.beside else own

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The value that `to_dict` gave."""
        raster = RasterAddress.from_dict(values["raster"])
        beside = tuple(cls.from_dict(file) for file in values.get("beside", ()))
        return cls(**{**values, "raster": raster, "beside": beside})

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        plain = {
            "name": self.name, "raster": self.raster.to_dict(), "identity": dict(self.identity), "shown": self.shown,
            "date": self.date,
        }  # fmt: skip
        return plain | ({"beside": [file.to_dict() for file in self.beside]} if self.beside else {})
