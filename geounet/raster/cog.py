"""Copies of rasters as Cloud-Optimised GeoTIFFs: GDAL's options for them, and whether a copy is whole."""

import logging
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.enums import Interleaving
from rasterio.io import DatasetReader, MemoryFile

from geounet.errors import OptionsError
from geounet.raster.environment import GDAL_ERRORS
from geounet.raster.layout import RasterLayout
from geounet.raster.pyramid import BLOCK
from geounet.raster.source import one_line


def copy_as_cog(
    source: Path | str, target: Path | str, layout: RasterLayout, *, creation: Mapping[str, str]
) -> None:
    """Write a raster as a COG that keeps its overviews, with the options that suit the layout or were chosen.

    Raises one of GDAL_ERRORS when GDAL notices that it cannot; `is_whole` says whether it could.
    """
    rasterio.shutil.copy(source, target, driver="COG", **_options(layout, creation))


def _options(layout: RasterLayout, chosen: Mapping[str, str]) -> dict[str, str]:
    """GDAL's creation options: the layout's, and over them those that a person chose."""
    options = {
        "COMPRESS": "DEFLATE",
        "BLOCKSIZE": str(BLOCK),
        "BIGTIFF": "IF_SAFER",
        "OVERVIEWS": "AUTO",
        "OVERVIEW_RESAMPLING": "MODE" if layout.overviews == "majority" else "AVERAGE",
        "NUM_THREADS": "ALL_CPUS",
    }
    if "COMPRESS" not in chosen:
        # Probabilities are smooth: with the predictor, the fastest level makes them smaller than the slowest without.
        options |= {"LEVEL": "6"} if layout.overviews == "majority" else {"LEVEL": "1", "PREDICTOR": "YES"}
    return options | dict(chosen)


class _Warnings(logging.Handler):
    """What GDAL warns of in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


def try_options(layout: RasterLayout, chosen: Mapping[str, str]) -> None:
    """Write one pixel with the options that a person chose: GDAL warns of wrong ones, and leaves them out.

    Raises OptionsError with what it says.
    """
    if not chosen:
        return
    warned, log = _Warnings(), logging.getLogger("rasterio._env")
    log.addHandler(warned)
    try:
        with MemoryFile() as source, MemoryFile() as target:
            profile = {"height": 1, "width": 1, "count": 1, "dtype": layout.dtype}
            source.open(driver="GTiff", **profile).close()
            copy_as_cog(source.name, target.name, layout, creation=chosen)
    except GDAL_ERRORS as error:
        warned.messages.append(one_line(error))
    finally:
        log.removeHandler(warned)
    if warned.messages:
        given = ", ".join(f"{name}={value}" for name, value in chosen.items())
        raise OptionsError(
            f"creation options {given} do not suit GDAL's COG driver ({warned.messages[0]}); correct --co"
        )


def is_whole(path: Path, *, sparse: bool) -> bool:
    """Whether every block of a GeoTIFF lies inside the file; where it is sparse, blocks may be left out.

    GDAL does not report what its threads, or the closing of a file, could not write.
    """
    size = path.stat().st_size
    with rasterio.open(path) as file:
        levels = [{}, *({"overview_level": level} for level in range(len(file.overviews(1))))]
    for level in levels:
        with rasterio.open(path, **level) as file:
            if not all(stop <= size and (stop or sparse) for stop in _block_stops(file)):
                return False
    return True


def _block_stops(file: DatasetReader) -> Iterator[int]:
    """Where each block of a GeoTIFF ends in the file; 0 for a block that is not there."""
    bands = (1,) if file.interleaving == Interleaving.pixel else file.indexes
    rows, cols = (-(-side // block) for side, block in zip(file.shape, file.block_shapes[0], strict=True))
    for band in bands:
        for row, col in np.ndindex(rows, cols):
            offset, size = (
                file.get_tag_item(f"BLOCK_{what}_{col}_{row}", "TIFF", bidx=band)
                for what in ("OFFSET", "SIZE")
            )
            yield int(offset) + int(size) if offset and size else 0
