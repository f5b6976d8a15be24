"""A source in another number of rows and columns over the same ground."""

import numpy as np

from geounet.grid import Window
from geounet.raster.environment import MEBIBYTE
from geounet.raster.resample import Axis, resample
from geounet.raster.source import Pixels, Source

_SOURCE_BYTES = 32 * MEBIBYTE
"""Source pixels that are held at once while a window is resampled."""


class ResampledSource(Source):
    """A source of other pixels: averaged where they grow, bilinear where they shrink (see `resample`)."""

    def __init__(self, source: Source, *, height: int, width: int) -> None:
        self._source = source
        self._rows, self._cols = Axis.between(source.height, height), Axis.between(source.width, width)
        self.height, self.width = height, width
        self.count, self.dtype, self.dtypes = source.count, source.dtype, source.dtypes
        self.value_dtype = np.dtype(np.float32)
        self.native = False
        self.cache_bytes, self.files = source.cache_bytes, source.files

    def read(self, window: Window) -> Pixels:
        """The pixels of a window, float32; raises SceneError when they cannot be read."""
        values = np.empty((self.count, window.height, window.width), np.float32)
        valid = np.empty((window.height, window.width), np.bool_)
        left, right = self._cols.span(window.col, window.col_stop)
        cols = self._cols.part(window.col, window.col_stop, origin=left)
        step = self._rows_at_once(right - left)
        for row in range(window.row, window.row_stop, step):
            stop = min(row + step, window.row_stop)
            top, bottom = self._rows.span(row, stop)
            pixels = self._source.read(Window(top, left, bottom - top, right - left))
            rows = self._rows.part(row, stop, origin=top)
            done = slice(row - window.row, stop - window.row)
            values[:, done], valid[done] = resample(pixels.values, pixels.valid, rows=rows, cols=cols)
        return Pixels(values, valid)

    def _rows_at_once(self, source_width: int) -> int:
        """Rows whose source rows are held at once."""
        row_bytes = (
            source_width * self.count * self.dtype.itemsize * max(1, self._source.height / self.height)
        )
        return max(1, int(_SOURCE_BYTES / row_bytes))
