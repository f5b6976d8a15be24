import numpy as np
import pytest

from geounet.strip import LabelStrip
from geounet.vector.centrelines.blocks import blocks


@pytest.mark.parametrize("height", [1, 5, 40])
@pytest.mark.parametrize("rows", [1, 8, 100])
@pytest.mark.parametrize("margin", [0, 3, 30])
@pytest.mark.parametrize("strip", [1, 7, 100])
def test_cores_are_the_raster_and_each_has_its_surroundings(height, rows, margin, strip):
    labels = np.random.default_rng(0).integers(0, 9, (2, height, 4)).astype(np.uint8)
    strips = (
        LabelStrip(row, labels[:, row : row + strip], labels[:, row : row + strip] + 1)
        for row in range(0, height, strip)
    )
    stop = 0
    for block in blocks(strips, (height, 4), rows=rows, margin=margin):
        assert block.core.start == stop
        stop = block.core.stop
        first, last = max(0, block.core.start - margin), min(height, stop + margin)
        assert block.first_row == first
        assert (block.labels == labels[:, first:last]).all()
        assert (block.confidence == labels[:, first:last] + 1).all()
    assert stop == height


@pytest.mark.parametrize(("first", "width", "height"), [(1, 4, 5), (0, 3, 5), (0, 4, 6)])
def test_strips_must_be_those_of_the_raster(first, width, height):
    strips = [LabelStrip(first, np.zeros((1, 5, width), np.uint8))]
    with pytest.raises(ValueError, match="expected"):
        list(blocks(strips, (height, 4), rows=2, margin=1))
