"""The arithmetic of a training: what the device has in hardware, and float32 where that is wrong."""

import dataclasses
import logging

import pytest
import torch

from geounet.training.config import TrainConfig
from geounet.training.fitting import trainer

VOLUMES = {"name": "Unet3D", "channels": 2, "depth": 2}


@pytest.fixture
def bfloat16(monkeypatch):
    """Every device has bfloat16 in hardware."""
    monkeypatch.setattr(trainer, "choose_precision", lambda *_: torch.bfloat16)
    monkeypatch.setattr(trainer, "choose_device", torch.device)


def config(card, *, device="cpu", axes=None, precision="auto"):
    architecture = VOLUMES if axes else card["architecture"]
    known = card | {"architecture": architecture, "axes": axes} if axes else card
    scenes = {"train": [{"scene": "a.tif", "labels": "a.gpkg"}], "crop": 32}
    run = {"card": known, "data": scenes, "optimizer": {"steps": 1}, "device": device}
    made = TrainConfig.from_dict(run)
    return dataclasses.replace(made, optimizer=dataclasses.replace(made.optimizer, precision=precision))


@pytest.mark.usefixtures("bfloat16")
def test_bfloat16_where_the_device_has_it(card):
    assert trainer.precision(config(card)) == "bf16-mixed"


@pytest.mark.usefixtures("bfloat16")
def test_volumes_are_trained_in_float32_on_a_cpu_and_a_line_says_so(card, caplog):
    caplog.set_level(logging.INFO, logger="geounet")
    assert trainer.precision(config(card, axes={"time": 4})) == "32-true"
    assert "volumes is trained in float32 on a CPU" in caplog.text
    assert trainer.precision(config(card, axes={"time": 4}, device="cuda")) == "bf16-mixed"


@pytest.mark.usefixtures("bfloat16")
@pytest.mark.parametrize("axes", [None, {"time": 4}])
def test_what_is_asked_for_is_taken(card, axes):
    assert trainer.precision(config(card, axes=axes, precision="bf16-true")) == "bf16-true"


def test_float32_where_the_device_has_no_bfloat16(card, monkeypatch):
    monkeypatch.setattr(trainer, "choose_precision", lambda *_: torch.float16)
    assert trainer.precision(config(card)) == "32-true"
