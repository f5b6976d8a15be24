"""How many tiles an engine takes at once, and what it says where they are too many."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geounet.errors import OutOfMemoryError
from geounet.models.engines.engine import Engine

if TYPE_CHECKING:
    from torch import Tensor

CPU_PIXELS = 512 * 512
"""Pixels of a batch on a CPU: more at once were never faster, and fall out of the caches."""

MAX_BATCH = 64


def suitable_batch(engine: Engine, tile: int) -> int:
    """A batch size that suits tiles of this side: by pixels where those are known, else found by trying.

    Where memory is what limits it, it is half of what fits: scores of earlier batches and the scene's rows lie there too.
    """
    if engine.batch_pixels is not None:
        return max(1, min(MAX_BATCH, engine.batch_pixels // tile**2))
    batch = MAX_BATCH
    while batch > 1:
        try:
            engine(np.zeros((batch, engine.card.channels, tile, tile), np.float32))
        except OutOfMemoryError:
            batch //= 2
        else:
            break
    return batch if batch == MAX_BATCH else max(1, batch // 2)


def too_many(patches: "NDArray[np.float32] | Tensor", device: object, reason: str) -> OutOfMemoryError:
    """The error that patches (N, C, h, w) do not fit a device, with its reason and the remedy."""
    n, _, rows, cols = patches.shape
    return OutOfMemoryError(
        f"{n} tiles of {rows} × {cols} do not fit {device} ({reason}); pass a smaller --batch-size or --tile"
    )
