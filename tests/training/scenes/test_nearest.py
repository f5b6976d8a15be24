"""The nearest two objects, against a distance transform of each object alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.training.scenes import nearest
from geounet.training.scenes.nearest import nearest_two
from geounet.training.scenes.pixel_size import PixelSize


def brute_force(objects, pixel, reach_m):
    """(2, rows, cols): distances to the nearest two of all objects, each transformed alone; infinite beyond the reach."""
    step = (pixel.row_m, pixel.col_m)
    of_each = [ndimage.distance_transform_edt(objects != k, step) for k in np.unique(objects[objects > 0])]
    distances = np.sort([*of_each, *np.full((2, *objects.shape), np.inf)], axis=0)[:2]
    return np.where(distances <= reach_m, distances, np.inf)


def found(objects, pixel, reach_m):
    bands = list(nearest_two(objects, pixel, reach_m=reach_m))
    assert [b.rows.start for b in bands][1:] == [b.rows.stop for b in bands][:-1]
    return np.stack([np.concatenate([getattr(b, name) for b in bands]) for name in ("first_m", "second_m")])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_they_are_those_of_a_search_of_all_objects(data):
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shape = data.draw(st.tuples(st.integers(1, 30), st.integers(1, 30)))
    share = data.draw(st.sampled_from((0.0, 0.02, 0.2, 1.0)))
    objects = (random.integers(1, 6, shape) * (random.random(shape) < share)).astype(np.int32)
    pixel = PixelSize(*data.draw(st.sampled_from(((1.0, 1.0), (0.3, 0.45)))))
    reach = data.draw(st.sampled_from((0.1, 1.0, 3.0, 100.0)))
    np.testing.assert_allclose(found(objects, pixel, reach), brute_force(objects, pixel, reach), rtol=1e-6)


@pytest.mark.parametrize("rows", [1, 3, 7])
def test_rows_that_are_searched_at_once_change_nothing(monkeypatch, rows):
    objects = np.zeros((23, 19), np.int32)
    objects[2:5, 3:6], objects[12, 4:18], objects[20:, 0] = 1, 2, 3
    whole = found(objects, PixelSize(1, 1), 9.0)
    monkeypatch.setattr(nearest, "_ROWS", rows)
    np.testing.assert_array_equal(found(objects, PixelSize(1, 1), 9.0), whole)
