"""Labels of a vector layer, laid into a scene's grid."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.georeference import Georeference
from geounet.training.scenes.attributes import ClassNames, feature_classes
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.layers import Layer, read_part
from geounet.training.scenes.pixel_size import PixelSize
from geounet.training.scenes.reviews import with_review
from geounet.training.scenes.shapes import areas_of, widened


@dataclass(frozen=True, slots=True)
class Footprints:
    """Labelled areas in pixel coordinates (x = column, y = row, from the outer corner of the first pixel).

    Of areas that overlap the later one is drawn.
    """

    shapes: NDArray[np.object_]
    """Polygons and multipolygons, n."""
    classes: NDArray[np.uint8]
    """Index of each one's class, or IGNORED, n."""
    linear: NDArray[np.bool_]
    """Which of them were lines, n: these have no ends of their own where they meet."""


@dataclass(frozen=True, slots=True)
class FootprintRules:
    """How features become footprints."""

    names: ClassNames
    """What their classes are called."""
    pixel: PixelSize
    """How large the grid's pixels are."""
    width_m: float = 0.0
    """Width that lines and points are drawn with."""
    reach_m: float = 0.0
    """How far beyond the scene a feature still matters."""


def read_footprints(layer: Layer, grid: Georeference, *, rules: FootprintRules) -> Footprints:
    """The features of a layer of any CRS on `grid`, in the file's order, those not reviewed before all others.

    Areas, lines and points may be mixed; of a geometry collection with areas these alone are drawn, for the rest is what
    an overlay left. Heights are dropped, curves come as GDAL's short straight pieces. Features without geometry, and
    areas of no extent, are left out.

    Raises LabelsError where the layer cannot be read or has no CRS, holds lines that have no width, or a feature's class
    is not known; MissingCRSError where the grid has none.
    """
    frame = read_part(layer, grid, reach_m=rules.reach_m)
    frame, known = with_review(frame, layer)
    classes = np.full(len(frame), IGNORED, np.uint8)
    classes[known] = feature_classes(frame[known], rules.names, source=layer.source)
    shapes = frame.geometry.to_numpy().copy()
    dimensions = shapely.get_dimensions(shapes)
    area = dimensions == 2
    shapes[area] = areas_of(shapes[area])
    shapes[~area] = widened(shapes[~area], rules.pixel, width_m=rules.width_m, source=layer.source)
    kept = shapely.area(shapes) > 0
    order = np.concatenate([np.flatnonzero(kept & ~known), np.flatnonzero(kept & known)])
    return Footprints(shapes[order], classes[order], (dimensions == 1)[order])
