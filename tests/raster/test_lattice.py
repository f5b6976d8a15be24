import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.georeference import Georeference
from geounet.raster.lattice import Places, lattices

UTM = CRS.from_epsg(32737)
TRANSFORMS = {
    "north-up": Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000),
    "south-up": Affine(0.3, 0, 500_000, 0, 0.3, 9_300_000),
    "rotated": Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000) * Affine.rotation(33),
    "geographic": Affine(3e-6, 0, 39.2, 0, -2.7e-6, 62.1),
}


def grid(transform, row=0, col=0, height=10, width=10, crs=UTM):
    return Georeference(transform * Affine.translation(col, row), crs, height, width)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_tiles_of_a_scene_lie_where_they_were_cut(name):
    transform = TRANSFORMS[name]
    places = [(0, 0), (0, 300_000), (700_000, 5), (31, 12_345)]
    grids = [grid(transform, row, col, 10 + row % 7, 20) for row, col in places]
    assert len(set(lattices(grids))) == 1
    found = Places.of(grids)
    assert list(zip(found.rows.tolist(), found.cols.tolist(), strict=True)) == places
    assert found.grid.transform == transform
    assert (found.grid.height, found.grid.width) == (700_010, 300_020)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_without_the_corner_it_is_found_all_the_same(name):
    transform = TRANSFORMS[name]
    found = Places.of([grid(transform, 500, 0), grid(transform, 0, 900)])
    for x, y in [(0, 0), (1000, 1000)]:
        assert found.grid.transform * (x, y) == pytest.approx(transform * (x, y), rel=1e-14)


def test_other_pixels_other_phases_and_other_crs_are_other_lattices():
    base = TRANSFORMS["north-up"]
    others = [
        base,
        base * Affine.translation(40, 7),
        base * Affine.translation(40 + 5e-4, 7 - 5e-4),
        base * Affine.translation(40.01, 7),
        base * Affine.translation(40, 7.5),
        base * Affine.scale(1 + 1e-5),
        base * Affine.scale(1, -1),
        base * Affine.rotation(0.01),
    ]
    found = lattices([grid(transform) for transform in others]).tolist()
    assert found[0] == found[1] == found[2]
    assert len(set(found)) == 6
    assert len(set(lattices([grid(base), grid(base, crs=CRS.from_epsg(32736)), grid(base, crs=None)]))) == 3


def test_the_same_crs_in_other_words_is_the_same():
    words = CRS.from_wkt(UTM.to_wkt(version="WKT2_2019"))
    base = TRANSFORMS["north-up"]
    assert len(set(lattices([grid(base), grid(base, 10, crs=words)]))) == 1


def test_no_grid_has_no_lattice():
    assert lattices([]).tolist() == []


Rectangles = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 8), st.integers(1, 8)),
    min_size=1,
    max_size=14,
)


def components(rectangles):
    """By brute force: pairs whose closed rectangles meet, in chains."""
    group = list(range(len(rectangles)))
    for i, (row, col, height, width) in enumerate(rectangles):
        for j, (r, c, h, w) in enumerate(rectangles):
            if row <= r + h and r <= row + height and col <= c + w and c <= col + width:
                old, new = group[i], group[j]
                group = [new if g == old else g for g in group]
    return group


def same_partition(one, other):
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


@settings(max_examples=150, deadline=None)
@given(Rectangles)
def test_what_touches_is_together_and_what_is_covered_is_counted(rectangles):
    places = Places.of([grid(TRANSFORMS["north-up"], *rectangle) for rectangle in rectangles])
    assert same_partition(places.touching().tolist(), components(rectangles))
    canvas = np.zeros((40, 40), bool)
    for row, col, height, width in rectangles:
        canvas[row : row + height, col : col + width] = True
    assert places.covered() == canvas.sum()
