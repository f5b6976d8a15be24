import copy

import pytest
import torch
from torch.nn import functional

from geounet.errors import TrainingError
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training.config.loss import LossConfig
from geounet.training.losses import DeepHeads, SegmentationLoss, deep_loss
from geounet.training.scenes.labels import IGNORED

CHANNELS = (48, 32, 24, 20, 16)


@pytest.fixture
def network(card):
    def made(depth=3, **options):
        torch.manual_seed(1)
        architecture = {"name": "Unet", "encoder": "resnet18", "encoder_depth": depth}
        architecture |= {"decoder_channels": list(CHANNELS[:depth])} | options
        return build(ModelCard.from_dict({"format": 1} | card | {"architecture": architecture, "stride": 1}))

    return made


@pytest.fixture
def images():
    return torch.randn(2, 3, 32, 64, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("depth", [3, 4, 5])
@pytest.mark.parametrize("attention", [None, "scse"])
def test_there_is_a_head_for_each_stage_but_the_last(network, images, depth, attention):
    unet = network(depth, decoder_attention_type=attention)
    deep = DeepHeads(unet, 3)
    unet(images)
    shapes = [tuple(logits.shape) for logits in deep()]
    assert shapes == [(2, 3, 32 >> k, 64 >> k) for k in range(1, depth)]


@pytest.fixture
def nested(card):
    torch.manual_seed(1)
    architecture = {"name": "UnetPlusPlus", "encoder": "resnet18", "encoder_depth": 4}
    architecture |= {"decoder_channels": list(CHANNELS[:4])}
    return build(ModelCard.from_dict({"format": 1} | card | {"architecture": architecture, "stride": 1}))


def test_each_nested_decoder_of_a_unet_plus_plus_has_a_head(nested, images):
    deep = DeepHeads(nested, 3)
    ends: dict[str, torch.Tensor] = {}
    for name in ("x_0_2", "x_1_2", "x_2_2"):  # x_i_2 is the paper's X(0, 3 − i), at half the sides
        nested.decoder.blocks[name].register_forward_hook(
            lambda module, inputs, output, name=name: ends.update({name: output})
        )
    nested(images)
    found = deep()
    assert [tuple(logits.shape) for logits in found] == [(2, 3, 16, 32)] * 3
    for logits, head, end in zip(found, deep.heads, [ends[f"x_{i}_2"] for i in range(3)], strict=True):
        torch.testing.assert_close(logits, head(end))


def test_a_unet_plus_plus_learns_by_its_nested_decoders_alone(nested, images):
    deep, loss = DeepHeads(nested, 2), SegmentationLoss(LossConfig())
    labels, weights = (images[:, 0] > 0).long(), torch.ones(2, 32, 64)
    nested(images)
    deep_loss(loss, deep(), labels=labels, weights=weights, share=1.0).backward()
    assert nested.encoder.conv1.weight.grad.abs().sum() > 0
    assert all(p.grad.abs().sum() > 0 for p in deep.parameters())
    assert nested.segmentation_head[0].weight.grad is None


def test_stages_of_one_size_count_alike():
    logits = [torch.randn(2, 3, 8, 12) for _ in range(4)]
    labels, weights = torch.randint(3, (2, 16, 24)), torch.rand(2, 16, 24)
    loss = SegmentationLoss(LossConfig(dice=0))
    found = deep_loss(loss, logits, labels=labels, weights=weights, share=0.25)
    each = [deep_loss(loss, [one], labels=labels, weights=weights, share=1.0) for one in logits]
    torch.testing.assert_close(found, torch.stack(each).mean())


def test_a_network_without_stages_is_refused():
    with pytest.raises(
        TrainingError, match=r"Unet and UnetPlusPlus, and this is Conv2d; set loss\.deep to 0"
    ):
        DeepHeads(torch.nn.Conv2d(3, 2, 1), 2)


def test_its_gradient_reaches_the_encoder_and_every_head(network, images):
    unet = network()
    deep = DeepHeads(unet, 2)
    unet(images)
    sum(logits.square().mean() for logits in deep()).backward()
    assert unet.encoder.conv1.weight.grad.abs().sum() > 0
    assert all(p.grad.abs().sum() > 0 for p in deep.parameters())
    assert unet.segmentation_head[0].weight.grad is None
    assert all(p.grad is None for p in unet.decoder.blocks[-1].parameters())


def test_the_network_does_not_know_of_it(network, images):
    plain, unet = network(), network()
    names = set(unet.state_dict())
    deep = DeepHeads(unet, 2)
    assert torch.equal(unet(images), plain(images))
    assert set(unet.state_dict()) == names
    assert not {id(p) for p in unet.parameters()} & {id(p) for p in deep.parameters()}
    deep.close()
    deep.close()
    assert torch.equal(unet(images), plain(images))
    assert not any(block._forward_hooks for block in unet.decoder.blocks)
    with pytest.raises(TrainingError, match="saw 0 of 2 stages"):
        deep()


def test_it_learns_in_an_optimizer(network, images):
    unet = network()
    deep, loss = DeepHeads(unet, 2), SegmentationLoss(LossConfig())
    labels, weights = (images[:, 0] > 0).long(), torch.ones(2, 32, 64)
    before = [p.detach().clone() for p in deep.parameters()]
    optimizer = torch.optim.AdamW([*unet.parameters(), *deep.parameters()], lr=3e-3)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        unet(images)
        value = deep_loss(loss, deep(), labels=labels, weights=weights, share=0.5)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert losses[-1] < losses[0]
    assert all(not torch.equal(b, p) for b, p in zip(before, deep.parameters(), strict=True))


def test_only_training_of_the_network_itself_is_seen(network, images):
    unet = network()
    deep = DeepHeads(unet, 2)
    average = copy.deepcopy(unet)
    average(images)
    unet.eval()(images)
    with pytest.raises(TrainingError, match="run the network in training mode"):
        deep()
    unet.train()(images)
    average(images + 1)
    first = deep()
    unet(images)
    assert all(torch.equal(a, b) for a, b in zip(first, deep(), strict=True))
    with pytest.raises(TrainingError):
        deep()


def test_each_stage_has_half_the_share_of_the_one_after_it():
    logits = [torch.randn(2, 3, 16 >> k, 24 >> k) for k in (1, 2, 3)]
    labels, weights = torch.randint(3, (2, 16, 24)), torch.rand(2, 16, 24)
    loss = SegmentationLoss(LossConfig(dice=0))
    found = deep_loss(loss, logits, labels=labels, weights=weights, share=0.4)
    expected = 0.0
    for scores, share, side in zip(logits, (0.4, 0.2, 0.1), (2, 4, 8), strict=True):
        middle = slice(side // 2, None, side)
        each = functional.cross_entropy(scores, labels[:, middle, middle], reduction="none")
        coarse = weights[:, middle, middle]
        expected = expected + share * (each * coarse).sum() / coarse.sum()
    torch.testing.assert_close(found, expected)


def test_ignored_pixels_stay_ignored_at_every_stage():
    logits = [torch.randn(1, 2, 32 >> k, 32 >> k, requires_grad=True) for k in (1, 2, 3, 4)]
    labels, weights = torch.randint(2, (1, 32, 32)), torch.ones(1, 32, 32)
    labels[:, :16], weights[..., :16] = IGNORED, 0
    loss = SegmentationLoss(LossConfig())
    deep_loss(loss, logits, labels=labels, weights=weights, share=1.0).backward()
    for scores in logits:
        half = scores.shape[-1] // 2
        assert (scores.grad[..., :half, :] == 0).all()
        assert (scores.grad[..., :half] == 0).all()
        assert (scores.grad[..., half:, half:] != 0).any()


def test_without_stages_or_labels_it_is_0():
    labels, weights = torch.full((1, 8, 8), IGNORED), torch.ones(1, 8, 8)
    loss = SegmentationLoss(LossConfig())
    assert deep_loss(loss, [], labels=labels, weights=weights, share=1.0) == 0
    assert deep_loss(loss, [torch.randn(1, 2, 4, 4)], labels=labels, weights=weights, share=1.0) == 0
