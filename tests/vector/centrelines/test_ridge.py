import numpy as np
import pytest

from geounet.vector.centrelines.distance import nearest_background
from geounet.vector.centrelines.mask import UNKNOWN, mask_of
from geounet.vector.centrelines.ridge import ridge, sides

STEPS = (1.0, 1.0)


def seen(labels):
    mask = mask_of(labels, 1)
    nearest = nearest_background(mask, STEPS, 30.0)
    return mask, nearest, ridge(mask, nearest, STEPS)


@pytest.mark.parametrize("width", range(3, 14))
@pytest.mark.parametrize("lying", [False, True])
def test_the_middle_of_a_street_is_halfway_between_its_sides_and_as_wide(width, lying):
    labels = np.zeros((60, 40), np.uint8)
    labels[:, 10 : 10 + width] = 1
    mask, nearest, found = seen(labels.T.copy() if lying else labels)
    row, col = np.nonzero(found)
    shift, widths = sides(nearest, mask == UNKNOWN, (row, col), STEPS)
    across = row + shift[:, 0] if lying else col + shift[:, 1]
    assert set(row.tolist() if not lying else col.tolist()) == set(range(1, 61))
    assert (across - 1 + 0.5 == 10 + width / 2).all()  # the mask has a pixel more before the first
    assert (widths == width).all()


def test_corners_and_discs_have_no_middle():
    row, col = np.mgrid[:60, :60]
    disc = ((row - 30) ** 2 + (col - 30) ** 2 < 20**2).astype(np.uint8)
    assert seen(disc)[2].sum() <= 9
    corner = ((row > 10) & (col > 10)).astype(np.uint8)  # known to no side but two
    assert not seen(corner)[2][:50, :50].any()


def test_a_road_that_is_cut_lengthways_has_its_middle_at_the_cut():
    labels = np.zeros((40, 20), np.uint8)
    labels[:, 15:] = 1
    row, col = np.nonzero(seen(labels)[2])
    assert set(col.tolist()) == {20}
    assert len(row) == 40
