"""Rows of a scene on a device: each goes up once, as counts."""

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Rows(Protocol):
    """All rows of the scene that one row of tiles needs."""

    @property
    def first_row(self) -> int:
        """Row of the scene that they begin with."""
        ...

    @property
    def stop_row(self) -> int:
        """The row after the last."""
        ...

    @property
    def first_col(self) -> int:
        """Column of the scene that they begin with."""
        ...

    @property
    def values(self) -> NDArray[Any]:
        """Counts, (bands, rows, cols)."""
        ...

    @property
    def valid(self) -> NDArray[np.bool_]:
        """Which pixels are valid, (rows, cols)."""
        ...


class DeviceBlocks:
    """The last blocks of a scene on a device; rows that two have in common go up once."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        cuda = device.type == "cuda"
        self._copies = torch.cuda.Stream(device) if cuda else None  # type: ignore[no-untyped-call]  # torch's stubs
        self._scene: object = None
        self._blocks: list[tuple[Rows, Tensor, Tensor]] = []

    def of(self, block: Rows, scene: object) -> tuple[Tensor, Tensor]:
        """Counts (bands, rows, width) and mask (rows, width) of a block of a scene, on the device.

        `scene` is what only the blocks of one scene share. Counts of types that devices lack are wider, or signed: see
        `plain`.
        """
        if scene is not self._scene:
            self._scene, self._blocks = scene, []
        for known, values, valid in self._blocks:
            if known is block:
                return values, valid
        values, valid = self._next(block)
        # A batch may hold tiles of two blocks.
        self._blocks = [*self._blocks[-1:], (block, values, valid)]
        return values, valid

    def _next(self, block: Rows) -> tuple[Tensor, Tensor]:
        kept = 0
        if self._blocks:
            above, values, valid = self._blocks[-1]
            if above.first_row <= block.first_row <= above.stop_row:
                kept = min(above.stop_row, block.stop_row) - block.first_row
        fresh = self._up(plain(block.values[:, kept:])), self._up(block.valid[kept:])
        if kept == 0:
            return fresh
        first = block.first_row - above.first_row
        rows = slice(first, first + kept)
        return torch.cat([values[:, rows], fresh[0]], dim=1), torch.cat([valid[rows], fresh[1]])

    def _up(self, values: NDArray[Any]) -> Tensor:
        """An array on the device; while it goes there the device goes on with what it has."""
        if self._copies is None:
            return upload(values, self.device)
        with torch.cuda.stream(self._copies):
            there = upload(values, self.device)
        current = torch.cuda.current_stream(self.device)
        current.wait_stream(self._copies)
        there.record_stream(current)
        return there


def upload(values: NDArray[Any], device: torch.device) -> Tensor:
    """An array on a device; nothing waits, neither for the copy nor for what the device has still to do."""
    tensor = torch.from_numpy(np.require(values, requirements=["C", "W"]))
    if device.type == "cuda":
        # Pinned memory comes from torch's ring of it, and goes back there when the copy is done.
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def plain(values: NDArray[Any]) -> NDArray[Any]:
    """Counts of a type that torch can gather: 16 bits as signed ones, half floats as single, 32 bits and more as double."""
    if values.dtype == np.uint16:
        return values.view(np.int16)
    if values.dtype == np.float16:
        return values.astype(np.float32)
    if values.dtype.itemsize > 2 and values.dtype != np.float32:
        return values.astype(np.float64)
    return values
