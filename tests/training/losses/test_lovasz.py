from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sklearn.metrics import jaccard_score
from torch.nn import functional

from geounet.training.losses.lovasz import lovasz_loss
from geounet.training.losses.target import Target
from geounet.training.scenes.labels import IGNORED


def jaccard_of(wrong, truth):
    """1 − Jaccard of a class, given which pixels are wrong: the paper's equation 6."""
    return wrong.sum() / (truth | wrong).sum()


def choquet(errors, truth):
    """The Lovász extension as an integral over thresholds of the errors (Lovász 1983)."""
    levels = np.unique(np.append(errors, 0.0))
    return sum((high - low) * jaccard_of(errors >= high, truth) for low, high in pairwise(levels))


def envelope(errors, truth):
    """The Lovász extension of a submodular function as its convex closure, by a linear programme over all sets."""
    sets = np.array(list(product([False, True], repeat=len(errors))))
    costs = [jaccard_of(wrong, truth) for wrong in sets]
    equal = np.vstack([sets.T.astype(float), np.ones(len(sets))])
    return linprog(costs, A_eq=equal, b_eq=np.append(errors, 1.0)).fun


def by_hand(scores, labels, extension):
    """Mean over the labelled classes of an extension of the errors; scores (P, K), labels (P,)."""
    each = []
    for k in np.unique(labels):
        truth = labels == k
        each.append(extension(np.where(truth, 1 - scores[:, k], scores[:, k]), truth))
    return float(np.mean(each))


def test_it_is_the_integral_over_thresholds(case):
    scores, labels, _ = case.counted()
    loss = lovasz_loss(case.logits.softmax(dim=1), case.target)
    torch.testing.assert_close(loss.item(), by_hand(scores, labels, choquet), rtol=1e-5, atol=0)


@settings(max_examples=15, deadline=None)
@given(
    pixels=st.lists(
        st.tuples(st.integers(0, 10), st.sampled_from([0, 1, 1, IGNORED])), min_size=1, max_size=7
    )
)
def test_it_is_the_convex_closure_of_jaccard(pixels):
    """Tenths of scores: errors have ties, zeros and ones."""
    tenths, labels = torch.tensor(pixels).T.reshape(2, 1, 1, -1)
    scores = torch.stack([1 - tenths / 10, tenths / 10], dim=1)
    loss = lovasz_loss(scores, Target.of(labels, torch.ones(labels.shape))).item()
    kept = (labels != IGNORED).numpy().ravel()
    flat, truth = scores.numpy().reshape(2, -1).T[kept], labels.numpy().ravel()[kept]
    assert loss == pytest.approx(by_hand(flat, truth, envelope) if len(truth) else 0, abs=1e-5)


def test_of_hard_scores_it_is_sklearn_s_jaccard(case):
    found = case.logits.argmax(dim=1)
    scores = functional.one_hot(found, case.logits.shape[1]).permute(0, 3, 1, 2).float()
    kept = case.target.counted
    labels = case.labels[kept]
    expected = jaccard_score(labels, found[kept], labels=labels.unique(), average="macro", zero_division=0)
    assert lovasz_loss(scores, case.target).item() == pytest.approx(1 - expected, abs=1e-6)


def test_slopes_are_the_definition_s(case):
    """Between ties the loss is linear in the scores, so a difference of the integral is its slope."""
    scores, labels, _ = case.counted()
    given_scores = torch.tensor(scores, dtype=torch.float32)
    given_scores.requires_grad_()
    target = Target.of(torch.tensor(labels)[None, None], torch.ones(1, 1, len(labels)))
    lovasz_loss(given_scores.T[None, :, None], target).backward()
    step, slopes = 1e-7, np.empty_like(scores)
    for at in np.ndindex(scores.shape):
        moved = [scores.copy(), scores.copy()]
        moved[0][at], moved[1][at] = scores[at] - step, scores[at] + step
        slopes[at] = np.subtract(*(by_hand(m, labels, choquet) for m in moved[::-1])) / (2 * step)
    np.testing.assert_allclose(given_scores.grad.numpy(), slopes, atol=1e-5)


def test_slopes_keep_their_digits_among_many_pixels():
    """Of a million others that are wrong, each adds T / ((T + f)(T + f − 1)), far below a float32's step at 1."""
    count, others = 1000, 1_000_000
    labels = torch.cat([torch.ones(count), torch.zeros(others)]).long()[None, None]
    wrong = torch.linspace(1.0, 0.5, others, dtype=torch.float64).float()
    foreground = torch.cat([torch.full((count,), 0.75), wrong])
    scores = torch.stack([1 - foreground, foreground])[None, :, None].requires_grad_()
    lovasz_loss(scores, Target.of(labels, torch.ones(labels.shape))).backward()
    f = (wrong > 0.25).cumsum(0).double()
    expected = count / ((count + f) * (count + f - 1))
    alone = wrong > 0.5 + 1e-3  # before the class's own pixels, whose error is 0.25, all of them
    found = 2 * scores.grad[0, 1, 0, count:].double()  # two classes share the mean
    ties = wrong[1:] == wrong[:-1]  # equal errors may take each other's place
    distinct = alone & ~torch.cat([ties, ties[-1:]]) & ~torch.cat([ties[:1], ties])
    assert distinct.sum() > 1000
    torch.testing.assert_close(found[distinct], expected[distinct], rtol=1e-5, atol=0)
