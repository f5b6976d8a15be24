"""Warping error: what is left of two binary maps' difference when one is bent into the other without tearing."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geounet.vector.compiled import cached

_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""The eight neighbours (row, col) in turn; the even ones share an edge with the pixel."""


def warping_error(prediction: ArrayLike, truth: ArrayLike) -> float:
    """Share of pixels that still differ when the truth has been warped to the prediction as far as topology allows.

    Jain et al. 2010, "Boundary Learning by Optimization with Topological Constraints": pixels of the truth that differ
    from the prediction are flipped one after another, as long as one of them is simple, which is where flipping it
    neither joins nor splits, makes nor fills anything. A border that lies beside its true place, by no more than its
    own width, costs nothing; every object or hole that is merged, split, missed or invented costs a pixel at least.
    Objects (not 0) are joined by edges, the background by corners too, so that a border one pixel wide separates;
    beyond the image is background. Only pixels that differ are ever flipped, in a fixed order (first in, first out,
    from the top left): the result is repeatable, and as with the authors not certain to be the least there is.

    The board of ISBI 2012, which U-Net's paper quotes, counted only those of the pixels left that split or merge, at
    the best of several thresholds: its figures are lower.

    Args:
        prediction: Objects (not 0) and what separates them (0), (rows, cols).
        truth: The same, (rows, cols).

    Raises:
        ValueError: The maps differ in shape, or have no pixel.
    """
    warped, target = (np.pad(np.asarray(a) != 0, 1).astype(np.uint8) for a in (truth, prediction))
    if warped.shape != target.shape or warped.ndim != 2:
        raise ValueError(
            f"prediction is {np.shape(prediction)}, truth {np.shape(truth)}; expected the same (rows, cols)"
        )
    pixels = (warped.shape[0] - 2) * (warped.shape[1] - 2)
    if not pixels:
        raise ValueError("the maps have no pixel; expected one at least")
    _warp(warped, target, _SIMPLE)
    return float(np.count_nonzero(warped != target) / pixels)


def _is_simple(around: tuple[bool, ...]) -> bool:
    """Whether a pixel with these neighbours can be flipped: one object at its edges, and one background round it."""
    objects = _runs(around, corners=False)
    grounds = _runs(tuple(not one for one in around), corners=True)
    return objects == grounds == 1


def _runs(around: tuple[bool, ...], *, corners: bool) -> int:
    """Connected parts among the eight neighbours that touch the pixel itself: by edges, or by corners too."""
    parts: list[set[int]] = []
    for k, one in enumerate(around):
        if not one:
            continue
        beside = {(k + 1) % 8, (k - 1) % 8}
        if corners and k % 2 == 0:  # edge neighbours two apart meet at a corner
            beside |= {(k + 2) % 8, (k - 2) % 8}
        touching = [part for part in parts if part & beside]
        parts = [part for part in parts if not part & beside] + [set().union({k}, *touching)]
    return sum(corners or any(k % 2 == 0 for k in part) for part in parts)


_SIMPLE = np.array([_is_simple(tuple(bool(code >> k & 1) for k in range(8))) for code in range(256)])
"""By the eight neighbours as bits, whether a pixel is simple (whatever it is itself)."""


@cached
def _warp(warped: NDArray[np.uint8], target: NDArray[np.uint8], simple: NDArray[np.bool_]) -> None:
    """Flip simple pixels of `warped` that differ from `target` until there are none; the outermost ones are fixed."""
    width = warped.shape[1]
    a, b = warped.reshape(-1), target.reshape(-1)
    waits = (a != b).astype(np.uint8)
    left = np.flatnonzero(waits)
    ring = np.empty(len(left) + 1, np.int64)  # a pixel waits once at most
    ring[: len(left)] = left
    first, count = 0, len(left)
    steps = np.array([-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1])
    while count:
        at = ring[first]
        first, count = (first + 1) % len(ring), count - 1
        waits[at] = 0
        code = 0
        for k in range(8):
            code |= a[at + steps[k]] << k
        if not simple[code]:
            continue
        a[at] = b[at]
        for k in range(8):
            beside = at + steps[k]
            if a[beside] != b[beside] and not waits[beside]:
                waits[beside] = 1
                ring[(first + count) % len(ring)] = beside
                count += 1
