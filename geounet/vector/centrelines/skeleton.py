"""Label strips → the pixels of the roads' skeletons, block by block, as if the raster were one."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from geounet.strip import CONFIDENCE_SCALE, NODATA
from geounet.vector.centrelines.blocks import Block
from geounet.vector.centrelines.distance import nearest_background
from geounet.vector.centrelines.mask import BACKGROUND, ROAD, UNKNOWN, Mask, fill_small_holes, mask_of
from geounet.vector.centrelines.ridge import ridge, sides
from geounet.vector.centrelines.thinning import thin
from geounet.vector.compiled import cached

TILE = 2048
"""Columns, and by default rows, of the raster that are thinned at once."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes in pixels of what is looked for."""

    steps: tuple[float, float]
    """Length of a row and of a column; (1, 1) where pixels are square, else their mean is 1."""
    reach: float
    """Distance to the background that is measured: a little more than half the width of the widest road."""
    hole: int
    """Pixels of the largest hole that is filled."""

    @property
    def longest_hole(self) -> int:
        """Rows and columns from its first pixel beyond which a hole is not filled, whatever its area."""
        return 2 * math.isqrt(self.hole) + 1

    @property
    def margin(self) -> int:
        """Pixels round a tile on which its skeleton depends.

        Distances reach `reach` far, and so do the tests for the middle of the road; what falls depends on what fell
        before it, from the outside in, which is as far again, and no more in practice.
        """
        return 2 * self.longest_hole + 5 * math.ceil(self.reach / min(self.steps)) + 16


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Pixels of the skeleton of one label in one band, as arrays of one length: 26 bytes a pixel."""

    row: NDArray[np.int32]
    col: NDArray[np.int32]
    shift: NDArray[np.float32]
    """(pixels, 2): rows and columns from the pixel's centre to the middle of the road, a pixel at most."""
    radius: NDArray[np.float32]
    """Distance to the nearest background pixel, in pixels."""
    width: NDArray[np.float32]
    """Width of the road, in pixels; NaN where there is no middle."""
    probability: NDArray[np.uint8]
    """Probability × 250 of a road; 255 without scores."""
    at_edge: NDArray[np.uint8]
    """2 where nodata or the raster's edge is beside the pixel, 1 where it is beside the road, 0 elsewhere."""

    def __len__(self) -> int:
        return len(self.row)


def joined(parts: Iterable[Skeleton]) -> Skeleton:
    """Parts, of which there is one at least, as one, row by row and in a row by column."""
    listed = list(parts)
    arrays = {f.name: np.concatenate([getattr(part, f.name) for part in listed]) for f in fields(Skeleton)}
    order = np.lexsort((arrays["col"], arrays["row"]))
    return Skeleton(**{name: array[order] for name, array in arrays.items()})


def skeletons(block: Block, scale: Scale, width: int) -> Iterator[tuple[int, int, Skeleton]]:
    """(band, label, pixels) of the block's core, tile by tile, a tile and label without pixels left out.

    A tile's core is thinned with what surrounds it, so that its skeleton is that of the whole raster.
    """
    for band in range(len(block.labels)):
        for col in range(0, width, TILE):
            stop = min(col + TILE, width)
            inner = block.labels[
                band, block.core.start - block.first_row : block.core.stop - block.first_row, col:stop
            ]
            for label in np.flatnonzero(np.bincount(inner.ravel(), minlength=256)).tolist():
                if label not in (0, NODATA):
                    found = _tile(block, scale, band=band, label=label, cols=range(col, stop))
                    if len(found):
                        yield band, label, found


def _tile(block: Block, scale: Scale, *, band: int, label: int, cols: range) -> Skeleton:
    first = max(0, cols.start - scale.margin)
    part = (band, slice(None), slice(first, cols.stop + scale.margin))
    origin = (block.first_row - 1, first - 1)
    mask = mask_of(block.labels[part], label)
    unknown = mask == UNKNOWN
    fill_small_holes(mask, scale.hole, scale.longest_hole)
    nearest = nearest_background(mask, scale.steps, scale.reach)
    # What is too wide for a road is a hole, round which there is a ring.
    mask[nearest.distance >= scale.reach] = BACKGROUND
    lines = thin(mask, nearest.distance, ridge(mask, nearest, scale.steps), origin)
    row, col = np.divmod(lines, mask.shape[1])
    inside = _within(row + origin[0], block.core) & _within(col + origin[1], cols)
    row, col = row[inside], col[inside]
    joins = _neighbours(mask, row, col) > 0
    row, col = row[joins], col[joins]
    radius = nearest.distance[row, col]
    shift, width = sides(nearest, unknown, (row, col), scale.steps)
    confidence = None if block.confidence is None else block.confidence[part][row - 1, col - 1]
    return Skeleton(
        row=(row + origin[0]).astype(np.int32),
        col=(col + origin[1]).astype(np.int32),
        shift=shift,
        radius=radius,
        width=width,
        probability=_probability(block.labels[part][row - 1, col - 1] == label, confidence),
        at_edge=_at_edge(unknown, row, col, radius),
    )


def _within(places: NDArray[np.int64], core: range) -> NDArray[np.bool_]:
    return (places >= core.start) & (places < core.stop)


def _probability(is_road: NDArray[np.bool_], confidence: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Probability × 250 of a road, from that of each pixel's label; 255 without scores."""
    if confidence is None:
        return np.full(len(is_road), NODATA, np.uint8)
    sure = np.minimum(confidence, CONFIDENCE_SCALE)
    return np.where(is_road, sure, CONFIDENCE_SCALE - sure).astype(np.uint8)


@cached
def _neighbours(mask: Mask, row: NDArray[np.int64], col: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the eight pixels round each are road."""
    counts = np.zeros(len(row), np.int64)
    for i in range(len(row)):
        counts[i] = (mask[row[i] - 1 : row[i] + 2, col[i] - 1 : col[i] + 2] == ROAD).sum() - 1
    return counts


@cached
def _at_edge(
    unknown: NDArray[np.bool_], row: NDArray[np.int64], col: NDArray[np.int64], radius: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """See `Skeleton.at_edge`."""
    flags = np.zeros(len(row), np.uint8)
    for i in range(len(row)):
        r, c = row[i], col[i]
        if unknown[r - 1 : r + 2, c - 1 : c + 2].any():
            flags[i] = 2
            continue
        far = int(radius[i]) + 1
        flags[i] = unknown[max(0, r - far) : r + far + 1, max(0, c - far) : c + far + 1].any()
    return flags
