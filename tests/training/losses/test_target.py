import pytest
import torch

from geounet.errors import TrainingError
from geounet.training.losses.target import Target, mean_over_present
from geounet.training.scenes.labels import IGNORED

LABELS = torch.tensor([[[0, 1, IGNORED], [2, 0, 1]]])
WEIGHTS = torch.tensor([[[1.0, 0.0, 3.0], [0.5, 2.0, 4.0]]])


def test_a_pixel_counts_where_it_has_a_label_and_a_weight():
    target = Target.of(LABELS, WEIGHTS)
    assert target.counted.tolist() == [[[True, False, False], [True, True, True]]]
    assert target.labels.tolist() == [[[0, IGNORED, IGNORED], [2, 0, 1]]]
    assert target.weights.tolist() == [[[1.0, 0.0, 0.0], [0.5, 2.0, 4.0]]]


def test_truth_is_one_class_a_pixel_that_counts():
    truth = Target.of(LABELS, WEIGHTS).truth(4)
    assert truth[0].nonzero().tolist() == [[0, 0, 0], [0, 1, 1], [1, 1, 2], [2, 1, 0]]


def test_emphasis_is_the_pixel_s_weight_times_its_class_s():
    target = Target.of(LABELS, WEIGHTS)
    assert target.emphasis(None).equal(target.weights)
    assert target.emphasis(torch.tensor([10.0, 1.0, 4.0])).tolist() == [[[10.0, 0.0, 0.0], [2.0, 20.0, 4.0]]]


def test_absent_classes_are_no_part_of_a_mean():
    each = torch.tensor([3.0, 4.0, 5.0, torch.nan])
    assert mean_over_present(each, torch.tensor([2, 1, 7, 0])) == 4
    assert mean_over_present(each, torch.tensor([2.0, 0.0, 7.0, 0.0])) == 4
    assert mean_over_present(each, torch.zeros(4)) == 0


def test_labels_and_weights_are_of_one_shape():
    with pytest.raises(TrainingError, match=r"\(1, 2, 3\) and weights \(1, 2, 2\)"):
        Target(LABELS, WEIGHTS[..., :2])
