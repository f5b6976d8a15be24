"""Where crops are drawn: points on labelled pixels."""

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from geounet.training.scenes.footprints import Footprints
from geounet.training.scenes.labels import IGNORED

MOST = 4096
"""Most labelled pixels of a class, in a scene, that crops are drawn round where objects are not known."""

LARGE_PX = 1 << 16
"""Areas of more pixels have places all over, as lines have: a crop round one point would show little of them."""


def places(labels: NDArray[np.uint8], *, within: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Labelled pixels of (rows, cols), of each class some, evenly taken from top to bottom, as (row, col), n × 2.

    Only those `within` (rows, cols), if it is given.
    """
    counts = (labels != 0) & (labels != IGNORED)
    found = np.flatnonzero(counts if within is None else counts & within)
    classes = labels.ravel()[found]
    of_classes = [found[classes == label] for label in np.unique(classes)]
    chosen = [pixels[:: -(-len(pixels) // MOST)] for pixels in of_classes]
    at = np.sort(np.concatenate([found[:0], *chosen]))
    where: NDArray[np.float64] = np.stack(np.unravel_index(at, labels.shape), axis=1).astype(np.float64) + 0.5
    return where


def object_places(footprints: Footprints, labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A point inside each area that lies on a labelled pixel of its class, as (row, col), n × 2; lines have many.

    Of an area that reaches beyond the scene it lies in the part that does not.
    """
    parts = _in_scene(footprints.shapes, labels.shape)
    there = ~shapely.is_empty(parts)
    parts, classes, linear = parts[there], footprints.classes[there], footprints.linear[there]
    spread = linear | (shapely.area(parts) > LARGE_PX)
    points = shapely.point_on_surface(parts[~spread])
    centres = np.stack([shapely.get_y(points), shapely.get_x(points)], axis=1)
    centres, classes = _within(centres, classes[~spread], size=labels.shape)
    rows, cols = centres.astype(np.int64).T
    kept: NDArray[np.float64] = centres[
        (labels[rows, cols] == classes) & (classes != 0) & (classes != IGNORED)
    ]
    if not spread.any():
        return kept
    covered = rasterize(parts[spread], labels.shape, transform=Affine.identity(), dtype="uint8") == 1
    return np.concatenate([kept, places(labels, within=covered)])


def _in_scene(shapes: NDArray[np.object_], size: tuple[int, ...]) -> NDArray[np.object_]:
    """The parts of areas that lie in the scene; empty where there is none."""
    rows, cols = size
    bounds = shapely.bounds(shapes)
    beyond = ((bounds[:, :2] < 0) | (bounds[:, 2:] > (cols, rows))).any(axis=1)
    parts = shapes.copy()
    parts[beyond] = shapely.intersection(shapes[beyond], shapely.box(0, 0, cols, rows))
    return parts


def _within(
    centres: NDArray[np.float64], classes: NDArray[np.uint8], *, size: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Those that lie on a pixel: not on the scene's far edge, where an area may only touch it."""
    inside = ((centres >= 0) & (centres < size)).all(axis=1)
    return centres[inside], classes[inside]
