"""The arithmetic of a device: tiles are cut, run, weighted and classified there, and labels come back.

Operations follow one another on the device's stream in the order in which the pipeline's threads ask for them, so the thread
that stitches waits for nothing but what it copies back; batches go on meanwhile.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from geounet.errors import OutOfMemoryError
from geounet.grid import Tile, TileGrid, mirror
from geounet.models.engines.batch import too_many
from geounet.models.engines.device_blocks import DeviceBlocks, Rows, upload
from geounet.raster.normalize import Normalizer
from geounet.strip import CONFIDENCE_SCALE, NODATA, PROBABLE

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Weights = NDArray[np.float32]

P = ParamSpec("P")
R = TypeVar("R")

LOWEST, HIGHEST = (float(bound) for bound in PROBABLE)

LEAST = 1e-6
"""Weight below which a pixel was not reached."""


class View(Protocol):
    """How the tiles of one scene are cut."""

    @property
    def grid(self) -> TileGrid:
        """The tiles."""
        ...

    @property
    def normalizer(self) -> Normalizer:
        """Counts → input."""
        ...


class Placed(Protocol):
    """A tile, and the rows that it is cut from."""

    @property
    def tile(self) -> Tile:
        """The tile."""
        ...

    @property
    def block(self) -> Rows:
        """Its rows."""
        ...

    @property
    def view(self) -> View:
        """How it is cut."""
        ...


def _fitting(
    step: Callable[Concatenate["DeviceArithmetic", P], R],
) -> Callable[Concatenate["DeviceArithmetic", P], R]:
    """A step that raises OutOfMemoryError where the device has no room left for it."""

    @wraps(step)
    def fitting(self: "DeviceArithmetic", /, *args: P.args, **options: P.kwargs) -> R:
        try:
            return step(self, *args, **options)
        except torch.OutOfMemoryError as error:
            raise OutOfMemoryError(
                f"{self.device} has no memory left for joining tiles ({str(error).splitlines()[0]}); pass a smaller "
                "--batch-size"
            ) from error

    return fitting


class DeviceArithmetic:
    """What the stages ask for, as tensors of a device: the host's results, to the bit where the device rounds alike."""

    def __init__(self, device: torch.device, run: Callable[[Tensor], Tensor]) -> None:
        """`run` gives the scores (N, K, h, w) of normalised patches (N, C, h, w), both of the device."""
        self.device, self._run = device, run
        self._blocks = DeviceBlocks(device)

    @torch.inference_mode()
    def patches(self, tiles: Sequence[Placed], shape: tuple[int, int, int, int]) -> Tensor:
        """A batch of normalised tiles, padded with zeros; raises OutOfMemoryError where they are too many."""
        try:
            out = torch.zeros(shape, device=self.device).to(memory_format=torch.channels_last)
            for number, placed in enumerate(tiles):
                self._cut(placed, out[number])
        except torch.OutOfMemoryError as error:
            reason = str(error).splitlines()[0]
            raise too_many(torch.empty(shape, device="meta"), self.device, reason) from error
        return out

    @torch.inference_mode()
    def scores(self, patches: Tensor) -> Tensor:
        """What the network gives."""
        return self._run(patches)

    @torch.inference_mode()
    @_fitting
    def zeros(self, shape: tuple[int, int, int]) -> Tensor:
        """Sums to begin with."""
        return torch.zeros(shape, device=self.device)

    @torch.inference_mode()
    @_fitting
    def add_weighted(self, sums: Tensor, scores: Tensor, rows: Weights, cols: Weights) -> None:
        """Add scores, weighted; rows without weight are not looked at."""
        counted = np.flatnonzero(rows)
        if not len(counted):
            return
        span = slice(int(counted[0]), int(counted[-1]) + 1)
        # In this order, and not fused, it rounds as the host does.
        weights = self._up(rows[span])[:, None] * self._up(cols)
        sums[:, span] += weights * scores[:, span]

    @torch.inference_mode()
    @_fitting
    def divide_by_reached(self, sums: Tensor, rows: Weights, cols: Weights) -> None:
        """Divide by the weight that came."""
        missing = torch.zeros(sums.shape[1:], device=self.device)
        for down, along in zip(rows, cols, strict=True):
            missing += self._up(down)[:, None] * self._up(along)
        reached = 1 - missing
        sums /= torch.where((missing > 0) & (reached > LEAST), reached, 1)

    @torch.inference_mode()
    @_fitting
    def move_up(self, sums: Tensor, count: int) -> None:
        """Drop the first rows."""
        left = sums.shape[1] - count
        sums[:, :left] = sums[:, count:].clone()
        sums[:, left:] = 0

    @torch.inference_mode()
    @_fitting
    def above(self, scores: Tensor, valid: Mask, threshold: np.float32) -> tuple[Bytes, Bytes, int]:
        """Labels of bands that may overlap."""
        known = self._up(valid)
        inside = scores >= float(threshold)
        wrong = (known & ~((scores >= LOWEST) & (scores <= HIGHEST))).sum()
        sure = _bytes(torch.where(inside, scores, 1 - scores))
        return _down(inside.to(torch.uint8), known), _down(sure, known), int(wrong)

    @torch.inference_mode()
    @_fitting
    def largest(self, scores: Tensor, valid: Mask, candidates: NDArray[np.int64]) -> tuple[Bytes, Bytes, int]:
        """Labels of bands that exclude one another; the first of equals."""
        known = self._up(valid)
        numbers = self._up(candidates)
        wrong = (known & scores[numbers].isnan()).sum()
        best, label = (
            scores[numbers[0]].clone(),
            torch.full(valid.shape, int(candidates[0]), device=self.device),
        )
        for number in candidates[1:].tolist():
            more = scores[number] > best
            best, label = torch.where(more, scores[number], best), torch.where(more, number, label)
        return _down(label.to(torch.uint8)[None], known), _down(_bytes(best)[None], known), int(wrong)

    @torch.inference_mode()
    @_fitting
    def share(self, first: Tensor, second: Tensor) -> Tensor:
        """The second's share of both."""
        total = first + second
        return torch.where(total > 0, second / total, 0)

    @torch.inference_mode()
    @_fitting
    def leads(self, scores: Tensor, helping: Mask, threshold: float | None) -> Mask:
        """Where a helping band has most."""
        chosen = self._up(helping)
        found = scores[chosen].amax(0)
        leads = found >= (float(np.float32(threshold)) if threshold is not None else scores[~chosen].amax(0))
        values: Mask = leads.cpu().numpy()
        return values

    @torch.inference_mode()
    @_fitting
    def host(self, scores: Tensor) -> NDArray[np.float32]:
        """Scores as numpy has them."""
        values: NDArray[np.float32] = scores.cpu().numpy()
        return values

    @torch.inference_mode()
    @_fitting
    def quantize(self, scores: Tensor, valid: Mask) -> Bytes:
        """Probabilities as bytes."""
        return _down(_bytes(scores), self._up(valid))

    def _cut(self, placed: Placed, out: Tensor) -> None:
        """Write a tile's normalised pixels to `out` (bands, tile, tile), mirrored where it leaves the scene."""
        window, grid, normalizer = placed.tile.window, placed.view.grid, placed.view.normalizer
        block = placed.block
        rows = np.array(mirror(window.row, window.height, size=grid.height), np.int64) - block.first_row
        cols = np.array(mirror(window.col, window.width, size=grid.width), np.int64) - block.first_col
        values, valid = self._blocks.of(block, normalizer)
        down, along = self._up(rows), self._up(cols)
        counts = values.index_select(1, down).index_select(2, along)
        known = valid.index_select(0, down).index_select(1, along)
        if block.values.dtype == np.uint16:
            counts = counts.to(torch.int32).bitwise_and(0xFFFF)
        factors = self._up(normalizer.factors(block.values.dtype))
        low, scale, mean, deviation = factors[:, :, None, None].unbind(1)
        fraction = ((counts.to(factors.dtype) - low) * scale).clamp(0, 1)
        out.copy_(torch.where(known, ((fraction - mean) * deviation).to(torch.float32), 0))

    def _up(self, values: NDArray[Any]) -> Tensor:
        """A small array on the device."""
        return upload(values, self.device)


def _bytes(scores: Tensor) -> Tensor:
    """Probabilities × 250, rounded."""
    return (scores.clamp(0, 1) * float(CONFIDENCE_SCALE) + 0.5).to(torch.uint8)


def _down(values: Tensor, known: Tensor) -> Bytes:
    """Bytes (bands, rows, cols) on the host, 255 where not known."""
    masked: Bytes = torch.where(known, values, NODATA).to(torch.uint8).cpu().numpy()
    return masked
