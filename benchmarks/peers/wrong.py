"""Pixels of a class raster that are not what the whole scene at once gives: where, and how many."""

from dataclasses import dataclass
from pathlib import Path

import rasterio
from rasterio.windows import Window

FRAME = 32
"""Width of the scene's frame in pixels: what has context on one side only."""

ROWS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A count, and what it is made of."""

    pixels: int
    frame: int
    """Of those, in the frame of the scene."""
    missing: int
    """Of those, without a class."""
    of: int
    """Pixels of the scene."""

    @property
    def ppm(self) -> float:
        """A million times the share of the scene."""
        return 1e6 * self.pixels / self.of

    def __str__(self) -> str:
        parts = [f"{self.frame:,} in the frame"] if self.frame else []
        parts += [f"{self.missing:,} missing"] if self.missing else []
        return f"{self.pixels:,} wrong pixels" + (f" ({', '.join(parts)})" if parts else "")


def wrong(labels: Path, reference: Path, *, nodata: int = 255) -> Wrong:
    """Compare two class rasters of one size."""
    pixels = frame = missing = 0
    with rasterio.open(labels) as mine, rasterio.open(reference) as theirs:
        height, width = theirs.shape
        for row in range(0, height, ROWS):
            window = Window(0, row, width, min(ROWS, height - row))
            found, wanted = mine.read(1, window=window), theirs.read(1, window=window)
            other = found != wanted
            inner = other[max(0, FRAME - row) : max(0, height - FRAME - row), FRAME:-FRAME]
            pixels += int(other.sum())
            frame += int(other.sum() - inner.sum())
            missing += int((other & (found == nodata)).sum())
    return Wrong(pixels=pixels, frame=frame, missing=missing, of=height * width)
