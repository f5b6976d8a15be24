"""Resampling to another pixel size: an area average where pixels grow, bilinear where they shrink, axis by axis.

What a pixel becomes depends on its place in the whole raster alone, so a window is resampled bit for bit as the
whole is; and on valid pixels alone, so what lies under the others changes nothing.
"""

from dataclasses import dataclass
from typing import Any, Self

import numba
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Axis:
    """How the pixels of an axis are made of those of another."""

    first: NDArray[np.int64]
    """(n,) the first source pixel that each target pixel is made of."""
    weights: NDArray[np.float32]
    """(n, taps) weights of the source pixels from `first` on; 0 where there are fewer."""
    nearest: NDArray[np.int64]
    """(n,) the source pixel under each target pixel's centre, which says whether it is valid."""

    @classmethod
    def between(cls, source: int, target: int) -> Self:
        """The axis of `target` pixels over the same length as `source` pixels."""
        at = np.arange(target)
        nearest = np.minimum((2 * at + 1) * source // (2 * target), source - 1)
        first, weights = _average(source, target) if source >= target else _bilinear(source, target)
        return cls(first, weights.astype(np.float32), nearest)

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """First and last-but-one source pixel that the target pixels first … stop − 1 are made of."""
        used = np.count_nonzero(self.weights[first:stop], axis=1)
        return int(self.first[first]), int((self.first[first:stop] + used).max())

    def part(self, first: int, stop: int, *, origin: int) -> Self:
        """The target pixels first … stop − 1, source pixels counted from `origin` on."""
        part = slice(first, stop)
        return type(self)(self.first[part] - origin, self.weights[part], self.nearest[part] - origin)


def _average(source: int, target: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Weights that are the shares of a target pixel's length which source pixels cover.

    Lengths are whole numbers in units of 1 / (source × target) of the axis, so shares are exact.
    """
    begin = np.arange(target, dtype=np.int64) * source
    first = begin // target
    taps = int((-(-(begin + source) // target) - first).max())
    edges = (first[:, None] + np.arange(taps + 1)) * target
    cut = np.clip(edges, begin[:, None], begin[:, None] + source)
    return first, np.diff(cut, axis=1) / source


def _bilinear(source: int, target: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Weights by the distance of a target pixel's centre from the two source centres round it."""
    # The centre in source pixels, less a half, times 2 × target: a whole number.
    centre = (2 * np.arange(target, dtype=np.int64) + 1) * source - target
    centre = np.clip(centre, 0, 2 * target * (source - 1))
    first = centre // (2 * target)
    after = (centre - first * 2 * target) / (2 * target)
    return first, np.stack([1 - after, after], axis=1)


def resample(
    values: NDArray[Any], valid: NDArray[np.bool_], *, rows: Axis, cols: Axis
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Pixels (bands, rows, cols) and their mask on the target pixels of two axes.

    A target pixel is the weighted mean of the valid source pixels that it is made of; it is valid where the
    source pixel under its centre is, and 0 elsewhere.
    """
    shape = len(rows.first), len(cols.first)
    taken = valid[np.ix_(rows.nearest, cols.nearest)]
    shares = np.zeros(shape, np.float32)
    _add_weighted(shares, valid.view(np.uint8), valid, rows=rows, cols=cols)
    out = np.zeros((values.shape[0], *shape), np.float32)
    for band, sums in zip(values, out, strict=True):
        _add_weighted(sums, band, valid, rows=rows, cols=cols)
        _divide(sums, shares, taken)
    return out, taken


def _add_weighted(
    sums: NDArray[np.float32], band: NDArray[Any], valid: NDArray[np.bool_], *, rows: Axis, cols: Axis
) -> None:
    """Add to `sums` (target rows, target cols) the weighted valid pixels of a band (rows, cols)."""
    _sum_weighted(sums, band, valid, rows.first, rows.weights, cols.first, cols.weights)


@numba.njit(nogil=True, cache=True)
def _sum_weighted(  # noqa: PLR0913, PLR0917 (a kernel takes plain arrays)
    sums: NDArray[np.float32],
    band: NDArray[Any],
    valid: NDArray[np.bool_],
    row_first: NDArray[np.int64],
    row_weights: NDArray[np.float32],
    col_first: NDArray[np.int64],
    col_weights: NDArray[np.float32],
) -> None:
    """Source rows are added up first, which vector instructions do; what is left to gather is one row."""
    column = np.empty(band.shape[1], np.float32)
    for i in range(sums.shape[0]):
        column[:] = 0
        for tap in range(row_weights.shape[1]):
            weight = row_weights[i, tap]
            if weight > 0:
                _add_valid(column, band[row_first[i] + tap], valid[row_first[i] + tap], weight)
        for j in range(sums.shape[1]):
            total = np.float32(0)
            part = column[col_first[j] :]
            for tap in range(min(col_weights.shape[1], part.shape[0])):
                total += col_weights[j, tap] * part[tap]
            sums[i, j] += total


@numba.njit(nogil=True, cache=True)
def _add_valid(
    sums: NDArray[np.float32], row: NDArray[Any], valid: NDArray[np.bool_], weight: np.float32
) -> None:
    """Add a row's weighted valid pixels."""
    for col in range(sums.shape[0]):
        sums[col] += weight * np.float32(row[col]) if valid[col] else np.float32(0)


@numba.njit(nogil=True, cache=True)
def _divide(sums: NDArray[np.float32], shares: NDArray[np.float32], taken: NDArray[np.bool_]) -> None:
    """Sums become means where pixels are taken, 0 elsewhere."""
    for i in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            sums[i, j] = sums[i, j] / shares[i, j] if taken[i, j] else np.float32(0)
