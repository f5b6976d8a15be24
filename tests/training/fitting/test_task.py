"""Steps of a task, against what they are defined as."""

import dataclasses

import pytest
import torch

from geounet.training import TrainConfig
from geounet.training.fitting import feeding
from geounet.training.fitting.feeding import balanced_classes, crop_batches
from geounet.training.fitting.task import SegmentationTask
from geounet.training.fitting.trainer import make_trainer, run_trainer
from geounet.training.scenes.reading import training_scenes


@pytest.fixture(scope="module")
def scenes(place, card):
    return training_scenes(config_of(place, card))


def config_of(place, card, **tables) -> TrainConfig:
    optimizer = {"steps": 2, "batch": 2, "warmup": 0, "precision": "32-true"} | tables.pop("optimizer", {})
    data = {
        "train": [{"scene": "here.tif", "labels": "here.geojson"}],
        "validation": [{"scene": "there.tif", "labels": "there.geojson"}],
        "crop": 48,
    }
    common = {
        "root": str(place),
        "card": card,
        "data": data,
        "optimizer": optimizer,
        "device": "cpu",
        "out": "no",
    }
    return TrainConfig.from_dict(common | tables)


def trained(config: TrainConfig, scenes, *, steps: int | None = None) -> SegmentationTask:
    """A task after some steps that are not validated."""
    torch.manual_seed(1)
    task = SegmentationTask(config, [], class_weights=balanced_classes(config, scenes))
    trainer = make_trainer(config, [], steps=steps or config.optimizer.steps, limit_val_batches=0)
    run_trainer(trainer, task, crop_batches(task, scenes, trainer), scenes=1)
    return task


def test_what_a_step_does_follows_from_the_seed_and_the_step(place, card, scenes):
    """Not from what torch's generator was before: a run that goes on has no other."""
    config = config_of(place, card, augment={"noise": 0.1, "mixup": 0.4})
    first = trained(config, scenes)
    torch.manual_seed(77)
    torch.randn(5)
    other = trained(config, scenes)
    for name, value in first.network.state_dict().items():
        assert torch.equal(value, other.network.state_dict()[name]), name
    seeded = trained(dataclasses.replace(config, seed=9), scenes)
    assert not torch.equal(first.network.encoder.conv1.weight, seeded.network.encoder.conv1.weight)


def test_a_frozen_encoder_stays_as_it_is_then_learns(place, card, scenes, save_model):
    model = str(save_model(card))
    config = config_of(place, card, start=model, optimizer={"freeze": 1, "encoder_rate": 0.5})
    torch.manual_seed(1)
    before = SegmentationTask(config, []).network.state_dict()
    after = trained(config, scenes, steps=1).network.state_dict()
    assert all(torch.equal(before[n], after[n]) for n in before if n.startswith("encoder."))
    assert not torch.equal(before["segmentation_head.0.weight"], after["segmentation_head.0.weight"])
    later = trained(config, scenes, steps=2).network.state_dict()
    for name in ("encoder.conv1.weight", "encoder.bn1.running_mean"):
        assert not torch.equal(before[name], later[name]), name


def test_accumulated_batches_are_one_step_of_their_mean(place, card, scenes):
    """With SGD without momentum's past, the first step is −rate · mean of the batches' gradients (· 1.9 by Nesterov)."""
    o = {"method": "sgd", "decay": 0.0, "clip": 0.0, "rate": 1e-2, "schedule": "constant", "steps": 1}
    both = trained(config_of(place, card, optimizer=o | {"accumulate": 2}), scenes)
    assert (both.step, both.trainer.global_step) == (1, 1)
    torch.manual_seed(1)
    start = SegmentationTask(both.config, [])
    start._trainer = both.trainer
    start.train()
    batches = list(crop_batches(start, scenes, both.trainer))
    for number, batch in enumerate(batches):
        (start.training_step(batch, number) / 2).backward()
    for (name, found), (_, parameter) in zip(
        both.network.named_parameters(), start.network.named_parameters(), strict=True
    ):
        if parameter.grad is not None:
            expected = parameter - 1e-2 * 1.9 * parameter.grad
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6, msg=name)


def test_the_loss_of_a_mixture_is_the_mixture_of_losses(place, card, scenes, monkeypatch):
    config = config_of(place, card, augment={"mixup": 0.4})
    torch.manual_seed(1)
    task = SegmentationTask(config, []).eval()
    seen = []
    augment = task.augmentation.forward
    monkeypatch.setattr(task.augmentation, "forward", lambda batch: seen.append(augment(batch)) or seen[0])
    trainer = make_trainer(config, [], steps=1, limit_val_batches=0)
    batch = next(iter(crop_batches(task, scenes, trainer)))
    loss = task.training_step(batch, 0)
    (crops,) = seen
    logits = task.network(crops.images)
    first = task.loss(logits, crops.labels, crops.weights)
    second = task.loss(logits, crops.mix.labels, crops.mix.weights)
    torch.testing.assert_close(loss, crops.mix.share * first + (1 - crops.mix.share) * second)


@pytest.mark.parametrize(
    ("device", "cores", "ranks", "expected"),
    [
        ("cpu", 16, 1, 0),
        ("cuda", 16, 1, 8),
        ("cuda", 4, 1, 3),
        ("cuda", 16, 4, 3),
        ("cuda", 1, 1, 0),
        ("mps", 8, 1, 7),
    ],
)
def test_a_device_that_would_wait_gets_processes_that_cut_crops(monkeypatch, device, cores, ranks, expected):
    monkeypatch.setattr(feeding, "allowed_cores", lambda: cores)
    assert feeding.suitable_workers(device, ranks=ranks) == expected


@pytest.mark.parametrize(("workers", "expected"), [(None, 0), (0, 0), (2, 2)])
def test_who_says_how_many_processes_cut_crops_gets_them(place, card, scenes, workers, expected):
    config = config_of(place, card, optimizer={"workers": workers})
    trainer = make_trainer(config, [], steps=1, limit_val_batches=0)
    loader = crop_batches(SegmentationTask(config, []), scenes, trainer)
    assert (loader.num_workers, loader.persistent_workers, loader.pin_memory) == (
        expected,
        expected > 0,
        False,
    )


def test_heads_of_deep_supervision_learn_and_are_no_part_of_the_network(place, card, scenes):
    config = config_of(place, card, loss={"deep": 0.5}, optimizer={"average": 0.5})
    torch.manual_seed(1)
    before = SegmentationTask(config, []).heads.state_dict()
    task = trained(config, scenes)
    assert all(not torch.equal(value, before[name]) for name, value in task.heads.state_dict().items())
    assert task.validated.state_dict().keys() == task.network.state_dict().keys()
    assert not any("heads" in name for name in task.network.state_dict())


def test_rates_of_encoder_and_rest(place, card):
    task = SegmentationTask(config_of(place, card, optimizer={"encoder_rate": 0.1, "rate": 1e-2}), [])
    rates = {}
    for group in task.configure_optimizers().param_groups:
        for parameter in group["params"]:
            rates[id(parameter)] = (group["highest"], group["weight_decay"])
    for name, parameter in task.network.named_parameters():
        rate = 1e-3 if name.startswith("encoder.") else 1e-2
        assert rates[id(parameter)] == (pytest.approx(rate), 0.01 if parameter.ndim > 1 else 0.0), name
