"""Labels as pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Drawn:
    """Labels on a scene's grid, before what is not valid in the scene is left out."""

    labels: NDArray[np.uint8]
    """(rows, cols) class indices; IGNORED where they are unknown or uncertain."""
    weights: NDArray[np.float32]
    """(rows, cols) weight of each pixel in the loss, above 0."""
    centres: NDArray[np.float64]
    """Points on labelled pixels, one inside each object where objects are known, as (row, col), n × 2."""
    centre_classes: NDArray[np.uint8]
    """Index of the class that each of them lies on, n."""
