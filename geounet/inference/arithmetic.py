"""Where tiles are cut, run, weighted and classified: in the memory of the host, or on a device.

The stages are the same ones; what differs is whose arrays go from one to the next. On a device only counts go up and labels,
confidences and stored probabilities come back.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geounet.inference.placing import PlacedTile
from geounet.models.segmenter import Segmenter

Array = Any
"""numpy's on the host; on a device whatever lies there, with numpy's indices."""

Classes = tuple[NDArray[np.uint8], NDArray[np.uint8], int]
"""Labels and confidences (bands, rows, cols) on the host, and how many scores were no probabilities."""


class Arithmetic(Protocol):
    """What the stages that join and classify ask for; the host's and a device's give the same to rounding."""

    def zeros(self, shape: tuple[int, int, int]) -> Array:
        """Sums of weighted scores to begin with, float32 (K, rows, cols)."""
        ...

    def add_weighted(
        self, sums: Array, scores: Array, rows: NDArray[np.float32], cols: NDArray[np.float32]
    ) -> None:
        """Add scores (K, h, w), each times its row's and its column's weight, to sums of the same shape."""
        ...

    def divide_by_reached(self, sums: Array, rows: NDArray[np.float32], cols: NDArray[np.float32]) -> None:
        """Divide sums (K, h, w) by 1 less the sum of products of rows (n, h) and cols (n, w)."""
        ...

    def move_up(self, sums: Array, count: int) -> None:
        """Drop the first rows of sums (K, rows, cols), move the others up, and begin with zeros below."""
        ...

    def above(self, scores: Array, valid: NDArray[np.bool_], threshold: np.float32) -> Classes:
        """A 0/1 band for each band of scores; the confidence of 0 is that of not being in the class."""
        ...

    def largest(self, scores: Array, valid: NDArray[np.bool_], candidates: NDArray[np.int64]) -> Classes:
        """One band: which of some bands has the largest score, the first of equals."""
        ...

    def share(self, first: Array, second: Array) -> Array:
        """The second's share of the sum of both (rows, cols); 0 where that is 0."""
        ...

    def leads(self, scores: Array, helping: NDArray[np.bool_], threshold: float | None) -> NDArray[np.bool_]:
        """Where, (rows, cols), a helping band has at least what the largest of the others has, or the threshold."""
        ...

    def host(self, scores: Array) -> NDArray[np.float32]:
        """Scores as numpy has them."""
        ...

    def quantize(self, scores: Array, valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Probabilities (K, rows, cols) as uint8: × 250, rounded; 255 where not valid."""
        ...


class OnDevice(Arithmetic, Protocol):
    """The arithmetic of a device that a model runs on, which cuts its tiles and runs it too."""

    def patches(self, tiles: Sequence[PlacedTile], shape: tuple[int, int, int, int]) -> Array:
        """A batch (N, bands, tile, tile) of normalised tiles, padded with zeros; good until the next one is asked for."""
        ...

    def scores(self, patches: Array) -> Array:
        """What the Segmenter gives for them, (N, K, tile, tile)."""
        ...


def on_device(segmenter: Segmenter) -> OnDevice | None:
    """The arithmetic of the device that a Segmenter runs on, where it offers one (`on_device`)."""
    offered: Callable[[], OnDevice | None] | None = getattr(segmenter, "on_device", None)
    return None if offered is None else offered()
