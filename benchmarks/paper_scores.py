"""What a trained network scores on the frames of a fold, by the measures of the challenges that U-Net's paper quotes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

import geounet
from benchmarks.paper_sets import read_band
from geounet.evaluation.challenges import rand_error, seg_score, warping_error
from geounet.training.scenes.borders import gaps
from geounet.training.scenes.pixel_size import PixelSize

THRESHOLDS = tuple(k / 10 for k in range(1, 10))
"""Where the stack's probabilities are cut: the board of ISBI 2012 took the best of several."""

LEVELS = 250
"""What 1 is in a probability raster of uint8."""

HOLE = 100
"""A part of the ground of fewer pixels is a hole in a cell, and is filled: true cells have none."""

Cells = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class StackScores:
    """Errors of slices at each threshold, both (slices, thresholds)."""

    rand: NDArray[np.float64]
    warping: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence["StackScores"]) -> "StackScores":
        """Those of all slices."""
        return cls(np.concatenate([p.rand for p in parts]), np.concatenate([p.warping for p in parts]))

    def best(self) -> tuple[float, float]:
        """Rand and warping error: means over the slices, each at its own best threshold."""
        return float(self.rand.mean(axis=0).min()), float(self.warping.mean(axis=0).min())


def predicted_levels(image: Path, bundle: Path, out: Path, *, tta: bool) -> NDArray[np.uint8]:
    """The probability of cell times LEVELS (rows, cols); with `tta` the mean over the eight turns and flips of an image."""
    options = geounet.PredictOptions(tta=tta, overwrite=True)
    geounet.predict(image, bundle, out, options=options)
    return read_band(out, 2)


def filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask without its holes of fewer than HOLE pixels."""
    ground, _ = ndimage.label(~mask, ndimage.generate_binary_structure(2, 2))
    small = np.bincount(ground.ravel()) < HOLE
    small[0] = False
    whole: NDArray[np.bool_] = mask | small[ground]
    return whole


def rejoined(cells: Cells, *, width: float) -> Cells:
    """Numbered cells; ground within half of a width of two of them is the nearest one's."""
    between = gaps(cells.astype(np.int32), PixelSize(1.0, 1.0), width_m=width) & (cells == 0)
    rows, cols = ndimage.distance_transform_edt(cells == 0, return_distances=False, return_indices=True)
    joined: Cells = np.where(between, cells[rows, cols], cells)
    return joined


def parts(mask: NDArray[np.bool_]) -> Cells:
    """The parts of a mask that share edges, numbered from 1 on."""
    numbers: Cells = ndimage.label(mask)[0]
    return numbers


def sequence_score(frames: Iterable[tuple[Cells, Cells]]) -> float:
    """SEG of a sequence: the mean over all true cells of its frames, each given as predicted and true cells."""
    pairs = [(_apart(one, n), _apart(other, n)) for n, (one, other) in enumerate(frames)]
    return seg_score(np.stack([one for one, _ in pairs]), np.stack([other for _, other in pairs]))


def stack_scores(slices: Iterable[tuple[NDArray[np.uint8], NDArray[Any]]]) -> StackScores:
    """Errors of slices, each given as levels of probability and true cells (not 0), both (rows, cols)."""
    rand, warping = [], []
    for levels, truth in slices:
        cells = parts(truth != 0)
        masks = [levels >= threshold * LEVELS for threshold in THRESHOLDS]
        rand.append([rand_error(parts(mask), cells) for mask in masks])
        warping.append([warping_error(mask, cells) for mask in masks])
    return StackScores(np.array(rand), np.array(warping))


def _apart(cells: Cells, frame: int) -> Cells:
    """Numbers that no other frame has."""
    return np.where(cells > 0, cells.astype(np.int64) + (frame << 32), 0)
