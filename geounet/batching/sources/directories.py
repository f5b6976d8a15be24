"""PMTiles archives: where in the file each tile lies, from the archive's own directories."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from geounet.batching.sources.quadtree import Level
from geounet.errors import MissingDependencyError, SceneError
from geounet.grid import Window
from geounet.options import BBox
from geounet.raster.virtual_tiles import TileKind, image_form

HEADER_BYTES = 127

MAX_DIRECTORY_BYTES = 16 << 20
"""Largest directory, packed; those that are written have some 16 KiB."""

MAX_UNPACKED_BYTES = 256 << 20

MAX_TILE_BYTES = 64 << 20

_DEEPEST = 4
"""Directories in one another, as the format allows."""

_RASTERS = ("PNG", "JPEG", "WEBP")

_PNG_KINDS: dict[int, TileKind] = {0: "grey", 2: "colours", 3: "palette", 4: "grey", 6: "colours"}
"""By a PNG's colour type."""

Read = Callable[[int, int], bytes]
"""Bytes of the archive: offset and length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlace:
    """A tile, and where its bytes lie."""

    row: int
    """Of tiles, from the north."""
    col: int
    offset: int
    length: int


class Directory:
    """What a PMTiles archive (version 3) says of its tiles; nothing is read but its header and directories."""

    def __init__(self, read: Read, *, name: str) -> None:
        """Raises SceneError where it is no archive of images, and MissingDependencyError without pmtiles."""
        self._library = _library()
        self._name = name
        try:
            self._header = self._library.deserialize_header(read(0, HEADER_BYTES))
        except Exception as error:  # the library's own errors share no base, and strange bytes give others
            raise SceneError(
                f"{name} is no PMTiles archive of version 3; expected one: write it again"
            ) from error
        self.kind: str = self._header["tile_type"].name
        """PNG, JPEG or WEBP."""
        if self.kind not in _RASTERS or self._header["tile_compression"].name not in ("NONE", "UNKNOWN"):
            raise SceneError(
                f"{name} holds {self.kind} tiles; expected images ({', '.join(_RASTERS)}): vector tiles are no scene"
            )
        self.zooms: tuple[int, int] = (int(self._header["min_zoom"]), int(self._header["max_zoom"]))
        """The coarsest and the finest."""
        self._read = read
        self._entries = lru_cache(maxsize=64)(self._directory)

    def bounds(self) -> BBox:
        """What the archive says that it covers, in degrees; all of the map where it says nothing."""
        west, south, east, north = (
            self._header[name] / 1e7 for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        )
        if not (west < east and south < north):
            west, south, east, north = -180.0, -90.0, 180.0, 90.0
        return BBox(xmin=west, ymin=south, xmax=east, ymax=north)

    def tiles(self, level: Level, window: Window) -> Iterator[TilePlace]:
        """The tiles of a zoom in a window (rows and columns of tiles), in the archive's order of tiles."""
        numbers = sorted(
            (self._library.zxy_to_tileid(level.zoom, col, row), row, col)
            for row in range(window.row, window.row_stop)
            for col in range(window.col, window.col_stop)
        )
        for number, row, col in numbers:
            found = self._find(number)
            if found is not None:
                yield TilePlace(row=row, col=col, offset=found[0], length=found[1])

    def image(self, tile: TilePlace) -> tuple[TileKind, int]:
        """A tile's kind and its rows and columns, from all of its bytes."""
        return image_form(self._read(tile.offset, min(tile.length, MAX_TILE_BYTES)))

    def png_kind(self, tile: TilePlace) -> TileKind:
        """A PNG tile's kind, from its first bytes."""
        head = self._read(tile.offset, 26)
        return _PNG_KINDS.get(head[25] if len(head) == 26 else -1, "colours")

    def _find(self, number: int) -> tuple[int, int] | None:
        """Offset and length of a tile's bytes; None where there is no such tile."""
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEEPEST):
            entry = self._library.find_tile(self._entries(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return self._header["tile_data_offset"] + entry.offset, entry.length
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _directory(self, offset: int, length: int) -> Any:  # noqa: ANN401 (pmtiles' entries)
        packed = self._read(offset, min(length, MAX_DIRECTORY_BYTES + 1))
        form = self._header["internal_compression"].name
        if form == "NONE":
            packed = gzip.compress(packed, 1)  # the library unpacks whatever it is given
        try:
            bounded = form in ("NONE", "GZIP") and _is_bounded(packed)
            return self._library.deserialize_directory(packed if bounded else b"")
        except (zlib.error, EOFError, IndexError, OSError, ValueError) as error:
            raise SceneError(
                f"{self._name} has a directory of {length:,} bytes ({form}) that cannot be read; "
                "expected a whole archive with directories packed by gzip: write it again"
            ) from error


def _is_bounded(packed: bytes) -> bool:
    """Whether a gzip, and what is in it, is not larger than a directory may be."""
    unpacker = zlib.decompressobj(31)
    unpacker.decompress(packed, MAX_UNPACKED_BYTES)
    return len(packed) <= MAX_DIRECTORY_BYTES and not unpacker.unconsumed_tail


def _library() -> ModuleType:
    try:
        import pmtiles.tile
    except ImportError as error:
        raise MissingDependencyError(
            "pmtiles is not installed; PMTiles archives need it: pip install 'geounet[cloud]'"
        ) from error
    return pmtiles.tile
