"""Pixels compared: rasters, or a raster and a layer burnt on its grid, in one pass."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geounet.errors import LabelsError
from geounet.evaluation.apart import require_near
from geounet.evaluation.burnt import BurntSide
from geounet.evaluation.canvas import LabelCanvas
from geounet.evaluation.curve import CurveTally
from geounet.evaluation.labels import label_scores
from geounet.evaluation.metadata import metadata
from geounet.evaluation.pair import LabelPair
from geounet.evaluation.picture import Picture
from geounet.evaluation.rasters import RasterPairs, open_pairs
from geounet.evaluation.report import Report
from geounet.evaluation.whole_labels import WholeLabels
from geounet.options import EvaluateOptions
from geounet.progress import Progress, counting_pixels
from geounet.raster.thumbnail import read_thumbnail


def compare_labels(
    prediction: str | Path, truth: str | Path, *, options: EvaluateOptions, progress: Progress | None = None
) -> tuple[Report, Picture | None]:
    """The figures of labels in one pass over the pixels, and their picture where a page was asked for.

    Raises:
        OptionsError: a layer lies far from the raster.
        LabelsError: no pixel counts in both: they do not meet, or nothing is valid.
        GeounetError: a file cannot be read; see `open_pairs`.
    """
    with open_pairs(prediction, truth, options=options) as rasters:
        _check_layers(rasters)
        tally = CurveTally(rasters.class_names)
        canvas = None if options.report is None else LabelCanvas(rasters.grid)
        whole = (
            WholeLabels(rasters.grid) if WholeLabels.fit(rasters.grid, exclusive=rasters.exclusive) else None
        )
        pairs = tally.watched(_shown(rasters, progress))
        pairs = pairs if canvas is None else canvas.watched(pairs)
        pairs = pairs if whole is None else whole.watched(pairs)
        scores = label_scores(
            pairs, class_names=rasters.class_names, boundary_px=options.boundary_px, relax_px=options.relax_px
        )
    if not any(c.tp + c.fp + c.fn + c.tn for c in scores.counts):
        raise LabelsError(
            f"no pixel of {rasters.prediction_name} and {rasters.truth_name} counts in both; expected them to lie on one "
            "another: check their CRSs, the area of interest and the valid scene"
        )
    curves = {name: curve.to_dict() for name, curve in tally.curves().items()} or None
    labels = scores.to_dict() | {"challenges": None if whole is None else whole.figures()}
    report = Report(metadata=_metadata(rasters, options), labels=labels, curves=curves)
    return report, None if canvas is None else _picture(canvas, options)


def _check_layers(rasters: RasterPairs) -> None:
    """Refuse a layer that lies far from the raster that it is burnt on: every pixel would count as background."""
    grid, names = rasters.grid, (rasters.prediction_name, rasters.truth_name)
    metres = 1.0 if grid.crs is None else min(grid.gsd())
    for burnt in (sides.side for sides in rasters.sides):
        if isinstance(burnt, BurntSide) and len(burnt.tree):
            bounds = shapely.total_bounds(burnt.tree.geometries), np.array([0, 0, grid.width, grid.height])
            require_near(bounds, names if burnt.name == names[0] else names[::-1], metres=metres)


def _shown(rasters: RasterPairs, progress: Progress | None) -> Iterator[LabelPair]:
    """The pairs, and how far they are on a progress bar."""
    bands = 1 if rasters.exclusive else len(rasters.class_names) - 1
    total = rasters.grid.height * rasters.grid.width * bands
    with counting_pixels(progress, total=total, desc=rasters.prediction_name) as move_on:
        for pair in rasters.pairs():
            yield pair
            move_on(pair.truth.size)


def _picture(canvas: LabelCanvas, options: EvaluateOptions) -> Picture:
    """What the canvas counted, over the valid scene."""
    backdrop = None
    if options.valid is not None:
        backdrop = read_thumbnail(options.valid, canvas.grid, assume_crs=options.assume_crs)
    return Picture(canvas.grid, canvas.overlays(), backdrop)


def _metadata(rasters: RasterPairs, options: EvaluateOptions) -> dict[str, Any]:
    inputs = {"prediction": {"file": rasters.prediction_name}, "truth": {"file": rasters.truth_name}}
    largest_wins = rasters.exclusive and len(rasters.class_names) > 2
    chosen = {
        "threshold": None if largest_wins else rasters.threshold,
        "boundary_px": options.boundary_px,
        "relax_px": options.relax_px,
        "classes": options.classes,
    }
    return metadata("labels", inputs, options=options, chosen=chosen, where=rasters.grid)
