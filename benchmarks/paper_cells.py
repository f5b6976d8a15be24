"""From a probability map to cells: seeds where a network is sure, grown until they meet.

A cut at one probability takes neighbours for one cell wherever the ground between them is a little less sure than their
middles, and such a cell scores 0. Seeds at a high probability are apart long before that; each grows over what is no
ground, the likelier first (Meyer 1994, "Topographic distance and watershed lines"), and two meet where it is least likely.
What no seed reaches is a cell of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.paper_scores import LEVELS, Cells, filled, parts, rejoined, sequence_score
from benchmarks.paper_training import GAP

SMOOTHED = 1.0
"""Standard deviation of the blur of seeds, in pixels of what the network sees."""

LEAST = 50
"""A seed of fewer pixels of what the network sees is none."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a probability is cut."""

    seed: float
    """A seed is at least so sure."""
    ground: float
    """What is less likely a cell's than this is ground."""


GROUNDS, SEEDS = (0.5, 0.4, 0.3), (0.8, 0.9, 0.95)

PARTINGS = (
    *(Parting(ground, ground) for ground in GROUNDS),
    *(Parting(seed, ground) for seed in SEEDS for ground in GROUNDS),
)
"""Among which one is chosen on frames that are neither trained on nor judged; the plainest first: one cut for both."""

GAIN = 0.02
"""By less SEG than this, no parting is better than a plainer one: a few frames cannot tell."""


def best_parting(frames: Sequence[tuple[NDArray[np.uint8], NDArray[Any]]], *, shrink: int) -> Parting:
    """The plainest of the partings that score best on frames, each given as levels of probability and true cells."""

    def score(parting: Parting) -> float:
        return sequence_score(
            (cells_of(levels, truth.shape, shrink=shrink, parting=parting), truth) for levels, truth in frames
        )

    scores = [score(parting) for parting in PARTINGS]
    return next(
        parting for parting, found in zip(PARTINGS, scores, strict=True) if found > max(scores) - GAIN
    )


def cells_of(levels: NDArray[np.uint8], shape: tuple[int, int], *, shrink: int, parting: Parting) -> Cells:
    """Levels of probability (rows, cols) of pixels `shrink` times as large as a cell of that shape → its cells, numbered.

    Holes are filled, and the gaps that training left between cells are given back to the nearest.
    """
    from skimage.segmentation import watershed

    probability = enlarged(levels, shape, shrink=shrink) / np.float32(LEVELS)
    mask = filled(probability >= parting.ground)
    sure = ndimage.gaussian_filter(probability, SMOOTHED * shrink)
    seeds = without_small(parts(sure >= parting.seed), least=LEAST * shrink**2)
    seeds = with_the_rest(seeds, parts(mask))
    found: Cells = watershed(-sure, seeds, mask=mask)  # type: ignore[no-untyped-call]  # skimage has no types
    return rejoined(found, width=2 * GAP * shrink - 1)  # from the pixel beside one to the other


def enlarged(levels: NDArray[np.uint8], shape: tuple[int, int], *, shrink: int) -> NDArray[np.float32]:
    """Levels of pixels `shrink` times as large, interpolated by their middles; what lacks at the far sides is the edge's."""
    values = levels.astype(np.float32)
    if shrink > 1:
        values = ndimage.zoom(values, shrink, order=1, mode="nearest", grid_mode=True)
    beyond = [(0, max(0, side - have)) for side, have in zip(shape, values.shape, strict=True)]
    whole: NDArray[np.float32] = np.pad(values, beyond, mode="edge")[: shape[0], : shape[1]]
    return whole


def with_the_rest(seeds: Cells, pieces: Cells) -> Cells:
    """Numbered seeds, and each of the numbered pieces that has none as a seed of its own: cells that no one is sure of."""
    has_one = np.zeros(int(pieces.max()) + 1, bool)
    has_one[pieces[seeds > 0]] = True
    rest = (pieces > 0) & ~has_one[pieces]
    both: Cells = np.where(rest, pieces + seeds.max(), seeds)
    return both


def without_small(seeds: Cells, *, least: int) -> Cells:
    """Numbered parts, those of fewer pixels 0."""
    small = np.bincount(seeds.ravel()) < least
    kept: Cells = np.where(small[seeds], 0, seeds)
    return kept
