import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.vector.squaring.overlaps import overlapping, without_overlaps


def areas(*boxes):
    return np.array([shapely.MultiPolygon([box]) for box in boxes], object)


def boxes(seed):
    rng = np.random.default_rng(seed)
    turns = rng.uniform(0, 360, 6)
    centres = rng.uniform(0, 12, (6, 2))
    return areas(*[
        shapely.affinity.rotate(shapely.box(x - 3, y - 2, x + 3, y + 2), turn)
        for turn, (x, y) in zip(turns, centres, strict=True)
    ])  # fmt: skip


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_what_several_claim_goes_to_one(seed):
    shapes, ranks = boxes(seed), np.random.default_rng(seed).permutation(6).astype(float)
    done = without_overlaps(shapes, ranks)
    assert shapely.is_valid(done).all()
    assert not overlapping(done[~shapely.is_empty(done)]).any()
    one, other = shapely.STRtree(done).query(done, predicate="intersects")
    common = shapely.area(shapely.intersection(done[one], done[other]))
    assert common[one < other].sum() == 0
    # Each is what higher ranks leave of it, but for pieces that are cut off.
    left = shapely.MultiPolygon()
    for index in np.argsort(-ranks):
        rest = shapely.difference(shapes[index], left)
        largest = max((shapely.area(part) for part in shapely.get_parts(rest)), default=0.0)
        assert shapely.area(done[index]) == pytest.approx(largest, abs=1e-6)
        left = shapely.union(left, shapes[index])


def test_what_does_not_overlap_stays():
    shapes = areas(shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(9, 9, 10, 10))
    assert not overlapping(shapes).any()
    assert shapely.equals(without_overlaps(shapes, np.zeros(3)), shapes).all()


def test_overlaps_are_found():
    shapes = areas(shapely.box(0, 0, 2, 2), shapely.box(1.9, 0.5, 4, 2), shapely.box(9, 9, 10, 10))
    assert overlapping(shapes).tolist() == [True, True, False]
