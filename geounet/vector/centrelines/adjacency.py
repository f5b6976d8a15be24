"""Which pixels of a skeleton are beside each other."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached


@cached
def adjacent(row: NDArray[np.int32], col: NDArray[np.int32]) -> NDArray[np.int32]:
    """(pairs, 2) positions of pixels, in order by row and column, that are neighbours, the first one before the second.

    At a corner they are where no third pixel joins the two at edges, so that a bend is no triangle.
    """
    pairs = np.empty((4 * len(row), 2), np.int32)
    count = below = 0
    for i in range(len(row)):
        beside = i + 1 < len(row) and row[i + 1] == row[i] and col[i + 1] == col[i] + 1
        before = i > 0 and row[i - 1] == row[i] and col[i - 1] == col[i] - 1
        if beside:
            pairs[count, 0], pairs[count, 1] = i, i + 1
            count += 1
        while below < len(row) and (
            row[below] <= row[i] or (row[below] == row[i] + 1 and col[below] < col[i] - 1)
        ):
            below += 1
        left, middle, right = -1, -1, -1
        for j in range(below, min(below + 3, len(row))):
            if row[j] == row[i] + 1:
                left = j if col[j] == col[i] - 1 else left
                middle = j if col[j] == col[i] else middle
                right = j if col[j] == col[i] + 1 else right
        for j, hidden in ((left, before or middle >= 0), (middle, False), (right, beside or middle >= 0)):
            if j >= 0 and not hidden:
                pairs[count, 0], pairs[count, 1] = i, j
                count += 1
    return pairs[:count].copy()
