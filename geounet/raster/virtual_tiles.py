"""Tiles of a map as one raster: a document that names each tile and its place, or a window of what GDAL joins itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import rasterio
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, MemoryFile
from rasterio.transform import Affine

from geounet.errors import SceneError
from geounet.grid import Window
from geounet.raster.environment import georeferencing_optional
from geounet.raster.virtual_document import Band, Frame, guarded, place, source, virtual

TILE_DRIVERS = ("PNG", "JPEG", "WEBP")
"""What a tile may be; none of these reads another file."""

COLOURS = ("Red", "Green", "Blue", "Alpha")

TileKind = Literal["colours", "grey", "palette"]

_BANDS: Mapping[TileKind, tuple[int, int, int]] = {
    "colours": (1, 2, 3), "grey": (1, 1, 1), "palette": (1, 2, 3),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedImage:
    """An image in a file, and its place in a document."""

    address: str
    """What GDAL opens, without a query."""
    kind: TileKind
    """How its bands become red, green and blue."""
    row: int
    """Its first row in the document, which may lie before the first."""
    col: int
    """Its first column."""
    size: int
    """Rows and columns."""


def image_form(content: bytes) -> tuple[TileKind, int]:
    """The kind of a tile, and how many rows and columns it has.

    Raises SceneError where it is no square PNG, JPEG or WebP of uint8.
    """
    try:
        with (
            georeferencing_optional(),
            rasterio.Env(),
            MemoryFile(content) as file,
            DatasetReader(
                file.name, driver=list(TILE_DRIVERS)
            ) as dataset,  # `rasterio.open` takes one driver alone
        ):
            if dataset.height != dataset.width or dataset.dtypes[0] != "uint8":
                raise SceneError(
                    f"a tile has {dataset.height} × {dataset.width} pixels of {dataset.dtypes[0]}; "
                    "expected a square of uint8: check what the tiles hold"
                )
            if dataset.colorinterp[0].name == "palette":
                return "palette", int(dataset.width)
            return ("colours" if dataset.count >= 3 else "grey"), int(dataset.width)
    except RasterioError as error:
        raise SceneError(
            "a tile is no image that geounet reads; expected PNG, JPEG or WebP: check what the tiles hold"
        ) from error


def web_frame(window: Window, origin: tuple[float, float], *, resolution: float, block: int) -> Frame:
    """Where pixels of the web's map (EPSG:3857) lie; `origin` is the upper left corner's easting and northing."""
    west, north = origin
    return Frame(
        height=window.height,
        width=window.width,
        transform=Affine(resolution, 0.0, west, 0.0, -resolution, north),
        crs=CRS.from_epsg(3857),
        block=block,
    )


def tile_mosaic(tiles: Iterable[PlacedImage], frame: Frame) -> str:
    """Tiles as one raster of red, green and blue, whose mask is 0 where there is no tile."""
    sources: list[list[str]] = [[], [], [], []]
    for tile in tiles:
        name, where = guarded(tile.address, TILE_DRIVERS, expand=tile.kind == "palette"), _place(tile, frame)
        for own, number in zip(sources, (*_BANDS[tile.kind], "mask,1"), strict=True):
            own.append(source(name, str(number), place=where))
    *colours, mask = sources
    bands = [Band(sources=own, colour=colour) for own, colour in zip(colours, COLOURS[:3], strict=True)]
    return virtual(frame, bands, mask=Band(sources=mask))


def part(name: str, window: Window, frame: Frame, *, options: Mapping[str, str] | None = None) -> str:
    """A window of a raster of red, green, blue and alpha as a raster of its own.

    `name` is what GDAL opens, with GDAL's open options.
    """
    size = window.height, window.width
    where = place(here=(0, 0, *size), there=(window.row, window.col, *size))
    bands = [
        Band(sources=[source(name, str(number), place=where, options=options)], colour=colour)
        for number, colour in enumerate(COLOURS, 1)
    ]
    return virtual(frame, bands)


def _place(tile: PlacedImage, frame: Frame) -> str:
    """A tile's pixels, cut at the frame: one to one."""
    top, left = max(0, -tile.row), max(0, -tile.col)
    height = min(tile.size, frame.height - tile.row) - top
    width = min(tile.size, frame.width - tile.col) - left
    return place(here=(tile.row + top, tile.col + left, height, width), there=(top, left, height, width))
