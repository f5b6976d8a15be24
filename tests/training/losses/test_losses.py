import pytest
import torch
from torch.nn import functional

from geounet.training.config.loss import LossConfig
from geounet.training.losses.segmentation import SegmentationLoss
from geounet.training.scenes.labels import IGNORED


@pytest.fixture
def case():
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(3, 4, 8, 8, generator=generator)
    labels = torch.randint(4, (3, 8, 8), generator=generator)
    weights = torch.rand(3, 8, 8, generator=generator) + 0.5
    return logits, labels, weights


def test_cross_entropy_is_torch_s_weighted_by_pixel(case):
    logits, labels, weights = case
    labels[:, :2] = IGNORED
    loss = SegmentationLoss(LossConfig(dice=0))(logits, labels, weights)
    each = functional.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="none")
    torch.testing.assert_close(loss, (each * weights).sum() / weights[:, 2:].sum())


def test_label_smoothing_is_torch_s(case):
    logits, labels, weights = case
    loss = SegmentationLoss(LossConfig(dice=0, smoothing=0.1))(logits, labels, torch.ones_like(weights))
    torch.testing.assert_close(loss, functional.cross_entropy(logits, labels, label_smoothing=0.1))


def test_dice_is_its_definition(case):
    logits, labels, weights = case
    loss = SegmentationLoss(LossConfig(cross_entropy=0))(logits, labels, weights)
    share = logits.softmax(dim=1)
    truth = functional.one_hot(labels, 4).permute(0, 3, 1, 2).float()
    dice = 2 * (share * truth).sum(dim=(0, 2, 3)) / (share + truth).sum(dim=(0, 2, 3))
    torch.testing.assert_close(loss, 1 - dice.mean())


@pytest.mark.parametrize(
    "config", [LossConfig(), LossConfig(smoothing=0.1), LossConfig(dice=0), LossConfig(cross_entropy=0)]
)
def test_ignored_pixels_give_no_loss_and_no_gradient(config, case):
    logits, labels, weights = case
    labels[:, :, 5:] = IGNORED
    loss = SegmentationLoss(config)
    other = logits.clone()
    other[..., 5:] += 10 * torch.randn(3, 4, 8, 3)
    torch.testing.assert_close(loss(other, labels, weights), loss(logits, labels, weights))
    logits.requires_grad_()
    loss(logits, labels, weights).backward()
    assert (logits.grad[..., 5:] == 0).all()
    assert logits.grad[..., :5].abs().sum() > 0


def test_a_batch_without_any_label_gives_a_finite_loss(case):
    logits, labels, weights = case
    assert SegmentationLoss(LossConfig())(logits, torch.full_like(labels, IGNORED), weights).isfinite()
