import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import dice as dice_distance
from sklearn.metrics import f1_score, jaccard_score
from torch.nn import functional

from geounet.training.losses.overlap import dice_loss, jaccard_loss, tversky_loss
from geounet.training.losses.target import Target
from geounet.training.scenes.labels import IGNORED


def by_hand(case, alpha, beta):
    """Tversky's loss as the paper writes it, pixel by pixel; the mean over the classes that are labelled."""
    scores, labels, _ = case.counted()
    losses = []
    for k in set(labels.tolist()):
        hits = wrong = misses = 0.0
        for score, label in zip(scores[:, k], labels, strict=True):
            if label == k:
                hits, misses = hits + score, misses + 1 - score
            else:
                wrong += score
        losses.append(1 - hits / (hits + alpha * wrong + beta * misses))
    return float(np.mean(losses))


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 0.5), (1, 1), (0.3, 0.7), (0, 1), (2, 0.1)])
def test_tversky_is_its_definition(case, alpha, beta):
    loss = tversky_loss(case.logits.softmax(dim=1), case.target, alpha=alpha, beta=beta)
    torch.testing.assert_close(loss.item(), by_hand(case, alpha, beta), rtol=1e-5, atol=0)


def test_dice_is_twice_the_overlap_over_the_sum(case):
    scores, labels, _ = case.counted()
    expected = [
        1 - 2 * (scores[:, k] * (labels == k)).sum() / (scores[:, k] + (labels == k)).sum()
        for k in np.unique(labels)
    ]
    loss = dice_loss(case.logits.softmax(dim=1), case.target).item()
    torch.testing.assert_close(loss, float(np.mean(expected)), rtol=1e-5, atol=0)


def test_jaccard_is_the_overlap_over_the_union(case):
    scores, labels, _ = case.counted()
    expected = []
    for k in np.unique(labels):
        overlap = scores[:, k] * (labels == k)
        expected.append(1 - overlap.sum() / (scores[:, k] + (labels == k) - overlap).sum())
    loss = jaccard_loss(case.logits.softmax(dim=1), case.target).item()
    torch.testing.assert_close(loss, float(np.mean(expected)), rtol=1e-5, atol=0)


def test_dice_and_jaccard_are_cases_of_tversky(case):
    scores = case.logits.softmax(dim=1)
    assert dice_loss(scores, case.target) == tversky_loss(scores, case.target, alpha=0.5, beta=0.5)
    assert jaccard_loss(scores, case.target) == tversky_loss(scores, case.target, alpha=1, beta=1)


@settings(max_examples=30, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 2, IGNORED])), min_size=1, max_size=12)
)
def test_of_hard_scores_they_are_the_scores_of_sklearn(pairs):
    found, labels = torch.tensor(pairs).T.reshape(2, 1, 1, -1)
    scores = functional.one_hot(found, 3).permute(0, 3, 1, 2).float()
    target = Target.of(labels, torch.ones(labels.shape))
    kept = labels != IGNORED
    classes = labels[kept].unique().tolist()
    for loss, score in ((dice_loss, f1_score), (jaccard_loss, jaccard_score)):
        expected = (
            1 - score(labels[kept], found[kept], labels=classes, average="macro", zero_division=0)
            if classes
            else 0
        )
        assert loss(scores, target).item() == pytest.approx(expected, abs=1e-6)


def test_of_two_hard_classes_dice_is_scipy_s():
    found, labels = torch.tensor([[1, 1, 0, 1, 0]]), torch.tensor([[1, 0, 0, 1, 1]])
    scores = functional.one_hot(found, 2).permute(0, 2, 1)[..., None].float()
    loss = dice_loss(scores, Target.of(labels[..., None], torch.ones(1, 5, 1)))
    expected = dice_distance(found[0] == 1, labels[0] == 1), dice_distance(found[0] == 0, labels[0] == 0)
    assert loss.item() == pytest.approx(np.mean(expected))


def test_background_alone_has_background_s_whole_loss(case):
    """smp halves it: a class that is absent would count as one that is right."""
    target = Target.of(torch.zeros_like(case.labels), torch.ones_like(case.weights))
    background = case.logits.softmax(dim=1)[:, 0].double()
    loss = dice_loss(case.logits.softmax(dim=1), target).item()
    expected = 1 - 2 * background.sum() / (background.sum() + background.numel())
    assert loss == pytest.approx(expected.item(), rel=1e-5)


def test_slopes_are_the_definition_s(case):
    logits, target = case.logits.double().requires_grad_(), case.target
    assert torch.autograd.gradcheck(
        lambda x: tversky_loss(x.softmax(dim=1), target, alpha=0.3, beta=0.7), logits
    )
