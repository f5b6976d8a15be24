"""A scene's labels as pixels: the class of each, its weight in the loss, and where crops are drawn."""

import numpy as np
from numpy.typing import NDArray

from geounet.errors import TrainingError
from geounet.georeference import Georeference
from geounet.models.card import ModelCard
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.attributes import ClassNames
from geounet.training.scenes.bordering import BorderRules, bordered
from geounet.training.scenes.drawn import Drawn
from geounet.training.scenes.footprints import FootprintRules, Footprints, read_footprints
from geounet.training.scenes.label_rasters import is_raster, read_label_raster
from geounet.training.scenes.labelled_areas import within
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.layers import find_layer
from geounet.training.scenes.objects import Objects
from geounet.training.scenes.pixel_size import PixelSize
from geounet.training.scenes.places import object_places, places


def draw_labels(  # noqa: PLR0913 (each is a value of its own)
    scene: SceneConfig, config: DataConfig, card: ModelCard, grid: Georeference, *, gsd_m: float, exact: bool
) -> Drawn:
    """A scene's labels on its grid, whose pixels are `gsd_m` metres where it has no CRS.

    Exact, for validation, means labels as they are: no gap, edge, boundary class or border weight, and pixels of an
    auxiliary class that the labels themselves hold are of the one class to find (IGNORED if there are several). What is
    ignored by its value, for want of a review, or outside the area of interest, is so in either case.

    Raises LabelsError where the labels cannot be read or do not fit, MissingCRSError where they or the scene alone have a
    CRS, TrainingError where the config contradicts the card.
    """
    names, pixel = ClassNames.of(config, card), PixelSize.of(grid, gsd_m=gsd_m)
    rules = BorderRules() if exact else BorderRules.of(config, edge_m=scene.edge_m)
    auxiliary = _auxiliary(rules, card)
    footprints: Footprints | None = None
    if is_raster(scene.labels):
        objects = Objects.of_labels(read_label_raster(scene.labels, grid, names=names))
        objects = objects.parts() if rules.reach_m else objects
    else:
        drawing = FootprintRules(names, pixel, config.width_m, rules.reach_m)
        footprints = read_footprints(find_layer(scene.labels, scene.layer), grid, rules=drawing)
        objects = Objects.of_footprints(footprints, (grid.height, grid.width))
    found = bordered(objects, pixel, rules=rules)
    labels = _without_auxiliary(found.labels, names) if exact else found.labels
    centres = places(labels) if footprints is None else object_places(footprints, labels)
    rows, cols = centres.astype(np.int64).T
    classes = labels[rows, cols]
    labels[found.boundary] = auxiliary
    drawn = Drawn(labels, found.weights, centres, classes)
    return drawn if scene.aoi is None else within(drawn, scene.aoi, grid)


def _auxiliary(rules: BorderRules, card: ModelCard) -> int:
    """The class that boundaries are drawn as; 0 where none are."""
    if not rules.boundary_m:
        return 0
    if not card.auxiliary:
        raise TrainingError(
            f"data.boundary_m is {rules.boundary_m:g}, but card {card.name!r} has no auxiliary class to draw; name one in "
            "its classes and in auxiliary, or set boundary_m = 0"
        )
    return card.classes.index(card.auxiliary[0])


def _without_auxiliary(labels: NDArray[np.uint8], names: ClassNames) -> NDArray[np.uint8]:
    """Labels (rows, cols) in which an auxiliary class is the one class to find, or IGNORED if there are several."""
    table = np.arange(IGNORED + 1, dtype=np.uint8)
    table[[names.classes.index(name) for name in names.auxiliary]] = (
        IGNORED if names.only is None else names.only
    )
    return np.take(table, labels)
