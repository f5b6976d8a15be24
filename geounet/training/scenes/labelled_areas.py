"""Where a scene's labels are complete: elsewhere nothing is learnt, and nothing is judged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.areas import inside_areas
from geounet.training.scenes.drawn import Drawn
from geounet.training.scenes.labels import IGNORED
from geounet.vector.areas import read_areas


def within(drawn: Drawn, path: Path, grid: Georeference) -> Drawn:
    """Labels on a grid, IGNORED outside the areas of a vector file, without the centres that lie there.

    A pixel is inside where its centre is. Raises OptionsError where the file cannot be read or holds no area.
    """
    inside = _inside(path, grid)
    labels = np.where(inside, drawn.labels, np.uint8(IGNORED))
    rows, cols = drawn.centres.astype(np.int64).T
    kept = inside[rows, cols]
    return replace(
        drawn, labels=labels, centres=drawn.centres[kept], centre_classes=drawn.centre_classes[kept]
    )


def _inside(path: Path, grid: Georeference) -> NDArray[np.bool_]:
    areas = read_areas(path, crs=grid.crs)
    return inside_areas(areas, grid)(Window(0, 0, grid.height, grid.width))
