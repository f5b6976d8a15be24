"""Which class a crop of each scene is centred on, so that all classes are equally often."""

import numpy as np
from numpy.typing import NDArray

ROUNDS = 500
"""Most scalings: enough where both sums can be met, and where they can't, nearness is all there is."""


def class_shares(present: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each class is chosen in each scene, (scenes, classes), a row's sum 1 (0 without any class).

    Scenes are drawn by `weights` (scenes,), which stand; the shares are such that each class that is `present`
    (scenes, classes) anywhere comes equally often over all scenes, as nearly as the weights allow: rows and columns are
    scaled to their sums in turn (iterative proportional fitting; Deming and Stephan 1940).
    """
    shares = present * weights[:, None]
    total = shares.sum(axis=1).astype(bool) @ weights
    goal = total / max(1, np.count_nonzero(shares.any(axis=0)))
    for _ in range(ROUNDS):
        shares = shares * _ratio(goal, shares.sum(axis=0))
        scaled = shares * _ratio(weights, shares.sum(axis=1))[:, None]
        if np.allclose(scaled, shares, rtol=1e-9, atol=0):
            break
        shares = scaled
    result: NDArray[np.float64] = shares * _ratio(1.0, shares.sum(axis=1))[:, None]
    return result


def _ratio(goal: NDArray[np.float64] | float, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each number found is multiplied by to become the goal; 0 where nothing was found."""
    return np.divide(goal, found, out=np.zeros_like(found), where=found > 0)
