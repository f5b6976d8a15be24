"""Pyramids of map tiles in one file (MBTiles, PMTiles) → one item: a zoom of it, or a part of that, as one raster."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources.addresses import BUCKETS, is_address, shown
from geounet.batching.sources.directories import Directory, Read, TilePlace
from geounet.batching.sources.identity import Identity, file_identity
from geounet.batching.sources.listing import bucket_bytes
from geounet.batching.sources.quadtree import Level
from geounet.batching.sources.remote import remote_item
from geounet.batching.sources.tiles import check_count, frame_of
from geounet.batching.sources.web import fetch_range
from geounet.errors import OptionsError, SceneError
from geounet.grid import Window
from geounet.raster.address import RasterAddress
from geounet.raster.virtual_tiles import PlacedImage, TileKind, image_form, part, tile_mosaic

MAX_PLACED = 16_384
"""Tiles of a PMTiles archive that one document names: some 20 MB of it, and 32,768 × 32,768 pixels."""

_ENDS = (".mbtiles", ".pmtiles")

_SAMPLED = 8
"""Tiles that are looked into, where a look at each would fetch it over the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    """A pyramid's file, and how it is read."""

    shown: str
    """Its name for people."""
    raster: RasterAddress
    identity: Identity
    read: Read
    """Bytes of it: offset and length."""


def is_pyramid(text: str) -> bool:
    """Whether a path or an address is called as MBTiles or PMTiles are."""
    path = urlsplit(text).path if is_address(text) else text
    return path.lower().endswith(_ENDS)


def pyramid_items(text: str, options: SourceOptions) -> Iterator[Item]:
    """A pyramid's `options.zoom`, the finest unless given, under `options.bbox`, all of it unless given, as one raster.

    Pixels are where the tile scheme has them, in EPSG:3857; they are not valid where there is no tile, nor (in MBTiles,
    whose driver goes on) where a tile is no image. Raises SceneError where the file is none, and OptionsError where it has
    nothing there.
    """
    if text.lower().endswith(".mbtiles") and not is_address(text):
        yield _mbtiles(Path(text), options)
    elif text.lower().endswith(".mbtiles"):
        raise SceneError(f"{shown(text)} is MBTiles on a server; expected PMTiles there, or a file: fetch it")
    else:
        yield _pmtiles(text, options)


def _mbtiles(path: Path, options: SourceOptions) -> Item:
    """GDAL's own driver joins the tiles; where they lie is asked of the file, whose `bounds` may be rounded."""
    archive = _Archive(
        shown=path.name,
        raster=RasterAddress(address=str(path.absolute())),
        identity=_known(path, options),
        read=partial(_file_bytes, path),
    )
    zoom, tiles = _mbtiles_extent(path, options.zoom)
    level = Level(zoom=zoom, tile=image_form(_mbtiles_tile(path, zoom))[1])
    whole = level.pixels(tiles)
    window = whole.intersect(level.window(options.bbox)) if options.bbox else whole
    if not window.width:
        raise OptionsError(f"{path.name} has no tile there at zoom {zoom}; pass another --bbox or --zoom")
    # The driver looks at the first tile to count bands; four of them hold any image, and say where there is none.
    opening = {"ZOOM_LEVEL": str(zoom), "USE_BOUNDS": "NO", "BAND_COUNT": "4"}
    inside = window.shift(rows=-whole.row, cols=-whole.col)
    document = part(archive.raster.address, inside, frame_of(level, window), options=opening)
    return _item(archive, document, level=level, window=window)


def _mbtiles_extent(path: Path, zoom: int | None) -> tuple[int, Window]:
    """The zoom that is read, and the rows and columns of its tiles."""
    query = (
        "SELECT zoom_level, min(tile_column), min(tile_row), max(tile_column), max(tile_row) FROM tiles "
        "GROUP BY zoom_level ORDER BY zoom_level"
    )
    rows = {int(row[0]): row[1:] for row in _asked(path, query)}
    if not rows:
        raise SceneError(f"{path.name} holds no tiles; expected MBTiles of images: check the file")
    level = Level(zoom=_chosen_zoom(sorted(rows), zoom, what=path.name))
    west, south, east, north = map(int, rows[level.zoom])  # MBTiles counts its rows from the south
    return level.zoom, Window(level.tiles - 1 - north, west, north - south + 1, east - west + 1)


def _mbtiles_tile(path: Path, zoom: int) -> bytes:
    rows = _asked(path, f"SELECT tile_data FROM tiles WHERE zoom_level = {zoom:d} LIMIT 1")  # noqa: S608 (a number)
    return bytes(rows[0][0] or b"")


def _asked(path: Path, query: str) -> list[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.Error as error:
        raise SceneError(
            f"{path.name} cannot be read as MBTiles ({error}); expected a table of tiles: check the file"
        ) from error


def _pmtiles(text: str, options: SourceOptions) -> Item:
    """Each tile is read in place, at its offset in the archive."""
    archive = _archive(text, options)
    directory = Directory(archive.read, name=archive.shown)
    coarsest, finest = directory.zooms
    zoom = _chosen_zoom(range(coarsest, finest + 1), options.zoom, what=archive.shown)
    level, window, tiles = _tiles_of(directory, zoom, options, what=archive.shown)
    kinds = _kinds(tiles, directory, archive)
    placed = [
        PlacedImage(
            address=f"/vsisubfile/{tile.offset}_{tile.length},{archive.raster.address}",
            kind=kind,
            row=tile.row * level.tile - window.row,
            col=tile.col * level.tile - window.col,
            size=level.tile,
        )
        for tile, kind in zip(tiles, kinds, strict=True)
    ]
    document = tile_mosaic(placed, frame_of(level, window))
    return _item(archive, document, level=level, window=window)


def _archive(text: str, options: SourceOptions) -> _Archive:
    """A PMTiles archive on this machine or on a server."""
    if is_address(text):
        known = remote_item(text, options)
        shown_name, raster, identity = known.shown, known.raster, dict(known.identity)
        in_bucket = urlsplit(text).scheme.lower() in BUCKETS
        read = partial(bucket_bytes if in_bucket else fetch_range, text)
    else:
        path = Path(text).absolute()
        shown_name, raster, identity = path.name, RasterAddress(address=str(path)), _known(path, options)
        read = partial(_file_bytes, path)
    if "?" in raster.address or raster.signing is not None:
        raise SceneError(
            f"{shown_name} has a query in its address, or a `?` in its path, and GDAL reads no part of such a file; "
            "expected a plain address: fetch it, or rename it"
        )
    return _Archive(shown=shown_name, raster=raster, identity=identity, read=read)


def _tiles_of(
    directory: Directory, zoom: int, options: SourceOptions, *, what: str
) -> tuple[Level, Window, list[TilePlace]]:
    """The zoom with its size of tiles, the pixels that are read, and the tiles that hold them."""
    level = Level(zoom=zoom)  # tiles lie in the same places whatever their size
    bounds = level.window(options.bbox or directory.bounds())
    numbers = level.tile_window(bounds)
    check_count(numbers.height * numbers.width, MAX_PLACED, what=what)
    tiles = list(directory.tiles(level, numbers))
    if not tiles:
        raise OptionsError(f"{what} has no tile there at zoom {zoom}; pass another --bbox or --zoom")
    first = tiles[0]
    level = Level(zoom=zoom, tile=directory.image(first)[1])
    window = level.window(options.bbox) if options.bbox else level.pixels(_spanned(tiles))
    return level, window, tiles


def _spanned(tiles: Sequence[TilePlace]) -> Window:
    """The smallest window of tiles that holds all of these."""
    rows, cols = [tile.row for tile in tiles], [tile.col for tile in tiles]
    return Window(min(rows), min(cols), max(rows) - min(rows) + 1, max(cols) - min(cols) + 1)


def _kinds(tiles: Sequence[TilePlace], directory: Directory, archive: _Archive) -> list[TileKind]:
    """How the bands of each tile become colours.

    Of PNGs on this machine each says so itself. Elsewhere a look at each would fetch it: some speak for all, unless
    they differ.
    """
    if directory.kind == "PNG" and not is_address(archive.raster.address):
        return [directory.png_kind(tile) for tile in tiles]
    step = max(1, len(tiles) // _SAMPLED)
    sample = {directory.image(tile)[0] for tile in tiles[::step]}
    if len(sample) == 1:
        return [*sample] * len(tiles)
    return [directory.image(tile)[0] for tile in tiles]


def _file_bytes(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except OSError as error:
        raise SceneError(f"{path.name} cannot be read ({error.strerror}); check the path") from error


def _known(path: Path, options: SourceOptions) -> Identity:
    try:
        return file_identity(path, options.digest)
    except OSError as error:
        raise SceneError(f"{path.name} cannot be read ({error.strerror}); check the path") from error


def _chosen_zoom(zooms: Sequence[int], wanted: int | None, *, what: str) -> int:
    """The zoom that a person wants, or the finest."""
    if wanted is None:
        return max(zooms)
    if wanted not in zooms:
        raise OptionsError(f"{what} has no zoom {wanted}; expected one of {', '.join(map(str, zooms))}")
    return wanted


def _item(archive: _Archive, document: str, *, level: Level, window: Window) -> Item:
    place = f"{window.row},{window.col},{window.height},{window.width}"
    name = f"{archive.shown} z{level.zoom}"
    raster = RasterAddress(address=name, document=document, config=archive.raster.config)
    identity = {**archive.identity, "zoom": level.zoom, "window": place}
    return Item(name=archive.shown.rpartition("/")[2], raster=raster, identity=identity, shown=name)
