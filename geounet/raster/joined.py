"""Sources on one grid as one: the bands of each in their places, valid where all are."""

from collections.abc import Iterator, Sequence

import numpy as np

from geounet.grid import Window
from geounet.raster.source import Pixels, Source


class JoinedSource(Source):
    """Several sources of one height and width; band k of a source has the place in the whole that its `places` name."""

    def __init__(self, sources: Sequence[Source], places: Sequence[Sequence[int]]) -> None:
        self._sources, self._places = tuple(sources), tuple(map(tuple, places))
        self.height, self.width = sources[0].height, sources[0].width
        self.count = sum(map(len, places))
        kinds = {place: source.dtypes[k] for source, own in self._each() for k, place in enumerate(own)}
        self.dtypes = tuple(kinds[place] for place in range(self.count))
        self.dtype = np.result_type(*(source.dtype for source in sources))
        self.value_dtype = np.result_type(*(source.value_dtype for source in sources))
        self.native = all(source.native for source in sources)
        self.cache_bytes = sum(source.cache_bytes for source in sources)
        self.files = list(dict.fromkeys(file for source in sources for file in source.files))

    def read(self, window: Window) -> Pixels:
        """The pixels of a window; raises SceneError when they cannot be read."""
        values = np.empty((self.count, window.height, window.width), self.value_dtype)
        valid = np.ones((window.height, window.width), np.bool_)
        for source, places in self._each():
            pixels = source.read(window)
            values[list(places)] = pixels.values
            valid &= pixels.valid
        return Pixels(values, valid)

    def _each(self) -> Iterator[tuple[Source, tuple[int, ...]]]:
        return zip(self._sources, self._places, strict=True)
