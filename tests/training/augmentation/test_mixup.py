import pytest
import torch

from geounet.training.augmentation.mixup import mix_up


def batch(count: int = 6) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    labels = torch.randint(3, (count, 8, 8))
    labels[:, 0] = torch.arange(count)[:, None]  # each tells which it is
    return torch.randn(count, 3, 8, 8), labels, torch.rand(count, 8, 8)


def test_an_image_is_its_share_and_its_partners():
    torch.manual_seed(1)
    images, labels, weights = batch()
    mixed, mix = mix_up(images, labels, weights, concentration=0.8)
    assert mix is not None
    partner = mix.labels[:, 0, 0]
    assert sorted(partner.tolist()) == list(range(6))
    torch.testing.assert_close(mixed, mix.share * images + (1 - mix.share) * images[partner])
    assert torch.equal(mix.labels, labels[partner])
    assert torch.equal(mix.weights, weights[partner])
    assert mix.share.shape == ()


@pytest.mark.parametrize("alpha", [0.1, 1.0, 4.0])
def test_shares_are_of_the_beta_distribution(alpha):
    torch.manual_seed(2)
    images, labels, weights = (v[..., :1, :1] for v in batch())
    mixes = [mix_up(images, labels, weights, concentration=alpha)[1] for _ in range(1500)]
    shares = torch.stack([m.share for m in mixes if m is not None])
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert shares.mean() == pytest.approx(0.5, abs=0.04)
    assert shares.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.15)


@pytest.mark.parametrize("alpha", [1e-3, 1e-2])
def test_a_small_concentration_leaves_one_of_two(alpha):
    torch.manual_seed(3)
    mixed, mix = mix_up(*batch(), concentration=alpha)
    assert mix is not None
    assert mixed.isfinite().all()
    assert torch.minimum(mix.share, 1 - mix.share) < 0.05


def test_off_it_is_the_identity():
    images, labels, weights = batch()
    mixed, mix = mix_up(images, labels, weights, concentration=0.0)
    assert mix is None
    assert mixed is images
