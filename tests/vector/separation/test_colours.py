import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from geounet.errors import OptionsError
from geounet.vector.separation.colours import Codes
from geounet.vector.separation.parts import Parts


def parts(labels, neighbours):
    pairs = np.unique(np.sort(np.reshape(neighbours, (-1, 2)), axis=1), axis=0).astype(np.int64)
    return Parts(label=np.array(labels, np.uint8), of_fragment=np.zeros(0, np.int64), neighbours=pairs)


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(4, 200))
@settings(max_examples=50, deadline=None)
def test_neighbours_in_a_plane_differ_and_six_codes_suffice(seed, count):
    triangles = Delaunay(np.random.default_rng(seed).random((count, 2))).simplices
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    codes = Codes()
    found = codes.of(parts([1] * count, pairs))
    assert (found[pairs[:, 0]] != found[pairs[:, 1]]).all()
    assert set(found.tolist()) <= set(range(1, 7))
    assert (codes.labels[found] == 1).all()


def test_each_label_has_its_own_codes_and_keeps_them():
    codes = Codes()
    first = codes.of(parts([3, 3, 9], [(0, 1)]))
    assert len(set(first.tolist())) == 3
    assert codes.labels[first].tolist() == [3, 3, 9]
    assert codes.of(parts([9, 3, 3], [(1, 2)])).tolist() == [first[2], first[0], first[1]]
    assert codes.labels[[0, 255]].tolist() == [0, 255]


def test_parts_that_touch_nothing_share_a_code():
    assert len(set(Codes().of(parts([5] * 1000, [])).tolist())) == 1


def test_more_labels_than_codes_are_refused():
    labels = [label for label in range(1, 129) for _ in range(2)]
    pairs = [(k, k + 1) for k in range(0, 256, 2)]
    with pytest.raises(OptionsError, match="128 classes"):
        Codes().of(parts(labels, pairs))
