import pytest
import torch
from torch.nn import functional

from geounet.errors import TrainingError
from geounet.training.config.loss import PARTS, LossConfig
from geounet.training.losses import segmentation
from geounet.training.losses.cross_entropy import cross_entropy
from geounet.training.losses.focal import focal_loss
from geounet.training.losses.lovasz import lovasz_loss
from geounet.training.losses.overlap import dice_loss, jaccard_loss, tversky_loss
from geounet.training.losses.segmentation import SegmentationLoss
from geounet.training.scenes.labels import IGNORED

NONE = dict.fromkeys(PARTS, 0.0)
ALL = {part: LossConfig(**NONE | {part: 1.0}) for part in PARTS}
ALL |= {
    "smoothed": LossConfig(**NONE | {"cross_entropy": 1.0}, smoothing=0.1),
    "weighted": LossConfig(**NONE | {"cross_entropy": 1.0, "focal": 1.0}, focal_gamma=0.5),
    "uneven": LossConfig(**NONE | {"tversky": 1.0}, tversky_alpha=0.3, tversky_beta=0.7),
    "sum": LossConfig(**dict.fromkeys(PARTS, 0.5)),
}
each_loss = pytest.mark.parametrize("config", ALL.values(), ids=ALL.keys())


def loss_of(config, case):
    """The loss, with classes of unequal weight."""
    return SegmentationLoss(config, case.of_class)


@each_loss
def test_pixels_that_do_not_count_give_no_loss_and_no_gradient(config, case):
    loss, logits = loss_of(config, case), case.logits
    away = ~case.target.counted
    other = logits + 10 * torch.randn(logits.shape) * away[:, None]
    torch.testing.assert_close(
        loss(other, case.labels, case.weights), loss(logits, case.labels, case.weights)
    )
    logits.requires_grad_()
    loss(logits, case.labels, case.weights).backward()
    gradient = logits.grad.abs().sum(dim=1)
    assert (gradient[away] == 0).all()
    assert (gradient[~away] > 0).any()


@each_loss
@pytest.mark.parametrize("how", ["labels", "weights"])
def test_a_batch_that_is_ignored_gives_0(config, case, how):
    if how == "labels":
        case.labels[:] = IGNORED
    else:
        case.weights[:] = 0
    logits = case.logits.requires_grad_()
    loss = loss_of(config, case)(*case.batch)
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()


@each_loss
def test_one_class_alone_gives_a_finite_loss_and_gradient(config, case):
    for k in range(case.logits.shape[1]):
        logits = case.logits.clone().requires_grad_()
        loss = loss_of(config, case)(logits, torch.full_like(case.labels, k), case.weights)
        loss.backward()
        assert loss > 0
        assert logits.grad.isfinite().all()


@each_loss
def test_sure_scores_have_finite_slopes_right_or_wrong(config, case):
    for scale in (1e2, 1e4):
        logits = (case.logits * scale).requires_grad_()
        loss_of(config, case)(logits, case.labels, case.weights).backward()
        assert logits.grad.isfinite().all()


@each_loss
def test_a_perfect_prediction_has_no_loss(config, case):
    truth = functional.one_hot(case.labels % IGNORED, case.logits.shape[1]).permute(0, 3, 1, 2)
    loss = loss_of(config, case)(60.0 * truth, case.labels, case.weights)
    if config.smoothing:
        assert loss > 1
    else:
        assert loss.item() == pytest.approx(0, abs=1e-6)


@each_loss
def test_descent_makes_it_smaller(config, case):
    loss = loss_of(config, case)
    logits = case.logits.requires_grad_()
    before = loss(logits, case.labels, case.weights)
    before.backward()
    with torch.no_grad():
        assert loss(logits - 0.01 * logits.grad, case.labels, case.weights) < before


@each_loss
def test_the_order_of_crops_and_pixels_is_all_the_same(config, case):
    loss, order = loss_of(config, case), torch.tensor([2, 0, 1])
    expected = loss(*case.batch)
    torch.testing.assert_close(loss(*(t[order] for t in case.batch)), expected)
    torch.testing.assert_close(loss(*(t.flip(-1).transpose(-1, -2) for t in case.batch)), expected)


@each_loss
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_is_reckoned_in_float32_whatever_comes_in(config, case, dtype):
    loss, logits = loss_of(config, case), case.logits.to(dtype).requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = loss(logits, case.labels, case.weights.to(torch.float16))
    expected = loss(logits.float(), case.labels, case.weights.to(torch.float16).float())
    assert found.dtype == torch.float32
    assert found == expected
    found.backward()
    assert logits.grad.dtype == dtype


@pytest.mark.parametrize("part", ["cross_entropy", "lovasz"])
def test_no_part_sees_autocast(case, monkeypatch, part):
    name, seen = {"lovasz": "lovasz_loss"}.get(part, part), []
    real = getattr(segmentation, name)

    def watched(*given, **named):
        seen.append(torch.is_autocast_enabled("cpu"))
        return real(*given, **named)

    monkeypatch.setattr(segmentation, name, watched)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss_of(ALL[part], case)(*case.batch)
    assert seen == [False]


@each_loss
def test_memory_layout_is_all_the_same(config, case):
    logits, labels, weights = case.batch
    last = logits.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(
        loss_of(config, case)(last, labels, weights), loss_of(config, case)(logits, labels, weights)
    )


def test_a_part_is_its_function(case):
    of_class, target, scores = case.of_class, case.target, case.logits.softmax(dim=1)
    expected = {
        "cross_entropy": cross_entropy(case.logits, target, class_weights=of_class),
        "smoothed": cross_entropy(case.logits, target, class_weights=of_class, smoothing=0.1),
        "focal": focal_loss(case.logits, target, gamma=2.0, class_weights=of_class),
        "uneven": tversky_loss(scores, target, alpha=0.3, beta=0.7),
        "tversky": dice_loss(scores, target),
        "dice": dice_loss(scores, target),
        "jaccard": jaccard_loss(scores, target),
        "lovasz": lovasz_loss(scores, target),
    }
    for name, value in expected.items():
        torch.testing.assert_close(loss_of(ALL[name], case)(*case.batch), value)


def test_the_sum_is_that_of_its_shares(case):
    shares = dict(zip(PARTS, (0.5, 1.5, 2.0, 0.25, 3.0, 0.75), strict=True))
    alone = sum(loss_of(ALL[part], case)(*case.batch) * share for part, share in shares.items())
    torch.testing.assert_close(loss_of(LossConfig(**shares), case)(*case.batch), alone)


@pytest.mark.parametrize("part", ["dice", "jaccard", "tversky", "lovasz"])
def test_weights_of_pixels_and_classes_are_not_for_the_overlaps(case, part):
    even = torch.ones_like(case.weights) * (case.weights > 0)
    torch.testing.assert_close(
        SegmentationLoss(ALL[part])(case.logits, case.labels, even), loss_of(ALL[part], case)(*case.batch)
    )


def test_class_weights_come_from_the_config_or_with_the_call(case):
    config = LossConfig(dice=0, class_weights=tuple(case.of_class.tolist()))
    expected = loss_of(ALL["cross_entropy"], case)(*case.batch)
    assert SegmentationLoss(config)(*case.batch) == expected
    balanced = SegmentationLoss(LossConfig(dice=0, class_weights="balanced"), case.of_class.double())
    assert balanced(*case.batch) == expected
    assert not balanced.state_dict()


def test_balanced_classes_ask_for_their_weights():
    with pytest.raises(TrainingError, match="balanced_weights"):
        SegmentationLoss(LossConfig(class_weights="balanced"))


def test_a_batch_of_no_crops_gives_0():
    empty = torch.zeros(0, 2, 4, 4), torch.zeros(0, 4, 4, dtype=torch.int64), torch.zeros(0, 4, 4)
    assert SegmentationLoss(ALL["sum"])(*empty) == 0
