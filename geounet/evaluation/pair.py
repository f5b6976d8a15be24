"""What is compared: the same rows of a prediction and of the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA

IGNORED = NODATA
"""The label of a pixel that does not count."""

LEVELS = 250
"""Steps of probability: a level is probability × 250, rounded down."""


@dataclass(frozen=True, slots=True)
class LabelPair:
    """The labels of full-width rows, predicted and true; classes that may overlap come as a pair each."""

    first_row: int
    """Row of the raster that the pair begins with."""
    prediction: NDArray[np.uint8]
    """Class indices, (rows, width); 255 does not count, in either. Of a class that may overlap others, 0 or 1."""
    truth: NDArray[np.uint8]
    """Class indices, (rows, width)."""
    band: int = 0
    """Where classes may overlap, the class that this is of, less 1."""
    levels: NDArray[np.uint8] | None = None
    """Probability × 250, rounded down, 255 where not known, (n, rows, width): of each class after the background, or
    where classes may overlap of this one; None where the prediction is one of labels."""

    def __post_init__(self) -> None:
        shape = self.prediction.shape
        if self.prediction.ndim != 2 or self.truth.shape != shape:
            raise ValueError(
                f"prediction is {shape}, truth {self.truth.shape}; expected (rows, width) of both"
            )
        if self.prediction.dtype != np.uint8 or self.truth.dtype != np.uint8:
            raise ValueError(f"labels are {self.prediction.dtype} and {self.truth.dtype}; expected uint8")
        if self.levels is not None and (self.levels.ndim != 3 or self.levels.shape[1:] != shape):
            raise ValueError(f"levels are {self.levels.shape}; expected (classes, {shape[0]}, {shape[1]})")
