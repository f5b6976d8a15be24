import numpy as np
import pytest
from scipy import ndimage

from benchmarks.paper_cells import (
    PARTINGS,
    Parting,
    best_parting,
    cells_of,
    enlarged,
    with_the_rest,
    without_small,
)
from benchmarks.paper_scores import LEVELS

PLAIN = Parting(0.5, 0.5)


@pytest.mark.parametrize("shrink", [1, 2])
@pytest.mark.parametrize("parting", [PLAIN, Parting(0.9, 0.4)])
def test_cells_are_those_that_gaps_part(shrink, parting):
    cells = np.zeros((60, 80), np.int64)
    cells[20:50, 10:40], cells[20:50, 40:70] = 1, 2
    levels = np.where(cells[::shrink, ::shrink] > 0, LEVELS, 0).astype(np.uint8)
    middle = 40 // shrink
    levels[:, middle - 1 : middle + 1] = 0  # as training draws them: a pixel of each of the two
    levels[30 // shrink, 20 // shrink] = 0
    found = cells_of(levels, cells.shape, shrink=shrink, parting=parting)
    assert set(np.unique(found)) == {0, 1, 2}
    within = ndimage.binary_erosion(cells > 0, iterations=shrink)  # outlines are interpolated
    np.testing.assert_array_equal(found[within], cells[within])


def touching():
    """Two cells, sure in their middles, between which the probability falls to 0.6 alone; and which is whose."""
    rows, cols = np.indices((60, 100))
    one, other = np.hypot(rows - 30, cols - 30), np.hypot(rows - 30, cols - 70)
    probability = np.clip(1.1 - 0.025 * np.minimum(one, other), 0, 1)
    truth = np.where(probability >= 0.5, np.where(one < other, 1, 2), 0)
    return np.rint(probability * LEVELS).astype(np.uint8), truth


def test_cells_that_a_cut_takes_for_one_grow_from_two_seeds():
    levels, truth = touching()
    assert cells_of(levels, truth.shape, shrink=1, parting=PLAIN).max() == 1
    found = cells_of(levels, truth.shape, shrink=1, parting=Parting(0.9, 0.5))
    away = np.abs(np.arange(100) - 50) > 2  # where they meet, either may be right
    assert len(np.unique(found)) == 3
    assert (found[:, away] == truth[:, away]).mean() > 0.99


def test_what_scores_best_is_chosen_and_of_equals_the_plainest():
    levels, truth = touching()
    assert best_parting([(levels, truth)], shrink=1).seed > 0.6
    apart = np.where(np.arange(100) // 45 % 2 == 0, 0, LEVELS).astype(np.uint8) * np.ones((60, 1), np.uint8)
    assert best_parting([(apart, apart > 0)], shrink=1) == PARTINGS[0]


def test_levels_are_interpolated_by_the_middles_of_pixels():
    levels = np.array([[0, 200]], np.uint8)
    expected = [[0, 50, 150, 200, 200], [0, 50, 150, 200, 200], [0, 50, 150, 200, 200]]
    np.testing.assert_allclose(enlarged(levels, (3, 5), shrink=2), expected)
    np.testing.assert_array_equal(enlarged(levels, (1, 2), shrink=1), levels)


def test_small_seeds_are_none():
    seeds = np.array([[1, 1, 1, 0, 2, 0, 3, 3]])
    np.testing.assert_array_equal(without_small(seeds, least=2), [[1, 1, 1, 0, 0, 0, 3, 3]])


def test_what_has_no_seed_is_one_itself():
    seeds = np.array([[0, 1, 0, 2, 0, 0, 0, 0]])
    pieces = np.array([[1, 1, 1, 1, 0, 2, 2, 0]])
    np.testing.assert_array_equal(with_the_rest(seeds, pieces), [[0, 1, 0, 2, 0, 4, 4, 0]])
    assert not with_the_rest(np.zeros_like(seeds), np.zeros_like(pieces)).any()
