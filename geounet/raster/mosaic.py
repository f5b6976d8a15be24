"""Rasters of one lattice as one virtual raster (GDAL's VRT), pixel for pixel, masks kept.

    bands      member 1, 2, … copied; where members overlap, what is not valid in the upper one is left out, and the
               lower shows. Nodata counts band by band, as it does in GDAL; of what has alpha and another mask, or
               alpha with other than one or three bands, GDAL knows no such mask, and the upper one lies over all
    mask band  where members have masks, or nothing else tells a gap between members: their masks, 255 where a
               member has none, 0 where no member lies

Full-size pixels alone are read: the overviews of members are no mosaic's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

import numpy as np
from rasterio.dtypes import dtype_rev, in_dtype_range, typename_fwd

from geounet.errors import SceneError
from geounet.raster.address import RasterAddress
from geounet.raster.header import Header
from geounet.raster.lattice import Places
from geounet.raster.source import file_name
from geounet.raster.virtual_document import guarded

_SCHEMES = {"http": "vsicurl/http://", "https": "vsicurl/https://", "ftp": "vsicurl/ftp://"} | {
    name: f"vsi{name}/" for name in ("s3", "gs", "az", "oss")
}
"""GDAL's virtual file systems by a URL's scheme."""

_COLOURS = {"Y": "YCbCr_Y", "Cb": "YCbCr_Cb", "Cr": "YCbCr_Cr"}
"""Colour interpretations whose names in GDAL are others."""

_VALID = escape(
    '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1">'
    "<NoDataValue>255</NoDataValue></VRTRasterBand></VRTDataset>"
)
"""A virtual raster of one pixel, 255: the mask of what is valid throughout."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A raster in a mosaic."""

    source: str
    """What GDAL opens, as XML text."""
    header: Header
    where: str
    """Its place in the mosaic, as the attributes of a rectangle."""


def joinable(raster: RasterAddress, header: Header) -> bool:
    """Whether a mosaic can hold the raster, and open it no more freely than it may be opened alone."""
    known = header.mask != "bands" and all(name in dtype_rev for name in header.dtypes)
    if raster.document is not None:
        return known and raster.signing is None
    free = raster.drivers is None or ("?" not in raster.address and raster.signing is None)
    return known and free and _gdal_name(raster.address) is not None


def document(members: Sequence[tuple[RasterAddress, Header]]) -> str:
    """A virtual raster of rasters that share a lattice and the kind of their bands; a later one lies on top.

    Those that only some drivers may open are opened by these alone. Raises SceneError where one is not `joinable`.
    """
    for raster, header in members:
        if not joinable(raster, header):
            raise SceneError(
                f"{file_name(raster.address)} cannot be part of a mosaic; expected a raster that GDAL opens by its name "
                "alone, with one mask at most: pass --mosaic none"
            )
    return _document(members, Places.of([header.grid for _, header in members]))


def packed(members: Sequence[tuple[RasterAddress, Header]]) -> str:
    """A virtual raster of the same pixels moved close together, for statistics: where they lie is lost."""
    return _document(members, _side_by_side(Places.of([header.grid for _, header in members])))


def _document(members: Sequence[tuple[RasterAddress, Header]], places: Places) -> str:
    """The document of members in their places."""
    placed = [
        _Member(_source(raster), header, f'xOff="{col}" yOff="{row}" xSize="{width}" ySize="{height}"')
        for (raster, header), row, col, height, width in zip(
            members, places.rows, places.cols, places.heights, places.widths, strict=True
        )
    ]
    grid, first, covered = places.grid, members[0][1], places.covered()
    overlap = covered < int((places.heights * places.widths).sum()) and _one_mask(members)
    gaps = covered < grid.height * grid.width and not _nodata_everywhere(first)
    lines = [f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">']
    if grid.crs is not None:
        lines.append(f"<SRS>{escape(grid.crs.to_wkt())}</SRS>")
    numbers = ", ".join(repr(float(number)) for number in grid.transform.to_gdal())
    lines.append(f"<GeoTransform>{numbers}</GeoTransform>")
    for band in range(1, first.count + 1):
        lines += _band(placed, band, overlap=overlap)
    if gaps or any(header.mask == "dataset" for _, header in members):
        lines += _mask_band(placed, overlap=overlap)
    return "\n".join([*lines, "</VRTDataset>"])


def _band(members: Sequence[_Member], band: int, *, overlap: bool) -> Iterator[str]:
    header = members[0].header
    rows, cols = (max(member.header.blocks[axis] for member in members) for axis in (0, 1))
    nodata, colour = _nodata(header, band), header.colours[band - 1]
    yield (
        f'<VRTRasterBand dataType="{_type(header, band)}" band="{band}" blockXSize="{cols}" blockYSize="{rows}">'
        f"<Description>{escape(header.descriptions[band - 1])}</Description>"
    )
    if nodata is not None:
        yield f"<NoDataValue>{nodata!r}</NoDataValue>"
    yield f"<ColorInterp>{_COLOURS.get(colour, colour.capitalize())}</ColorInterp>"
    if header.palette:
        yield "<ColorTable>"
        yield from (f'<Entry c1="{r}" c2="{g}" c3="{b}" c4="{a}"/>' for _, (r, g, b, a) in header.palette)
        yield "</ColorTable>"
    # Where there is alpha, its 0 is left out as nodata is, and the colours under it as under a mask.
    left_out = 0 if band == header.alpha else nodata
    for member in members:
        masked = member.header.mask == "dataset" or header.alpha not in (None, band)
        yield _copied(
            member,
            str(band),
            left_out=left_out if overlap else None,
            masked=overlap and masked,
        )
    yield "</VRTRasterBand>"


def _mask_band(members: Sequence[_Member], *, overlap: bool) -> Iterator[str]:
    yield '<MaskBand><VRTRasterBand dataType="Byte">'
    for member in members:
        if member.header.mask == "dataset":
            yield _copied(member, "mask,1", left_out=0 if overlap else None)
        else:
            yield (
                f'<SimpleSource><SourceFilename relativeToVRT="0" shared="0">{_VALID}</SourceFilename>'
                '<SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="1" ySize="1"/>'
                f"<DstRect {member.where}/></SimpleSource>"
            )
    yield "</VRTRasterBand></MaskBand>"


def _copied(member: _Member, band: str, *, left_out: float | None = None, masked: bool = False) -> str:
    """A member's band, copied pixel for pixel, but for one value, or for what its mask hides."""
    height, width = member.header.grid.height, member.header.grid.width
    rows, cols = member.header.blocks
    kind = "SimpleSource" if left_out is None and not masked else "ComplexSource"
    dtype = "Byte" if band.startswith("mask") else _type(member.header, int(band))
    return (
        f'<{kind}><SourceFilename relativeToVRT="0" shared="0">{member.source}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand>"
        f'<SourceProperties RasterXSize="{width}" RasterYSize="{height}" DataType="{dtype}" '
        f'BlockXSize="{cols}" BlockYSize="{rows}"/>'
        f'<SrcRect xOff="0" yOff="0" xSize="{width}" ySize="{height}"/><DstRect {member.where}/>'
        + ("" if left_out is None else f"<NODATA>{left_out!r}</NODATA>")
        + ("<UseMaskBand>true</UseMaskBand>" if masked else "")
        + f"</{kind}>"
    )


def _source(raster: RasterAddress) -> str:
    """What GDAL opens as a member, by the drivers alone that may, as XML text."""
    if raster.document is not None:
        return escape(raster.document)
    name = _gdal_name(raster.address) or ""
    return escape(name if raster.drivers is None else guarded(name, raster.drivers))


def _gdal_name(address: str) -> str | None:
    """An address as GDAL itself takes it; None where rasterio alone knows its scheme."""
    scheme, parted, rest = address.partition("://")
    if not parted or address.startswith("/"):
        return address
    return f"/{_SCHEMES[scheme]}{rest}" if scheme in _SCHEMES else None


def _type(header: Header, band: int) -> str:
    return str(typename_fwd[dtype_rev[header.dtypes[band - 1]]])


def _nodata(header: Header, band: int) -> float | None:
    """A band's nodata value; None where no pixel can have it."""
    value, dtype = header.nodata[band - 1], header.dtypes[band - 1]
    if value is None or not in_dtype_range(value, dtype):
        return None
    return value if dtype.startswith("float") or value == int(value) else None


def _nodata_everywhere(header: Header) -> bool:
    """Whether every band has a value that a gap is filled with."""
    return all(_nodata(header, band) is not None for band in range(1, header.count + 1))


def _one_mask(members: Sequence[tuple[RasterAddress, Header]]) -> bool:
    """Whether GDAL's own mask of a member's pixels is all that says which are valid."""
    first = members[0][1]
    if first.alpha is None:
        return True
    other = any(header.mask == "dataset" for _, header in members) or any(
        _nodata(first, band) is not None for band in range(1, first.count + 1)
    )
    return first.count in {2, 4} and first.alpha == first.count and not other


def _side_by_side(places: Places) -> Places:
    """The same sizes in rows, each about as long as all are high together."""
    longest = max(int(places.widths.max()), int(np.sqrt((places.heights * places.widths).sum())))
    rows, cols = np.zeros_like(places.rows), np.zeros_like(places.cols)
    row = col = height = 0
    for k, (tall, wide) in enumerate(zip(places.heights, places.widths, strict=True)):
        if col + wide > longest:
            row, col, height = row + height, 0, 0
        rows[k], cols[k] = row, col
        col, height = col + int(wide), max(height, int(tall))
    size = int((rows + places.heights).max()), int((cols + places.widths).max())
    return replace(places, grid=replace(places.grid, height=size[0], width=size[1]), rows=rows, cols=cols)
