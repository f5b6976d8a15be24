"""A scene's labels as pixels: the class of each, its weight in the loss, and where crops are drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import Georeference
from geounet.models.card import ModelCard
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.label_rasters import is_raster, places, read_label_raster
from geounet.training.scenes.labels import IGNORED, draw, edges, gaps, read_footprints


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


def draw_labels(
    scene: SceneConfig, config: DataConfig, card: ModelCard, grid: Georeference, *, gsd_m: float, exact: bool
) -> Drawn:
    """A scene's labels on its grid, `gsd_m` metres a pixel; `exact`: as they are, for validation."""
    shape = (grid.height, grid.width)
    weights = np.ones(shape, np.float32)
    if is_raster(scene.labels):
        labels = read_label_raster(scene.labels, grid, classes=len(card.classes))
        centres = places(labels)
        rows, cols = centres.astype(np.int64).T
        return Drawn(labels, weights, centres, labels[rows, cols])
    footprints = read_footprints(scene.labels, grid, classes=card.classes)
    labels = draw(footprints, shape)
    if config.gap_m and not exact:
        between = gaps(footprints, shape, width=config.gap_m / gsd_m)
        labels[between] = 0
        weights[between] = config.gap_weight
    if scene.edge_m and not exact:
        labels[edges(footprints, shape, width=scene.edge_m / gsd_m)] = IGNORED
    centres = footprints.centres
    inside = ((centres >= 0) & (centres < shape)).all(axis=1)
    return Drawn(labels, weights, centres[inside], footprints.classes[inside])
