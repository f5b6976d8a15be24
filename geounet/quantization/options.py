"""What a person can choose of a quantisation: frozen, and validated when it is made."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geounet.errors import OptionsError
from geounet.models.quantization.calibration import METHODS

MAX_DROP = 0.005
"""By how much IoU may fall; training differs by more from seed to seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeOptions:
    """How a model becomes one of integers, and what it may lose."""

    labels: tuple[str | Path, ...] = ()
    """The truth of each scene that is judged on, in their order; none compares with the labels of the float model."""
    validation: tuple[str | Path, ...] = ()
    """Scenes to judge on; none holds back every second tile of the scenes that are calibrated on."""
    method: Literal["percentile", "entropy", "minmax"] = "percentile"
    """How a tensor's range follows from the values that it holds on the tiles."""
    tiles: int = 32
    """Tiles to calibrate on, at most, over all scenes."""
    max_drop: float = MAX_DROP
    """By how much IoU may fall, mean over the scenes."""
    bands: tuple[int, ...] | None = None
    """Band numbers (from 1) of the scenes to use, in the model's order; None matches them by name."""
    overwrite: bool = False
    """Replace an existing output."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise OptionsError(f"method is {self.method!r}; choose one of {', '.join(METHODS)}")
        if self.tiles < 1:
            raise OptionsError(f"tiles is {self.tiles}; it must be at least 1")
        if not (math.isfinite(self.max_drop) and 0 <= self.max_drop <= 1):
            raise OptionsError(f"max_drop is {self.max_drop}; expected a share of 1, such as {MAX_DROP}")
        if self.validation and self.labels and len(self.labels) != len(self.validation):
            raise OptionsError(
                f"{len(self.labels)} labels for {len(self.validation)} validation scenes; expected one each"
            )
