import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch.nn import functional

from geounet.training.losses.cross_entropy import cross_entropy
from geounet.training.losses.target import Target


def test_without_class_weights_it_is_the_log_loss(case):
    scores, labels, weights = case.counted()
    expected = log_loss(labels, scores, sample_weight=weights, labels=range(scores.shape[1]))
    torch.testing.assert_close(cross_entropy(case.logits, case.target).item(), expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_it_is_its_definition(case, smoothing):
    scores, labels, weights = case.counted()
    of_class = np.arange(scores.shape[1]) + 0.5
    above, below = 0.0, 0.0
    for score, label, weight in zip(scores, labels, weights, strict=True):
        share = np.full(len(score), smoothing / len(score))
        share[label] += 1 - smoothing
        above -= weight * (of_class * share * np.log(score)).sum()
        below += weight * of_class[label]
    loss = cross_entropy(
        case.logits,
        case.target,
        class_weights=torch.tensor(of_class, dtype=torch.float32),
        smoothing=smoothing,
    )
    torch.testing.assert_close(loss.item(), above / below, rtol=1e-5, atol=0)


def test_with_a_weight_of_one_it_is_torch_s_own_mean(case):
    labels = torch.randint(case.logits.shape[1], case.labels.shape)
    of_class = torch.rand(case.logits.shape[1]) + 0.1
    expected = functional.cross_entropy(case.logits, labels, weight=of_class, label_smoothing=0.1)
    target = Target.of(labels, torch.ones_like(case.weights))
    torch.testing.assert_close(
        cross_entropy(case.logits, target, class_weights=of_class, smoothing=0.1), expected
    )


def test_one_pixel_of_little_weight_has_its_own_loss(case):
    weights = torch.zeros_like(case.weights)
    labels = torch.zeros_like(case.labels)
    weights[0, 0, 0] = 1e-6
    expected = functional.cross_entropy(case.logits[0, :, 0, 0], labels[0, 0, 0])
    torch.testing.assert_close(cross_entropy(case.logits, Target.of(labels, weights)), expected)


def test_classes_of_weight_0_give_no_loss_where_they_are_alone(case):
    target = Target.of(torch.zeros_like(case.labels), case.weights)
    of_class = torch.ones(case.logits.shape[1])
    of_class[0] = 0
    logits = case.logits.requires_grad_()
    loss = cross_entropy(logits, target, class_weights=of_class)
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()
