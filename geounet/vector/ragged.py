"""Lists of different lengths in one flat array, each given by the position after its last item."""

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]


def starts(stops: Int64) -> Int64:
    """Where each list begins."""
    return np.concatenate([np.zeros(min(1, len(stops)), np.int64), stops[:-1]])


def lengths(stops: Int64) -> Int64:
    """How many items each list has."""
    return stops - starts(stops)


def chosen_items(stops: Int64, chosen: Int64) -> tuple[Int64, Int64]:
    """Positions of the items of the chosen lists, in the order that the lists are chosen, and their new stops."""
    sizes = lengths(stops)[chosen]
    new_stops = np.cumsum(sizes)
    shift = starts(stops)[chosen] - starts(new_stops)
    return np.repeat(shift, sizes) + np.arange(new_stops[-1] if len(new_stops) else 0), new_stops


def reversed_items(stops: Int64) -> Int64:
    """Positions of all items, each list from its end to its beginning."""
    return np.repeat(starts(stops) + stops - 1, lengths(stops)) - np.arange(stops[-1] if len(stops) else 0)
