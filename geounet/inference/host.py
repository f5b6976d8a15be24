"""The host's arithmetic: numpy arrays, and loops that numba compiles."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from geounet.inference.arithmetic import Arithmetic
from geounet.strip import CONFIDENCE_SCALE, NODATA, PROBABLE

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

LOWEST, HIGHEST = PROBABLE


class Host:
    """See `Arithmetic`."""

    @staticmethod
    def zeros(shape: tuple[int, int, int]) -> Scores:
        """Sums to begin with."""
        return np.zeros(shape, np.float32)

    @staticmethod
    def add_weighted(sums: Scores, scores: Scores, rows: Scores, cols: Scores) -> None:
        """Add scores, weighted."""
        _add_weighted(sums, scores, rows, cols)

    @staticmethod
    def divide_by_reached(sums: Scores, rows: Scores, cols: Scores) -> None:
        """Divide by the weight that came."""
        _divide_by_reached(sums, rows, cols)

    @staticmethod
    def move_up(sums: Scores, count: int) -> None:
        """Drop the first rows."""
        left = sums.shape[1] - count
        sums[:, :left] = sums[:, count:]
        sums[:, left:] = 0

    @staticmethod
    def above(scores: Scores, valid: Mask, threshold: np.float32) -> tuple[Bytes, Bytes, int]:
        """Labels of bands that may overlap."""
        labels, confidence, wrong = _above(scores, valid, threshold)
        return labels, confidence, int(wrong)

    @staticmethod
    def largest(scores: Scores, valid: Mask, candidates: NDArray[np.int64]) -> tuple[Bytes, Bytes, int]:
        """Labels of bands that exclude one another."""
        labels, confidence, wrong = _largest(scores, valid, candidates)
        return labels, confidence, int(wrong)

    @staticmethod
    def share(first: Scores, second: Scores) -> Scores:
        """The second's share of both."""
        total = first + second
        share: Scores = np.divide(second, total, out=np.zeros_like(total), where=total > 0)
        return share

    @staticmethod
    def leads(scores: Scores, helping: Mask, threshold: float | None) -> Mask:
        """Where a helping band has most."""
        needed = np.float32(threshold) if threshold is not None else scores[~helping].max(axis=0)
        leads: Mask = scores[helping].max(axis=0) >= needed
        return leads

    @staticmethod
    def host(scores: Scores) -> Scores:
        """Scores as they are."""
        return scores

    @staticmethod
    def quantize(scores: Scores, valid: Mask) -> Bytes:
        """Probabilities as bytes."""
        out = np.empty(scores.shape, np.uint8)
        _quantize(scores, valid, out)
        return out


HOST: Final[Arithmetic] = Host()


@numba.njit(nogil=True, cache=True)
def _add_weighted(
    sums: NDArray[np.float32],
    scores: NDArray[np.float32],
    rows: NDArray[np.float32],
    cols: NDArray[np.float32],
) -> None:
    """Add scores (K, h, w), each times its row's and its column's weight, to sums of the same shape."""
    for band in range(sums.shape[0]):
        for row in range(sums.shape[1]):
            weight = rows[row]
            if weight == 0:
                continue
            for col in range(sums.shape[2]):
                sums[band, row, col] += weight * cols[col] * scores[band, row, col]


@numba.njit(nogil=True, cache=True)
def _divide_by_reached(
    sums: NDArray[np.float32], rows: NDArray[np.float32], cols: NDArray[np.float32]
) -> None:
    """Divide sums (K, h, w) by 1 less the weight that never came: the sum of products of rows (n, h) and cols (n, w).

    A pixel that nothing reached stays 0; it is not valid.
    """
    for row in range(sums.shape[1]):
        for col in range(sums.shape[2]):
            missing = np.float32(0)
            for number in range(rows.shape[0]):
                missing += rows[number, row] * cols[number, col]
            reached = np.float32(1) - missing
            if missing > 0 and reached > np.float32(1e-6):
                for band in range(sums.shape[0]):
                    sums[band, row, col] /= reached


@numba.njit(nogil=True, cache=True)
def _byte(score: np.float32) -> np.uint8:
    return np.uint8(
        min(max(score, np.float32(0)), np.float32(1)) * np.float32(CONFIDENCE_SCALE) + np.float32(0.5)
    )


@numba.njit(nogil=True, cache=True)
def _quantize(scores: NDArray[np.float32], valid: NDArray[np.bool_], out: NDArray[np.uint8]) -> None:
    bands, rows, cols = scores.shape
    for band in range(bands):
        for row in range(rows):
            for col in range(cols):
                out[band, row, col] = _byte(scores[band, row, col]) if valid[row, col] else NODATA


@numba.njit(nogil=True, cache=True)
def _above(
    scores: NDArray[np.float32], valid: NDArray[np.bool_], threshold: np.float32
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    """A 0/1 band for each band of scores; the confidence of 0 is that of not being in the class."""
    bands, rows, cols = scores.shape
    labels = np.empty((bands, rows, cols), np.uint8)
    confidence = np.empty((bands, rows, cols), np.uint8)
    wrong = 0
    for band in range(bands):
        for row in range(rows):
            for col in range(cols):
                score = scores[band, row, col]
                known = valid[row, col]
                is_in = score >= threshold
                wrong += known and not (LOWEST <= score <= HIGHEST)
                labels[band, row, col] = np.uint8(is_in) if known else np.uint8(NODATA)
                sure = score if is_in else np.float32(1) - score
                confidence[band, row, col] = _byte(sure) if known else np.uint8(NODATA)
    return labels, confidence, wrong


@numba.njit(nogil=True, cache=True)
def _largest(
    scores: NDArray[np.float32], valid: NDArray[np.bool_], candidates: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    _, rows, cols = scores.shape
    labels = np.full((1, rows, cols), NODATA, np.uint8)
    confidence = np.full((1, rows, cols), NODATA, np.uint8)
    wrong = 0
    for row in range(rows):
        for col in range(cols):
            if not valid[row, col]:
                continue
            best = candidates[0]
            for band in candidates[1:]:
                if scores[band, row, col] > scores[best, row, col]:
                    best = band
                wrong += scores[band, row, col] != scores[band, row, col]
            wrong += scores[candidates[0], row, col] != scores[candidates[0], row, col]
            labels[0, row, col] = best
            confidence[0, row, col] = _byte(scores[best, row, col])
    return labels, confidence, wrong
