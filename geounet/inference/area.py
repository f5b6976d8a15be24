"""Where output is wanted: a window of the scene, and optionally a mask within it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.grid import Window


@dataclass(frozen=True, slots=True)
class Area:
    """The pixels that are written; context and statistics come from the whole scene all the same."""

    window: Window
    """The rectangle of the scene that the outputs cover."""
    inside: Callable[[Window], NDArray[np.bool_]] | None = None
    """Which pixels of a window of the scene are wanted, (rows, cols); None for all."""
