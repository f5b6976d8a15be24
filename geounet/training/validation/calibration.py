"""Whether probabilities are as often right as they say: reliability diagram and expected calibration error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""As many as Guo et al. 2017 take."""

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Pixels by their confidence, in bins of equal width from 0 to 1."""

    counts: NDArray[np.int64]
    """(bins,) pixels."""
    confidence: Float64
    """(bins,) their mean confidence; NaN where there is none."""
    frequency: Float64
    """(bins,) the share of them that is right; NaN where there is none."""

    @property
    def error(self) -> float:
        """The expected calibration error (Naeini et al. 2015); NaN of no pixel.

        That is the mean over pixels of |frequency − confidence| of their bin.
        """
        total = self.counts.sum()
        gap = np.abs(np.nan_to_num(self.frequency - self.confidence))
        return float((self.counts * gap).sum() / total) if total else float("nan")


def reliability(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], *, bins: int = BINS
) -> Reliability:
    """The reliability of probabilities (n, R) of pixels whose classes are `labels` (n,).

    Of two classes, confidence is the second's probability, and right is a pixel of it; of more, confidence is that of the
    likeliest class, and right is a pixel of that.
    """
    if probabilities.shape[1] == 2:
        confidence, right = probabilities[:, 1], labels == 1
    else:
        confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    place = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, values, minlength=bins) for values in (confidence, right)]
    means = [np.divide(s, counts, out=np.full(bins, np.nan), where=counts > 0) for s in sums]
    return Reliability(counts, *means)
