"""A level as a scene that inference reads: pixels in memory, in the place of a file's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.grid import Window
from geounet.raster.source import Pixels
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import Level


@dataclass(frozen=True, slots=True)
class LevelScene:
    """What the stages of inference ask of a `raster.scene.Scene`, of a level in memory."""

    level: Level

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.level.labels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.level.labels.shape[1])

    @property
    def count(self) -> int:
        """Number of bands."""
        return len(self.level.image)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the counts; their whole range is the card's stretch."""
        return self.level.image.dtype

    @property
    def dtypes(self) -> tuple[np.dtype[Any], ...]:
        """That of each band."""
        return (self.dtype,) * self.count

    @property
    def bounds(self) -> Window:
        """The whole scene."""
        return Window(0, 0, self.height, self.width)

    def read(self, window: Window) -> Pixels:
        """The pixels of a window that lies in the scene."""
        part = _slices(window)
        return Pixels(self.level.image[:, *part], self.level.weights[part] != 0)

    def known(self, window: Window) -> NDArray[np.bool_]:
        """Which pixels of a window have a label that counts, (rows, cols)."""
        known: NDArray[np.bool_] = self.level.labels[_slices(window)] != IGNORED
        return known


def _slices(window: Window) -> tuple[slice, slice]:
    return slice(window.row, window.row_stop), slice(window.col, window.col_stop)
