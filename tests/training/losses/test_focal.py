import numpy as np
import pytest
import torch

from geounet.training.losses.cross_entropy import cross_entropy
from geounet.training.losses.focal import focal_loss
from geounet.training.losses.target import Target


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
def test_it_is_its_definition(case, gamma):
    scores, labels, weights = case.counted()
    of_class = np.arange(scores.shape[1]) + 0.5
    right = scores[np.arange(len(labels)), labels]
    each = -((1 - right) ** gamma) * np.log(right)
    expected = np.average(each, weights=weights * of_class[labels])
    loss = focal_loss(
        case.logits,
        case.target,
        gamma=gamma,
        class_weights=torch.tensor(of_class, dtype=torch.float32),
    )
    torch.testing.assert_close(loss.item(), expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("of_class", [None, torch.tensor([0.3, 2.0, 1.0, 4.0])])
def test_without_gamma_it_is_the_cross_entropy(case, of_class):
    of_class = None if of_class is None else of_class[: case.logits.shape[1]]
    torch.testing.assert_close(
        focal_loss(case.logits, case.target, gamma=0.0, class_weights=of_class),
        cross_entropy(case.logits, case.target, class_weights=of_class),
    )


def test_little_weight_in_all_is_as_good_as_much(case):
    little = Target.of(case.labels, case.weights * 1e-6)
    expected = focal_loss(case.logits, case.target, gamma=2.0)
    torch.testing.assert_close(focal_loss(case.logits, little, gamma=2.0), expected)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_slopes_are_finite_where_scores_are_0_and_1(gamma):
    logits = torch.tensor([100.0, -100.0]).view(1, 2, 1, 1).repeat(1, 1, 1, 2).requires_grad_()
    labels = torch.tensor([[[0, 1]]])
    focal_loss(logits, Target.of(labels, torch.ones(1, 1, 2)), gamma=gamma).backward()
    assert logits.grad.isfinite().all()
    # What is right has no pull; what is wrong has the cross-entropy's: half of the mean's two pixels.
    torch.testing.assert_close(logits.grad[0, :, 0], torch.tensor([[0.0, 0.5], [0.0, -0.5]]))


def test_slopes_are_the_definition_s(case):
    logits, target = case.logits.double().requires_grad_(), case.target
    assert torch.autograd.gradcheck(lambda x: focal_loss(x, target, gamma=2.0), logits)
