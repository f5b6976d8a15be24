"""Two Segmenters of one model over the same scenes, and how well the labels of each agree with the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.pair import IGNORED, LabelPair
from geounet.evaluation.rasters import open_pairs
from geounet.models.segmenter import Segmenter
from geounet.options import EvaluateOptions, PredictOptions
from geounet.pipeline import predict
from geounet.progress import Progress
from geounet.quantization.tiles import CalibratedScene
from geounet.quantization.verdict import SceneVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedScene:
    """A scene that is judged on."""

    source: str | Path
    name: str
    """What it is called in the verdict."""
    truth: str | Path | None = None
    """Its labels; None takes those of the float model."""
    calibrated: CalibratedScene | None = None
    """Where the scene was calibrated on too: its other tiles count."""


def judge(
    scene: JudgedScene,
    models: tuple[Segmenter, Segmenter],
    *,
    folder: Path,
    options: PredictOptions,
    progress: Progress | None = None,
) -> SceneVerdict:
    """Predict a scene with both models, float32 and int8, as `geounet.predict` does, and compare; rasters go to a folder.

    Raises what predicting and reading labels raise.
    """
    run = replace(options, output="class")
    rasters = [folder / "float32.tif", folder / "int8.tif"]
    for model, raster in zip(models, rasters, strict=True):
        predict(scene.source, model, raster, options=run, progress=progress)
    truth = rasters[0] if scene.truth is None else scene.truth
    found = [mean_iou(raster, truth, scene.calibrated) for raster in rasters]
    return SceneVerdict(scene.name, *found)


def mean_iou(
    prediction: str | Path, truth: str | Path, calibrated: CalibratedScene | None = None
) -> float | None:
    """Mean IoU of the classes after the background that the truth has, of pixels that count; None where it has none."""
    with open_pairs(prediction, truth, options=EvaluateOptions()) as opened:
        masks = opened.masks if calibrated is None else (*opened.masks, calibrated.held_back)
        rasters = replace(opened, masks=masks)
        classes = len(rasters.class_names) - 1
        totals = sum(
            (_counts(pair, classes, exclusive=rasters.exclusive) for pair in rasters.pairs()),
            np.zeros((classes, 3), np.int64),
        )
    both, either, true = totals.T
    there = true > 0
    return float((both[there] / either[there]).mean()) if there.any() else None


def _counts(pair: LabelPair, classes: int, *, exclusive: bool) -> NDArray[np.int64]:
    """Pixels of each class after the background: of both, of either, and of the truth, (classes, 3)."""
    counts = np.zeros((classes, 3), np.int64)
    known = pair.truth != IGNORED
    bands: Sequence[tuple[int, int]] = [(k, k + 1) for k in range(classes)] if exclusive else [(pair.band, 1)]
    for place, label in bands:
        predicted, true = (pair.prediction == label) & known, (pair.truth == label) & known
        counts[place] = (
            np.count_nonzero(predicted & true),
            np.count_nonzero(predicted | true),
            np.count_nonzero(true),
        )
    return counts
