"""Union–find over a flat array, for compiled code."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import inlined


@inlined
def find(parent: NDArray[np.int64], item: int) -> int:
    """Who stands for an item and all that it was joined to."""
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item
