import numpy as np
import pytest
from scipy import ndimage

from benchmarks.paper_pictures import edges, side_by_side, weight_map
from benchmarks.paper_scores import LEVELS, StackScores, filled, parts, sequence_score, stack_scores


def jaccards(predicted, truth):
    """Each true cell's Jaccard index, 0 where no predicted cell covers more than half of it."""
    for number in np.unique(truth[truth > 0]):
        cell = truth == number
        scores = [
            (cell & (predicted == k)).sum() / (cell | (predicted == k)).sum()
            for k in np.unique(predicted[predicted > 0])
            if 2 * (cell & (predicted == k)).sum() > cell.sum()
        ]
        yield max(scores, default=0.0)


def test_a_sequence_scores_the_mean_over_the_cells_of_all_its_frames():
    random = np.random.default_rng(0)
    frames = [ndimage.zoom(random.integers(0, 4, (4, 5)), 6, order=0) for _ in range(3)]
    pairs = [(np.roll(truth, shift, axis=1), truth) for truth, shift in zip(frames, (0, 1, 4), strict=True)]
    expected = [score for pair in pairs for score in jaccards(*pair)]
    assert sequence_score(pairs) == pytest.approx(np.mean(expected))


def test_a_perfect_map_has_no_error_at_any_threshold_that_cuts_it():
    truth = np.full((40, 40), 255, np.uint8)
    truth[20], truth[:, 13] = 0, 0
    levels = np.where(truth > 0, LEVELS, 0).astype(np.uint8)
    scores = stack_scores([(levels, truth)])
    assert scores.rand.shape == scores.warping.shape
    assert not scores.rand.any()
    assert not scores.warping.any()


def test_each_error_has_the_threshold_that_is_best_for_all_slices():
    joined = StackScores.joined(
        [
            StackScores(np.array([[0.1, 0.4]]), np.array([[0.02, 0.0]])),
            StackScores(np.array([[0.5, 0.0]]), np.array([[0.02, 0.01]])),
        ]
    )
    assert joined.best() == pytest.approx(((0.4 + 0.0) / 2, (0.0 + 0.01) / 2))


def test_weights_are_equation_2_by_two_distance_transforms():
    cells = np.zeros((40, 50), np.int64)
    cells[5:20, 5:20], cells[5:20, 24:40], cells[26:38, 10:30] = 1, 2, 3
    distances = np.sort([ndimage.distance_transform_edt(cells != n) for n in (1, 2, 3)], axis=0)
    total = distances[0] + distances[1]
    expected = np.where((cells == 0) & (total <= 20), 10 * np.exp(-(total**2) / 50), 0)
    np.testing.assert_allclose(weight_map(cells), expected, atol=1e-5)


def test_edges_lie_inside_cells_where_another_number_is_beside():
    cells = np.zeros((6, 7), np.int64)
    cells[1:5, 1:4], cells[1:5, 4:6] = 1, 2
    inner = np.zeros(cells.shape, bool)
    for number in (1, 2):
        inner |= ndimage.binary_erosion(cells == number, border_value=1)
    np.testing.assert_array_equal(edges(cells), (cells > 0) & ~inner)


def test_pictures_stand_side_by_side_with_paper_between():
    one, other = np.zeros((4, 3, 3), np.uint8), np.full((4, 2, 3), 9, np.uint8)
    row = side_by_side([one, other])
    np.testing.assert_array_equal(row[:, :3], one)
    np.testing.assert_array_equal(row[:, -2:], other)
    assert (row[:, 3:-2] == 255).all()


def test_parts_share_edges():
    assert parts(np.eye(3, dtype=bool)).max() == 3


def test_ground_that_is_large_is_no_hole():
    mask = np.ones((40, 40), bool)
    mask[5:8, 5:8], mask[15:30, 15:30] = False, False
    expected = mask.copy()
    expected[5:8, 5:8] = True
    np.testing.assert_array_equal(filled(mask), expected)
