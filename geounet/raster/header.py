"""What a raster says of itself before a pixel is read: grid, bands, masks and date."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal, TypeVar

import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader

from geounet.errors import GeounetError
from geounet.georeference import Georeference
from geounet.raster.source import open_raster

Input = TypeVar("Input")
MaskKind = Literal["none", "dataset", "bands"]

_READDIR = "GDAL_DISABLE_READDIR_ON_OPEN"

_DAY = re.compile(r"(\d{4})[-:/.]?(\d{2})[-:/.]?(\d{2})")

_DATE_TAGS = (
    ("IMAGERY", "ACQUISITIONDATETIME"),
    (None, "ACQUISITIONDATETIME"),
    (None, "ACQUISITION_DATE"),
    (None, "DATE_ACQUIRED"),
    (None, "TIFFTAG_DATETIME"),
)
"""Where a date is looked for, the likeliest to be that of the image first: (domain, tag)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of a raster once it was opened; tuples have an entry a band."""

    grid: Georeference
    """Where its pixels lie."""
    placed: bool
    """Whether `grid` says where that is; ground control points, or nothing, say so otherwise."""
    dtypes: tuple[str, ...]
    descriptions: tuple[str, ...]
    """Names of bands; empty where one has none."""
    colours: tuple[str, ...]
    """Colour interpretations, in rasterio's words."""
    nodata: tuple[float | None, ...]
    mask: MaskKind
    """Whether it has a mask besides nodata and alpha: none, one for the whole dataset, or one a band."""
    palette: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """A colour table: index and red, green, blue, alpha."""
    date: str | None = None
    """The day (YYYY-MM-DD) that its tags name."""
    overviews: tuple[int, ...] = ()
    """Factors of the first band's overviews."""
    blocks: tuple[int, int] = (256, 256)
    """Rows and columns that are decoded at once."""

    @property
    def count(self) -> int:
        """Number of bands."""
        return len(self.dtypes)

    @property
    def alpha(self) -> int | None:
        """The alpha band, from 1; None where there is none."""
        name = ColorInterp.alpha.name
        return self.colours.index(name) + 1 if name in self.colours else None


def read_header(dataset: DatasetReader) -> Header:
    """What an open raster says of itself; raises SceneError where it has no bands or no extent."""
    with ExitStack() as stack:
        open_raster(dataset, stack)
    grid = Georeference(dataset.transform, dataset.crs, dataset.height, dataset.width)
    return Header(
        grid=grid,
        placed=not dataset.transform.is_identity,
        dtypes=tuple(dataset.dtypes),
        descriptions=tuple(text or "" for text in dataset.descriptions),
        colours=tuple(colour.name for colour in dataset.colorinterp),
        nodata=tuple(dataset.nodatavals),
        mask=_mask(dataset),
        palette=_palette(dataset),
        date=_date(dataset),
        overviews=tuple(dataset.overviews(1)),
        blocks=dataset.block_shapes[0],
    )


def headers(
    inputs: Iterable[Input], read: Callable[[Input], Header], *, at_once: int = 1
) -> Iterator[Header | GeounetError]:
    """What `read` gives of each input, in their order, or the error that it raises.

    So many are read at once: what lies on servers is mostly waited for; on a disk one thread is the fastest.
    """

    def header(one: Input) -> Header | GeounetError:
        with rasterio.Env(**probing):
            try:
                return read(one)
            except GeounetError as error:
                return error

    # A folder of thousands of files is not listed for each of them: side files are looked for by their names.
    probing = {} if at_once > 1 or _READDIR in os.environ else {_READDIR: "TRUE"}
    if at_once == 1:
        yield from map(header, inputs)
        return
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(header, inputs)


def _mask(dataset: DatasetReader) -> MaskKind:
    flags = dataset.mask_flag_enums
    if any(MaskFlags.per_dataset in band and MaskFlags.alpha not in band for band in flags):
        return "dataset"
    return "none" if all(flags) else "bands"


def _palette(dataset: DatasetReader) -> tuple[tuple[int, tuple[int, ...]], ...]:
    if dataset.colorinterp[0] != ColorInterp.palette:
        return ()
    return tuple(sorted(dataset.colormap(1).items()))


def _date(dataset: DatasetReader) -> str | None:
    for domain, tag in _DATE_TAGS:
        day = day_of(dataset.tags(ns=domain).get(tag, ""))
        if day is not None:
            return day
    return None


def day_of(text: str) -> str | None:
    """The day that a date of any kind begins with (2024:01:05 10:11:12, 20240105T…), as YYYY-MM-DD."""
    found = _DAY.match(text.strip())
    return "-".join(found.groups()) if found else None
