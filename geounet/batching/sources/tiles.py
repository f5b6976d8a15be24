"""Tile services of the web (`https://host/{z}/{x}/{y}.png`) → one item: the tiles under a rectangle as one raster."""

import re
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources import signing
from geounet.batching.sources.addresses import unsigned
from geounet.batching.sources.quadtree import FINEST, HALF, Level
from geounet.batching.sources.relay import CONNECTIONS
from geounet.errors import OptionsError
from geounet.grid import Window
from geounet.raster.address import RasterAddress
from geounet.raster.virtual_document import Frame
from geounet.raster.virtual_tiles import part, web_frame

MAX_TILES = 10_000
"""Tiles of one service: its owner pays for each; at zoom 18 these are 15 km × 15 km."""

CONFIG = (("GDAL_HTTP_PROXY", ""), ("GDAL_NUM_THREADS", "1"))
"""GDAL's configuration: tiles come from this very process, by no proxy. It must not read again after a failure."""

TIMEOUT_S = 300
"""Longest wait for a tile, in which the service is asked as often as need be."""

_PLACE = re.compile(r"\{(-?[a-z_]+(?::[^}]*)?)\}", re.IGNORECASE)

_KEYS = frozenset({"key"})
"""What is a secret in a template, and may be part of a name in another address."""


def is_tile_service(text: str) -> bool:
    """Whether a text is a template of tiles: a web address with {z}, {x} and {y} (or {-y}), or with {q}."""
    names = set(_PLACE.findall(text)) if text.lower().startswith(("http://", "https://")) else set()
    return ({"z", "x"} <= names and bool(names & {"y", "-y"})) or "q" in names


def tile_items(text: str, options: SourceOptions) -> tuple[Item]:
    """The tiles of a service under `options.bbox` at `options.zoom`, as one raster in EPSG:3857.

    Tiles are asked for when they are read, through `relay`. Where the service has none (404, 204) pixels are not valid;
    any other failure is one of the scene. Raises OptionsError without a rectangle or a zoom, or for too many tiles.
    """
    if options.bbox is None or options.zoom is None:
        missing = " and ".join(name for name in ("bbox", "zoom") if getattr(options, name) is None)
        raise OptionsError(
            f"{_host(text)} is a tile service, which has no end of its own, and there is no {missing}; "
            "pass --bbox west,south,east,north and --zoom"
        )
    level = _level(text, options.zoom)
    window = level.window(options.bbox)
    count = level.tile_window(window)
    check_count(count.height * count.width, MAX_TILES, what=_host(text))
    template = _filled(text)
    clean = unsigned(template, more=_KEYS)
    if clean != template:
        signing.keep(clean, template)
    name = f"{_host(text)} z{level.zoom}"
    place = f"{window.row},{window.col},{window.height},{window.width}"
    raster = RasterAddress(
        address=name,
        document=part(
            _service(clean, level, "bottom" if "{-y}" in text else "top"), window, frame_of(level, window)
        ),
        config=CONFIG,
        signing=signing.GIVEN_TILES if clean != template else signing.TILES,
    )
    identity: dict[str, str | int] = {"url": clean, "zoom": level.zoom, "tile": level.tile, "window": place}
    return (
        Item(
            name=f"{_host(text)}/{level.zoom}_{window.col}_{window.row}",
            raster=raster,
            identity=identity,
            shown=name,
        ),
    )


def frame_of(level: Level, window: Window) -> Frame:
    """Where a window of a zoom lies."""
    return web_frame(window, level.origin(window), resolution=level.resolution, block=level.tile)


def check_count(count: int, most: int, *, what: str) -> None:
    """Raise OptionsError where there are too many tiles."""
    if count > most:
        raise OptionsError(
            f"{what}: the rectangle holds {count:,} tiles at this zoom; expected at most {most:,}: "
            "pass a smaller --bbox or a coarser --zoom"
        )


def _level(text: str, zoom: int) -> Level:
    """The zoom; tiles are 512 pixels wide where the address says so (`@2x`)."""
    level = Level(zoom=zoom, tile=512 if "@2x" in text else 256)
    if level.size > 256 << FINEST:
        raise OptionsError(
            f"zoom is {zoom}; expected at most {FINEST} with tiles of 256 pixels, one less with 512"
        )
    return level


def _filled(text: str) -> str:
    """A template in GDAL's own words; OptionsError where it asks for something that is not known."""
    words = {"x": "${x}", "y": "${y}", "-y": "${y}", "z": "${z}", "q": "${quadkey}", "r": "", "s": "a"}

    def fill(match: re.Match[str]) -> str:
        name, _, choices = match[1].partition(":")
        if name == "switch":
            return choices.partition(",")[0]
        if name not in words:
            raise OptionsError(
                f"{_host(text)}: the address asks for {{{name}}}, which is not known; "
                "expected {z}, {x}, {y}, {-y} or {q}: write it in"
            )
        return words[name]

    return _PLACE.sub(fill, text)


def _service(template: str, level: Level, origin: str) -> str:
    """GDAL's description of the whole zoom of a service (WMS driver, minidriver TMS), as red, green, blue and alpha."""
    driver = "VirtualEarth" if "${quadkey}" in template else "TMS"
    corner = f"<UpperLeftX>{-HALF!r}</UpperLeftX><UpperLeftY>{HALF!r}</UpperLeftY>"
    corner += f"<LowerRightX>{HALF!r}</LowerRightX><LowerRightY>{-HALF!r}</LowerRightY>"
    return (
        f'<GDAL_WMS><Service name="{driver}"><ServerUrl>{escape(template)}</ServerUrl></Service>'
        f"<DataWindow>{corner}<TileLevel>{level.zoom}</TileLevel><TileX>0</TileX><TileY>0</TileY>"
        f"<SizeX>{level.size}</SizeX><SizeY>{level.size}</SizeY><YOrigin>{origin}</YOrigin></DataWindow>"
        "<Projection>EPSG:3857</Projection>"
        f"<BlockSizeX>{level.tile}</BlockSizeX><BlockSizeY>{level.tile}</BlockSizeY><BandsCount>4</BandsCount>"
        f"<OverviewCount>0</OverviewCount><MaxConnections>{CONNECTIONS}</MaxConnections><Timeout>{TIMEOUT_S}</Timeout>"
        "<UserAgent>geounet</UserAgent><ZeroBlockHttpCodes>404</ZeroBlockHttpCodes></GDAL_WMS>"
    )


def _host(text: str) -> str:
    return urlsplit(text).netloc.rpartition("@")[2].replace("{s}", "a")
