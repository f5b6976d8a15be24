"""Virtual rasters (VRT) that geounet writes itself: a frame, its bands, and where their pixels come from."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr, unescape

from rasterio.crs import CRS
from rasterio.dtypes import dtype_rev, typename_fwd
from rasterio.transform import Affine

_SOURCE = re.compile(r"(<SourceFilename[^>]*>)([^<]*)(</SourceFilename>)")
_SERVER = re.compile(r"(<ServerUrl>)([^<]*)(</ServerUrl>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a document's pixels lie."""

    height: int
    width: int
    transform: Affine
    crs: CRS | None
    block: int = 256
    """Rows and columns that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A band, or a mask."""

    sources: Sequence[str]
    """Where its pixels come from, as `source` writes it; a later one lies on top."""
    dtype: str = "uint8"
    colour: str = ""
    """GDAL's colour interpretation (`Red`)."""
    description: str = ""
    nodata: float | None = None


def virtual(frame: Frame, bands: Sequence[Band], *, mask: Band | None = None) -> str:
    """The document; where it has a mask, pixels are valid where that is not 0."""
    lines = [f'<VRTDataset rasterXSize="{frame.width}" rasterYSize="{frame.height}">']
    if frame.crs is not None:
        lines.append(f"<SRS>{escape(frame.crs.to_wkt())}</SRS>")
    numbers = ", ".join(repr(float(number)) for number in frame.transform.to_gdal())
    lines.append(f"<GeoTransform>{numbers}</GeoTransform>")
    for number, band in enumerate(bands, 1):
        lines += _band(band, frame, f' band="{number}"')
    if mask is not None:
        lines += ["<MaskBand>", *_band(mask, frame, ""), "</MaskBand>"]
    return "\n".join([*lines, "</VRTDataset>"])


def source(name: str, band: str, *, place: str, options: Mapping[str, str] | None = None) -> str:
    """A band (`2`, or `mask,1`) of what GDAL opens under a name, with its open options."""
    chosen = "".join(
        f"<OOI key={quoteattr(key)}>{escape(value)}</OOI>" for key, value in (options or {}).items()
    )
    opening = f"<OpenOptions>{chosen}</OpenOptions>" if chosen else ""
    return (
        f'<SimpleSource><SourceFilename relativeToVRT="0">{escape(name)}</SourceFilename>{opening}'
        f"<SourceBand>{band}</SourceBand>{place}</SimpleSource>"
    )


def place(*, here: tuple[int, int, int, int], there: tuple[int, int, int, int]) -> str:
    """Which pixels of a source lie where in the frame: row, column, height and width of either rectangle."""
    return _rectangle("SrcRect", there) + _rectangle("DstRect", here)


def guarded(name: str, drivers: Sequence[str], *, expand: bool = False) -> str:
    """A name that GDAL opens with some drivers alone: a VRT that others made may read any file.

    With `expand` indices into a colour table become colours. The name must not hold a query.
    """
    options = ["if=" + ",".join(drivers), *(["expand=rgba"] if expand else [])]
    return f"vrt://{name}?{'&'.join(options)}"


def with_sources(document: str, rename: Callable[[str], str]) -> str:
    """A document whose files, and servers of tiles, are those that `rename` makes of them: to sign them, say."""

    def renamed(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        text = unescape(name)
        return begin + escape(_SERVER.sub(server, text) if _SERVER.search(text) else rename(text)) + end

    def server(match: re.Match[str]) -> str:
        begin, url, end = match.groups()
        return begin + escape(rename(unescape(url))) + end

    return _SOURCE.sub(renamed, document)


def sources_of(document: str) -> list[str]:
    """The names of what a document is made of, as often as it says them."""
    return [unescape(name) for _, name, _ in _SOURCE.findall(document)]


def _band(band: Band, frame: Frame, number: str) -> Iterator[str]:
    kind = typename_fwd[dtype_rev[band.dtype]]
    yield f'<VRTRasterBand dataType="{kind}"{number} blockXSize="{frame.block}" blockYSize="{frame.block}">'
    if band.description:
        yield f"<Description>{escape(band.description)}</Description>"
    if band.nodata is not None:
        yield f"<NoDataValue>{band.nodata!r}</NoDataValue>"
    if band.colour:
        yield f"<ColorInterp>{band.colour}</ColorInterp>"
    yield from band.sources
    yield "</VRTRasterBand>"


def _rectangle(name: str, rectangle: tuple[int, int, int, int]) -> str:
    row, col, height, width = rectangle
    return f'<{name} xOff="{col}" yOff="{row}" xSize="{width}" ySize="{height}"/>'
