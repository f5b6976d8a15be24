"""The mean field, against its definition: every pixel, every neighbour, in loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.inference.mean_field import Field, Joined

NONE = np.zeros(2, np.float32)


def by_definition(scores, guide, field, bias):
    """Krähenbühl and Koltun's update with two Gaussian kernels and Potts' compatibility, in doubles."""
    count, rows, cols = scores.shape
    pixels = list(np.ndindex(rows, cols))

    def kernel(one, other):
        away = (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
        if one == other or away > field.radius**2:
            return 0.0
        unlike = ((guide[:, *one] - guide[:, *other]) ** 2).mean() * 3
        alike = np.exp(-away / (2 * field.spread**2) - unlike / (2 * field.tone**2))
        return (1 - field.smoothness) * alike + field.smoothness * np.exp(-away / (2 * field.near**2))

    def normalised(energy):
        powers = {p: np.exp(energy[p]) for p in pixels}
        return {p: powers[p] / powers[p].sum() for p in pixels}

    weights = {p: {q: kernel(p, q) for q in pixels} for p in pixels}
    unary = {p: np.log(scores[:, *p]) - bias for p in pixels}
    beliefs = normalised(unary)
    for _ in range(field.steps):
        heard = {
            p: sum(w * beliefs[q] for q, w in weights[p].items()) / sum(weights[p].values()) for p in pixels
        }
        beliefs = normalised({p: unary[p] + field.strength * heard[p] for p in pixels})
    last = normalised({p: np.log(beliefs[p]) + bias for p in pixels})
    return np.array(
        [[[last[row, col][k] for col in range(cols)] for row in range(rows)] for k in range(count)]
    )


@pytest.mark.parametrize(("classes", "bands"), [(2, 3), (3, 1), (4, 4)])
@pytest.mark.parametrize("shape", [(6, 7), (9, 2), (1, 8), (3, 3)])
def test_it_is_the_mean_field_of_its_definition(classes, bands, shape):
    """Also where the window is larger than the picture."""
    rng = np.random.default_rng(classes)
    scores = rng.dirichlet(np.ones(classes), shape).transpose(2, 0, 1).astype(np.float32).clip(0.01)
    scores /= scores.sum(axis=0)
    guide = rng.random((bands, *shape)).astype(np.float32)
    bias = rng.normal(size=classes).astype(np.float32)
    field = Field(radius=4, tone=0.3, steps=4)
    found = Joined.of(guide, field).mean_field(scores, bias)
    np.testing.assert_allclose(found, by_definition(scores, guide, field, bias), atol=1e-5)


@given(st.floats(0.05, 0.95), st.integers(1, 9), st.integers(1, 9))
def test_scores_that_are_the_same_everywhere_stay_so(score, rows, cols):
    guide = np.random.default_rng(0).random((3, rows, cols)).astype(np.float32)
    scores = np.broadcast_to(np.array([1 - score, score], np.float32)[:, None, None], (2, rows, cols))
    found = Joined.of(guide, Field()).mean_field(scores, NONE)
    assert np.ptp(found, axis=(1, 2)).max() == 0
    np.testing.assert_allclose(found.sum(axis=0), 1, atol=1e-6)


def test_a_score_on_a_par_stays_where_the_bias_puts_it():
    """At the threshold nothing pulls either way."""
    bias = np.array([0, np.log(0.3 / 0.7)], np.float32)
    scores = np.array([0.7, 0.3], np.float32)[:, None, None] * np.ones((2, 8, 8), np.float32)
    found = Joined.of(np.zeros((1, 8, 8), np.float32), Field()).mean_field(scores, bias)
    np.testing.assert_allclose(found[1], 0.3, atol=1e-5)


def test_nothing_beyond_its_reach_matters():
    rng = np.random.default_rng(0)
    field = Field(radius=2, steps=3)
    guide, second = rng.random((3, 5, 40), np.float32), rng.random((5, 40), np.float32)
    other, changed = guide.copy(), second.copy()
    other[..., 20 + field.reach :], changed[..., 20 + field.reach :] = 0.5, 0.5
    one, two = (
        Joined.of(g, field).mean_field(np.stack([1 - s, s]), NONE)
        for g, s in ((guide, second), (other, changed))
    )
    assert (one[..., :20] == two[..., :20]).all()
    assert (one[..., 20:] != two[..., 20:]).any()


def test_coarse_scores_find_the_edges_in_the_picture():
    truth = np.zeros((40, 40), bool)
    truth[7:25, 10:31] = True
    rng = np.random.default_rng(0)
    guide = (0.3 + 0.4 * truth + rng.normal(0, 0.03, (3, 40, 40))).astype(np.float32)
    coarse = (
        truth.reshape(10, 4, 10, 4).mean((1, 3)).repeat(4, 0).repeat(4, 1).clip(0.02, 0.98).astype(np.float32)
    )
    found = Joined.of(guide, Field()).mean_field(np.stack([1 - coarse, coarse]), NONE)[1]
    wrong = ((coarse >= 0.5) != truth).sum()
    assert wrong > 30
    assert ((found >= 0.5) != truth).sum() < wrong / 4
