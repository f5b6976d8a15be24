import numpy as np
import pytest

from geounet.strip import LabelStrip
from geounet.vector.centrelines.blocks import blocks
from geounet.vector.centrelines.support import Support


def surface(labels, confidence, *, cell, rows):
    support = Support(cell)
    strips = [LabelStrip(0, labels[None], None if confidence is None else confidence[None])]
    for block in blocks(strips, labels.shape, rows=rows, margin=3):
        support.add(block, 0)
    return support.surface((1.0, 1.0))


@pytest.mark.parametrize("cell", [1, 4, 8])
@pytest.mark.parametrize("rows", [8, 24, 1000])
def test_a_cell_holds_the_mean_probability_of_a_road(cell, rows):
    rng = np.random.default_rng(0)
    labels = rng.choice(np.array([0, 1, 255], np.uint8), (90, 70))
    confidence = rng.integers(100, 251, labels.shape).astype(np.uint8)
    road = np.where(labels == 1, confidence, 250 - confidence.astype(int))
    road[labels == 255] = 0
    padded = np.pad(road, ((0, -90 % cell), (0, -70 % cell)))
    sums = padded.reshape(padded.shape[0] // cell, cell, -1, cell).sum(axis=(1, 3))
    ones = np.pad(np.ones_like(road), ((0, -90 % cell), (0, -70 % cell)))
    expected = sums / ones.reshape(sums.shape[0], cell, -1, cell).sum(axis=(1, 3)) / 250
    xy = rng.uniform(0, 1, (500, 2)) * [70, 90]
    got = surface(labels, confidence, cell=cell, rows=rows).at(xy)
    col, row = (xy // cell).astype(int).T
    assert got == pytest.approx(expected[row, col], abs=1 / 250)


def test_where_there_is_no_road_nothing_is_kept():
    labels = np.zeros((300, 300), np.uint8)
    labels[100, 100] = 1
    made = surface(labels, None, cell=1, rows=64)
    assert len(made.keys) == 1
    assert made.at(np.array([[100.5, 100.5], [101.5, 100.5], [290, 290], [-5, 3], [900, 900]])).tolist() == [
        1,
        0,
        0,
        0,
        0,
    ]


def test_a_gap_is_what_is_no_road_on_the_way():
    labels = np.zeros((20, 100), np.uint8)
    labels[:, :30] = labels[:, 50:] = 1
    confidence = np.where(labels == 1, 250, 200).astype(np.uint8)  # in the gap, a fifth
    gap, probability = surface(labels, confidence, cell=1, rows=8).between(
        np.array([[10.0, 10], [60, 5]]), np.array([[90.0, 10], [90, 5]])
    )
    assert gap == pytest.approx([20, 0], abs=1)
    assert probability == pytest.approx([0.2, 1])
