"""What the segmentation challenges of U-Net's paper measure: Rand error, warping error, SEG.

Ronneberger et al. 2015 quote the board of ISBI 2012 (warping error, Rand error) and the Cell Tracking Challenge (SEG, as
IoU). Everything here looks at whole maps in memory: those images are small.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geounet.evaluation.warping import warping_error

__all__ = ["pair_rand_error", "rand_error", "seg_score", "warping_error"]

Segments = NDArray[np.integer[Any]]


def rand_error(segmentation: ArrayLike, truth: ArrayLike) -> float:
    """1 − the F-score of the foreground-restricted Rand index: the Rand error of ISBI 2012's board and U-Net's paper.

    Of the pairs of pixels that lie in true segments (not 0), precision is the share of those put together that
    belong together, recall the share of those that belong together that are put together (the Rand split and merge
    scores of Arganda-Carreras et al. 2015, doi 10.3389/fnana.2015.00142, without their thinning of borders; also the
    adapted Rand error of SNEMI3D). A pixel that `segmentation` calls background (0) is a segment of its own. The
    board took the best of several thresholds, and the mean over images.

    Args:
        segmentation: The number of each pixel's segment, 0 for background, any shape.
        truth: The same, of the same shape.

    Returns:
        0 (the same segments) to 1; NaN where no two true pixels belong together and no two are put together.

    Raises:
        ValueError: The arrays differ in shape or hold no whole numbers.
    """
    table = _overlaps(*_segments(segmentation, truth), where_true=True)
    together = _pairs(table.count[table.one != 0])
    put = _pairs(np.bincount(table.one_index, table.count)[table.ones != 0])
    belong = _pairs(np.bincount(table.other_index, table.count))
    return 1 - 2 * together / (put + belong) if put + belong else math.nan


def pair_rand_error(segmentation: ArrayLike, truth: ArrayLike) -> float:
    """1 − the plain Rand index (Rand 1971; as in Jain et al. 2010): the share of pixel pairs that disagree.

    A pair disagrees where one map puts its pixels into one segment and the other does not. 0 is a segment like any
    other, and no pixel is left out. It is small wherever there are many segments: U-Net's paper does not quote this
    one, but `rand_error`.

    Args:
        segmentation: The number of each pixel's segment, any shape.
        truth: The same, of the same shape.

    Returns:
        0 (the same segments) to 1; NaN of fewer than two pixels.

    Raises:
        ValueError: The arrays differ in shape or hold no whole numbers.
    """
    table = _overlaps(*_segments(segmentation, truth), where_true=False)
    both = _pairs(table.count)
    put, belong = (_pairs(np.bincount(index, table.count)) for index in (table.one_index, table.other_index))
    pairs = _pairs(table.count.sum(keepdims=True))
    return (put + belong - 2 * both) / pairs if pairs else math.nan


def seg_score(prediction: ArrayLike, truth: ArrayLike) -> float:
    """SEG of the Cell Tracking Challenge (Maška et al. 2014): the mean Jaccard index of the true objects.

    A true object R is matched by the predicted object S that covers more than half of it, |R ∩ S| > |R| / 2 (there is
    one at most), and scores |R ∩ S| / |R ∪ S|; unmatched it scores 0. What is predicted beside costs nothing.

    Args:
        prediction: The number of each pixel's object, 0 for background, any shape.
        truth: The same, of the same shape.

    Returns:
        0 to 1; NaN where there is no true object.

    Raises:
        ValueError: The arrays differ in shape or hold no whole numbers.
    """
    table = _overlaps(*_segments(prediction, truth), where_true=False)
    sizes = [np.bincount(index, table.count) for index in (table.one_index, table.other_index)]
    predicted, true = sizes[0][table.one_index], sizes[1][table.other_index]
    matched = (table.one != 0) & (table.other != 0) & (2 * table.count > true)
    jaccard = table.count / (predicted + true - table.count)
    objects = np.count_nonzero(table.others)
    return float(jaccard[matched].sum() / objects) if objects else math.nan


@dataclass(frozen=True, slots=True)
class _Overlaps:
    """Every pair of segments that share a pixel."""

    ones: Segments
    """Numbers of the first map's segments, in order."""
    others: Segments
    """Numbers of the second's."""
    one_index: NDArray[np.int64]
    """Of each pair, the place of the first's segment in `ones`."""
    other_index: NDArray[np.int64]
    """Of each pair, the place of the second's in `others`."""
    count: NDArray[np.int64]
    """Pixels that each pair shares."""

    @property
    def one(self) -> Segments:
        """Of each pair, the number of the first's segment."""
        return self.ones[self.one_index]

    @property
    def other(self) -> Segments:
        """Of each pair, the number of the second's segment."""
        return self.others[self.other_index]


def _segments(one: ArrayLike, other: ArrayLike) -> tuple[Segments, Segments]:
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape:
        raise ValueError(f"segments are {first.shape}, true ones {second.shape}; expected the same shape")
    if not all(a.dtype.kind in "iub" for a in (first, second)):
        raise ValueError(f"segments are {first.dtype} and {second.dtype}; expected whole numbers")
    return first.ravel(), second.ravel()


def _overlaps(one: Segments, other: Segments, *, where_true: bool) -> _Overlaps:
    """The pairs of segments; `where_true` looks at pixels of the second map that are not 0 alone."""
    if where_true:
        one, other = one[other != 0], other[other != 0]
    ones, one_index = np.unique(one, return_inverse=True)
    others, other_index = np.unique(other, return_inverse=True)
    pairs, count = np.unique(one_index * max(1, len(others)) + other_index, return_counts=True)
    place = np.divmod(pairs, max(1, len(others)))
    return _Overlaps(ones, others, place[0], place[1], count)


def _pairs(sizes: NDArray[Any]) -> int:
    """Pairs of pixels within segments of these sizes; whole, however many."""
    whole = sizes.astype(np.int64)
    return int((whole * (whole - 1) // 2).sum())
