"""Strips: the full-width rows that stages hand one another, from top to bottom, each row once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NODATA = 255
"""The label of pixels that are not valid."""

CONFIDENCE_SCALE = 250
"""Confidence and probability as uint8: 250 is certainty, 255 nodata."""

PROBABLE = (np.float32(-1e-3), np.float32(1 + 1e-3))
"""What passes for a probability, rounding allowed for."""


@dataclass(frozen=True, slots=True)
class ScoreStrip:
    """Scores that are final; arrays may be views that are good until the next strip is asked for.

    Where a model runs on a device of its own, the scores are an array of that device.
    """

    first_row: int
    """Row of the raster that the strip begins with."""
    scores: NDArray[np.float32]
    """Class probabilities, (classes, rows, width), in the card's order; undefined where not valid."""
    valid: NDArray[np.bool_]
    """Which pixels are valid, (rows, width)."""


@dataclass(frozen=True, slots=True)
class LabelStrip:
    """Labels that are final, one band for exclusive classes, one 0/1 band a class where they may overlap."""

    first_row: int
    """Row of the raster that the strip begins with."""
    labels: NDArray[np.uint8]
    """Class indices, (bands, rows, width): 0 background, 255 nodata."""
    confidence: NDArray[np.uint8] | None = None
    """Probability × 250 of each pixel's label, (bands, rows, width); None where there are no scores."""
    boundary: NDArray[np.bool_] | None = None
    """Where an auxiliary boundary class scored most, (bands, rows, width); None where there is none."""

    def __post_init__(self) -> None:
        if self.labels.ndim != 3:
            raise ValueError(f"labels have {self.labels.ndim} axes; expected 3 (band, row, col)")
        for name, values in (("confidence", self.confidence), ("boundary", self.boundary)):
            if values is not None and values.shape != self.labels.shape:
                raise ValueError(f"{name} is {values.shape}; expected the labels' {self.labels.shape}")

    @property
    def rows(self) -> int:
        """Number of rows in the strip."""
        return int(self.labels.shape[1])
