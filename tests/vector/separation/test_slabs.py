import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.strip import LabelStrip
from geounet.vector.separation.slabs import slabs

RASTER = np.random.default_rng(0).integers(0, 256, (2, 23, 5)).astype(np.uint8)


def strips(heights, **layers):
    row = 0
    for rows in heights:
        yield LabelStrip(row, **{name: values[:, row : row + rows] for name, values in layers.items()})
        row += rows


@given(
    cuts=st.lists(st.integers(0, 23), max_size=6),
    rows=st.integers(1, 30),
    margin=st.integers(0, 30),
)
def test_slabs_are_the_rasters_rows_however_they_came(cuts, rows, margin):
    heights = np.diff([0, *sorted(cuts), 23])
    layers = {"labels": RASTER, "confidence": RASTER[:, ::-1], "boundary": RASTER > 100}
    found = list(slabs(strips(heights, **layers), rows=rows, margin=margin))
    assert [slab.first_row for slab in found] == list(range(0, 23, rows))
    for slab in found:
        core = slice(slab.first_row, slab.first_row + rows)
        window = slice(max(core.start - margin, 0), core.stop + margin)
        np.testing.assert_array_equal(slab.labels, RASTER[:, window])
        np.testing.assert_array_equal(slab.boundary, (RASTER > 100)[:, window])
        np.testing.assert_array_equal(slab.labels[:, slab.core], RASTER[:, core])
        np.testing.assert_array_equal(slab.confidence, RASTER[:, ::-1][:, core])


def test_what_strips_lack_slabs_lack():
    (slab,) = slabs(strips([23], labels=RASTER), rows=50, margin=3)
    assert slab.boundary is None
    assert slab.confidence is None


def test_no_strips_no_slabs():
    assert list(slabs([], rows=4, margin=1)) == []


def test_only_the_strips_that_are_needed_are_taken():
    taken = []
    source = (taken.append(strip.first_row) or strip for strip in strips([1] * 23, labels=RASTER))
    next(slabs(source, rows=4, margin=2))
    assert taken == [0, 1, 2, 3, 4, 5]


def test_strips_out_of_order_are_refused():
    with pytest.raises(ValueError, match="begins at row 9; expected row 5"):
        list(slabs([LabelStrip(0, RASTER[:, :5]), LabelStrip(9, RASTER[:, 9:])], rows=4, margin=1))
