import numpy as np
import pytest

from geounet.vector.centrelines.adjacency import adjacent


def expected(row, col):
    places = set(zip(row.tolist(), col.tolist(), strict=True))
    number = {place: k for k, place in enumerate(zip(row.tolist(), col.tolist(), strict=True))}
    for y, x in places:
        for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
            other = y + dy, x + dx
            hidden = dy and dx and ((y, x + dx) in places or (y + dy, x) in places)
            if other in places and not hidden:
                yield number[y, x], number[other]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_pairs_are_those_that_every_look_finds(seed, share):
    rng = np.random.default_rng(seed)
    row, col = (values.astype(np.int32) for values in np.nonzero(rng.random((12, 15)) < share))
    assert sorted(map(tuple, adjacent(row, col).tolist())) == sorted(expected(row, col))
