"""Prediction and truth, whatever their files are, as labels on one grid that come strip by strip.

    with open_pairs(prediction, truth, options=options) as rasters:
        scores = label_scores(rasters.pairs(), class_names=rasters.class_names, …)

The grid is the prediction's, or the truth's where the prediction is a layer. A raster on another grid gives the label
under each pixel's centre; of a layer the areas are held, and burnt as they come. What lies outside the areas of
interest, or is not valid in the scene that was predicted, does not count.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError, OptionsError, SceneError
from geounet.evaluation.burnt import AreaLayer, read_area_layer
from geounet.evaluation.classes import ClassPlan, Naming, match_classes
from geounet.evaluation.pair import IGNORED, LabelPair
from geounet.evaluation.probabilities import (
    ProbabilitySide,
    holds_probabilities,
    is_scaled,
    probability_side,
)
from geounet.evaluation.relabelled import Relabelled
from geounet.evaluation.sides import LabelSide, Side
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.options import EvaluateOptions, PredictOptions
from geounet.raster.aligned import Sampling, on_grid
from geounet.raster.areas import inside_areas
from geounet.raster.environment import cache_room, gdal_environment, georeferencing_optional
from geounet.raster.labels import open_labels
from geounet.raster.scene import Scene
from geounet.raster.source import Pixels, file_name, open_raster
from geounet.vector.areas import read_areas

LAYERS = (".gpkg", ".geojson", ".json", ".fgb", ".shp", ".parquet", ".geoparquet", ".kml", ".gml")
"""Extensions of files that are read as layers; what is of another, and no raster, is tried as one."""

THRESHOLD = 0.5
"""The probability from which a pixel is of a class, unless a person chooses."""

STRIP_BYTES = 1 << 26
"""Bytes that a strip of one side takes while it is read, about."""

FEWEST_ROWS, MOST_ROWS = 16, 512
"""Rows of a strip."""

Raster = ProbabilitySide | LabelSide
Mask = Callable[[Window], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterPairs:
    """Prediction and truth on one grid, open for as long as the context lasts; one thread at a time reads them."""

    prediction_name: str
    """The file's name, without its folder."""
    truth_name: str
    """The file's name, without its folder."""
    grid: Georeference
    """Where the strips lie."""
    class_names: tuple[str, ...]
    """The background first; labels beyond have no name."""
    threshold: float | None
    """The probability from which a pixel was taken for a class; None where labels were read."""
    sides: tuple[Relabelled, Relabelled]
    """Prediction and truth."""
    masks: tuple[Mask, ...] = ()
    """Which pixels of a window count: those that all of these say do."""

    @property
    def exclusive(self) -> bool:
        """Whether a pixel is of one class only; otherwise each class comes as pairs of its own."""
        return self.sides[0].exclusive

    @property
    def probabilistic(self) -> bool:
        """Whether pairs have levels of probability."""
        return isinstance(self.sides[0].side, ProbabilitySide)

    def pairs(self) -> Iterator[LabelPair]:
        """The labels of both, from top to bottom; what does not count is 255 in both.

        Raises LabelsError where a file holds what is no label or no probability, SceneError where it cannot be read.
        """
        rows = self._rows()
        for predicted, true in zip(*(side.readings(rows) for side in self.sides), strict=True):
            prediction, truth, levels = predicted.labels, true.labels, predicted.levels
            ignored = (prediction == IGNORED) | (truth == IGNORED)
            window = Window(true.first_row, 0, *truth.shape[1:])
            for counted in self.masks:
                ignored |= ~counted(window)
            prediction[ignored], truth[ignored] = IGNORED, IGNORED
            for band in range(len(truth)):
                own = levels if levels is None or self.exclusive else levels[band : band + 1]
                yield LabelPair(true.first_row, prediction[band], truth[band], band, own)

    def _rows(self) -> int:
        """Rows of a strip, so that its pixels take bounded room."""
        pixel = max(side.side.pixel_bytes for side in self.sides) + 4 * len(self.class_names)
        room = max(FEWEST_ROWS, min(MOST_ROWS, STRIP_BYTES // (pixel * self.grid.width)))
        return 1 << (room.bit_length() - 1)  # so that strips end where blocks of the file do


@contextmanager
def open_pairs(
    prediction: Any,  # noqa: ANN401 (a path, a URL or an open rasterio dataset, whose type lives elsewhere)
    truth: Any,  # noqa: ANN401
    *,
    options: EvaluateOptions,
) -> Iterator[RasterPairs]:
    """Open a prediction and its truth: one a raster, the other a raster or a layer of areas.

    A prediction of fractions, or of scaled numbers, is one of probabilities; all other rasters hold labels. Where both
    have several classes they are matched by name (see `classes`).

    Raises:
        SceneError: A raster cannot be read.
        LabelsError: A layer cannot be read or holds lines, or a class has no counterpart.
        MissingCRSError: One cannot be laid on the other.
        OptionsError: Both are layers, or an option names what is not there.
    """
    with ExitStack() as stack:
        predicted, true = _prediction(prediction, options, stack), _truth(truth, options, stack)
        reference: Raster
        other: LabelSide | AreaLayer
        if not isinstance(predicted, AreaLayer):
            reference, other = predicted, true
        elif not isinstance(true, AreaLayer):
            reference, other = true, predicted
        else:
            raise OptionsError(
                f"{predicted.name} and {true.name} are both layers; expected a raster on one side at least"
            )
        plan, sides = _laid(reference, other, options.classes)
        yield RasterPairs(
            prediction_name=predicted.name,
            truth_name=true.name,
            grid=reference.grid,
            class_names=plan.names,
            threshold=predicted.threshold if isinstance(predicted, ProbabilitySide) else None,
            sides=sides if reference is predicted else sides[::-1],
            masks=tuple(_masks(options, reference.grid, stack)),
        )


def _prediction(source: Any, options: EvaluateOptions, stack: ExitStack) -> Raster | AreaLayer:  # noqa: ANN401
    dataset = _opened(source, options, stack)
    if isinstance(dataset, AreaLayer) or not holds_probabilities(dataset):
        return dataset if isinstance(dataset, AreaLayer) else _labels(dataset, options, stack)
    threshold = THRESHOLD if options.threshold is None else options.threshold
    assumed = _assumed_crs(dataset, options)
    crs = dataset.crs or (named_crs(assumed) if assumed else None)
    grid = Georeference(dataset.transform, crs, dataset.height, dataset.width)
    side = probability_side(dataset, grid, threshold=threshold)
    stack.enter_context(cache_room(2 * side.source.cache_bytes))
    return side


def _truth(source: Any, options: EvaluateOptions, stack: ExitStack) -> LabelSide | AreaLayer:  # noqa: ANN401
    dataset = _opened(source, options, stack)
    if isinstance(dataset, AreaLayer):
        return dataset
    if is_scaled(dataset):
        raise LabelsError(
            f"{file_name(dataset.name)} holds numbers scaled by {dataset.scales[0]:g}, which are no labels; expected "
            "the truth as whole numbers from 0 to 254"
        )
    return _labels(dataset, options, stack)


def _labels(dataset: Any, options: EvaluateOptions, stack: ExitStack) -> LabelSide:  # noqa: ANN401
    assumed = _assumed_crs(dataset, options)
    return LabelSide(stack.enter_context(open_labels(dataset, assume_crs=assumed)))


def _assumed_crs(dataset: Any, options: EvaluateOptions) -> str | None:  # noqa: ANN401
    """A picture that names no place at all lies where the other side does."""
    return None if dataset.transform.is_identity else options.assume_crs


def _opened(source: Any, options: EvaluateOptions, stack: ExitStack) -> Any:  # noqa: ANN401
    """An open raster, or an AreaLayer."""
    if isinstance(source, str | Path) and Path(source).suffix.lower() in LAYERS:
        return read_area_layer(source, assume_crs=options.assume_crs)
    try:
        with gdal_environment(), georeferencing_optional():
            return open_raster(source, stack)
    except SceneError as error:
        try:
            return read_area_layer(source, assume_crs=options.assume_crs)
        except LabelsError:
            raise error from None


def _laid(
    reference: Raster, other: LabelSide | AreaLayer, chosen: Sequence[str] | None
) -> tuple[ClassPlan, tuple[Relabelled, Relabelled]]:
    """What is compared; and both sides on the reference's grid, the reference first."""
    naming = other.naming if isinstance(other, AreaLayer) else Naming(other.name, other.class_names)
    plan = match_classes(Naming(reference.name, reference.class_names), naming, chosen)
    exclusive = reference.exclusive and (isinstance(other, AreaLayer) or other.exclusive)
    classes = len(plan.names) - 1
    laid: Side
    if isinstance(other, AreaLayer):
        laid = other.on(reference.grid, table=plan.other, bands=None if exclusive else classes)
        table = np.arange(IGNORED + 1, dtype=np.uint8)  # burnt as what it is compared under
    else:
        laid, table = other.on(reference.grid), plan.other
    return plan, (
        Relabelled(reference, plan.reference, classes, exclusive),
        Relabelled(laid, table, classes, exclusive),
    )


def _masks(options: EvaluateOptions, grid: Georeference, stack: ExitStack) -> Iterator[Mask]:
    """Which pixels count: in the areas of interest, and where the scene is valid."""
    if options.aoi is not None:
        yield inside_areas(read_areas(options.aoi, crs=grid.crs), grid)
    if options.valid is not None:
        native = PredictOptions(gsd="native", assume_crs=options.assume_crs)
        scene = stack.enter_context(Scene.open(options.valid, bands=(), options=native, gsd_m=None))
        yield _valid(scene, grid)


def _valid(scene: Scene, grid: Georeference) -> Mask:
    """Which pixels of a window of `grid` lie in valid pixels of a scene."""
    if on_grid(scene.grid, grid, name=scene.name):
        return lambda window: scene.read(window).valid
    sampling = Sampling(scene.grid, grid)

    def read(window: Window) -> Pixels:
        return Pixels(np.empty((0, window.height, window.width)), scene.read(window).valid)

    def valid(window: Window) -> NDArray[np.bool_]:
        found = np.zeros((window.height, window.width), np.bool_)
        sampling.fill(read, window, values=np.empty((0, *found.shape)), valid=found)
        return found

    return valid
