import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geounet.vector.merging.hilbert import hilbert_distance

SIDE = 65536
EXTENT = (0.0, 0.0, float(SIDE), float(SIDE))


def distance(cells, extent=EXTENT):
    return hilbert_distance(np.hstack([cells, cells]).astype(float), extent)


@given(hnp.arrays(np.int64, st.tuples(st.integers(1, 50), st.just(2)), elements=st.integers(0, SIDE - 1)))
def test_cells_lie_where_geopandas_puts_them(cells):
    points = gpd.GeoSeries(shapely.points(cells.astype(float)))
    expected = points.hilbert_distance(total_bounds=(0, 0, SIDE - 1, SIDE - 1), level=16)
    np.testing.assert_array_equal(distance(cells), expected)


def test_what_follows_on_the_curve_lies_beside():
    cells = np.stack(np.meshgrid(np.arange(64), np.arange(64)), axis=-1).reshape(-1, 2)
    along = cells[np.argsort(distance(cells))]
    assert (np.abs(np.diff(along, axis=0)).sum(axis=1) == 1).all()
    assert sorted(distance(cells)) == list(range(64 * 64))


def test_what_lies_outside_counts_as_on_the_edge_and_what_lies_nowhere_comes_last():
    inside = distance(np.array([[0, 0], [SIDE - 1, SIDE - 1], [0, SIDE - 1]]))
    outside = distance(np.array([[-5, -9], [2 * SIDE, 9 * SIDE], [-1, SIDE]]))
    np.testing.assert_array_equal(inside, outside)
    assert hilbert_distance(np.full((1, 4), np.nan), EXTENT)[0] == SIDE * SIDE - 1


def test_an_extent_without_a_width_is_one_line():
    points = np.array([[3.0, 1.0], [3.0, 2.0], [3.0, 3.0]])
    assert len(np.unique(distance(points, (3.0, 1.0, 3.0, 3.0)))) == 3
    assert (distance(points[:1], (3.0, 1.0, 3.0, 1.0)) == 0).all()
