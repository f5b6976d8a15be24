"""A sample of pixels, their logits and labels: what calibration is measured and chosen on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 16
"""Pixels that are kept of a scene, at most."""

_LEAST = np.float32(1e-30)
"""What a probability of 0 is taken for: its logarithm is finite."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Pixels that count."""

    logits: NDArray[np.float32]
    """(n, R), of the classes that labels can have, up to a number of each pixel's own that softmax does not heed."""
    labels: NDArray[np.uint8]
    """(n,) the true class."""

    def __post_init__(self) -> None:
        if self.logits.ndim != 2 or self.labels.shape != self.logits.shape[:1]:
            raise ValueError(
                f"logits are {self.logits.shape}, labels {self.labels.shape}; expected (n, R) and (n,)"
            )

    @classmethod
    def joined(cls, samples: Sequence["Sample"]) -> Self:
        """All of several samples, at least one, in one."""
        logits, labels = [s.logits for s in samples], [s.labels for s in samples]
        return cls(np.concatenate(logits), np.concatenate(labels))

    def probabilities(self, temperature: float = 1.0) -> NDArray[np.float64]:
        """softmax(logits / temperature), (n, R)."""
        return np.exp(self._log_probabilities(temperature))

    def nll(self, temperature: float = 1.0) -> float:
        """The mean negative log-likelihood of the labels: the cross-entropy; NaN of no pixel."""
        if not len(self.labels):
            return float("nan")
        of_label = self.labels[:, None].astype(np.int64)
        return float(-np.take_along_axis(self._log_probabilities(temperature), of_label, axis=1).mean())

    def _log_probabilities(self, temperature: float) -> NDArray[np.float64]:
        scaled = self.logits.astype(np.float64) / temperature
        scaled -= scaled.max(axis=1, keepdims=True, initial=-np.inf)
        out: NDArray[np.float64] = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return out


class Sampler:
    """Takes pixels that lie evenly over all that count, strip by strip; the same ones every time."""

    def __init__(self, total: int, *, largest: int = LARGEST) -> None:
        """Of `total` pixels that will come, one out of each run of as many as make `largest` runs at most."""
        run = max(1, -(-total // largest))
        starts = np.arange(0, total, run)
        # At random within its run, so that no column of the scene is taken again and again.
        shift = np.random.default_rng(0).integers(0, run, len(starts))
        self._places = np.minimum(starts + shift, max(0, total - 1))
        self._seen = 0
        self._parts: list[Sample] = []

    def add(self, scores: NDArray[np.float32], labels: NDArray[np.uint8], *, temperature: float) -> None:
        """Take from the next pixels that count: scores (R, n) at a temperature, and labels (n,)."""
        first, stop = np.searchsorted(self._places, [self._seen, self._seen + len(labels)])
        taken = self._places[first:stop] - self._seen
        self._seen += len(labels)
        logits = temperature * np.log(np.maximum(scores[:, taken], _LEAST))
        self._parts.append(Sample(logits.T.astype(np.float32), labels[taken]))

    def sample(self, classes: int) -> Sample:
        """What was taken, of so many classes."""
        return Sample.joined(
            [Sample(np.empty((0, classes), np.float32), np.empty(0, np.uint8)), *self._parts]
        )
