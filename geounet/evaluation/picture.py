"""A picture of hits, misses and false alarms: layers of colour on a small grid, over a scene where there is one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import Georeference
from geounet.palette import Colour
from geounet.raster.thumbnail import Thumbnail

Outcome = Literal["hits", "false alarms", "misses", "wrong class", "outlines", "not counted"]

COLOURS: dict[Outcome, Colour] = {
    "hits": (0, 190, 140),
    "false alarms": (255, 120, 20),
    "misses": (45, 140, 255),
    "wrong class": (215, 95, 190),
    "outlines": (255, 255, 255),
    "not counted": (128, 132, 138),
}
"""Told apart by who cannot tell red from green, and on roofs as on meadows: brighter kin of Okabe's and Ito's colours."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Where one outcome is, in its colour."""

    outcome: Outcome
    words: str
    """How much of it there is, and what it is."""
    opacity: NDArray[np.uint8]
    """(rows, cols): 0 is clear, 255 hides what lies below."""

    def rgba(self) -> NDArray[np.uint8]:
        """(4, rows, cols): the colour where anything is drawn, and black, which packs well, where nothing is."""
        tint = np.array(COLOURS[self.outcome], np.uint8)[:, None, None]
        return np.concatenate([np.where(self.opacity > 0, tint, np.uint8(0)), self.opacity[None]])


@dataclass(frozen=True, slots=True)
class Picture:
    """What an evaluation looks like on a map."""

    grid: Georeference
    """Where the picture lies; its pixels are square or nearly so."""
    overlays: tuple[Overlay, ...]
    """From the lowest to the topmost; each (rows, cols) of the grid."""
    backdrop: Thumbnail | None = None
    """The scene below them, on the same grid."""

    def __post_init__(self) -> None:
        shape = (self.grid.height, self.grid.width)
        parts = [overlay.opacity.shape for overlay in self.overlays]
        if self.backdrop is not None:
            parts.append(self.backdrop.valid.shape)
        if any(part != shape for part in parts):
            raise ValueError(f"picture of {shape} pixels has parts of {parts}; expected one size")

    @property
    def metres_per_pixel(self) -> float | None:
        """Ground metres of one column at the centre; None where nothing places the picture on the ground."""
        return None if self.grid.crs is None else self.grid.gsd()[1]
