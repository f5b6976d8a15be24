from itertools import pairwise

import numpy as np
import pytest

from benchmarks.influence import EDGES, Curve


@pytest.mark.parametrize("tile", [512, 1024])
def test_what_lies_further_in_than_the_last_edge_is_left_out(tile):
    found = Curve()
    scores = np.zeros((tile, tile), np.float32)
    found.add(scores, scores + 1, np.ones(scores.shape, bool), threshold=0.5)
    sides = [max(tile - 2 * edge, 0) for edge in EDGES]
    assert found.pixels.tolist() == [a**2 - b**2 for a, b in pairwise(sides)]
    assert found.changed.tolist() == found.pixels.tolist()
