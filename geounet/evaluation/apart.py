"""Whether two things that are compared can be of one place."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.errors import OptionsError

_FAR_M = 1000.0
"""Metres between two things below which they may belong together, however small they are."""


def require_near(
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]], names: tuple[str, str], *, metres: float = 1.0
) -> None:
    """Refuse what lies far apart for its size: nearly always a wrong CRS, or a wrong file.

    Bounds are (xmin, ymin, xmax, ymax), `metres` is the length of their unit. Raises OptionsError where there is a
    kilometre between the two, and more than either measures all round.
    """
    boxes = [shapely.box(*box) for box in bounds]
    apart = metres * float(shapely.distance(*boxes))
    if apart > max(_FAR_M, *(metres * shapely.length(box) for box in boxes)):
        raise OptionsError(
            f"{names[0]} lies {apart / 1000:,.1f} km from {names[1]}; expected two of one place: check the files and "
            "their CRSs, or pass --assume-crs for one that names none"
        )
