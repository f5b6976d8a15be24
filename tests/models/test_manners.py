"""Nothing leaves the machine unasked."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geounet
from geounet.models import load_model, shipped
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.hub_manners import quiet_hub
from geounet.models.networks import build, initialise_encoder


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach another machine, each refused."""
    seen: list[Any] = []

    def refuse(*args: Any, **_: Any) -> None:
        seen.append(args)
        raise OSError("this test has no network")

    for owner, name in (
        (socket.socket, "connect"), (socket.socket, "connect_ex"), (socket.socket, "sendto"),
        (socket, "getaddrinfo"), (socket, "gethostbyname"), (socket, "create_connection"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, refuse)
    return seen


def test_the_fixture_sees_a_connection(connections: list[Any]) -> None:
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("example.org", 443))
    assert len(connections) == 1


def test_loading_and_running_a_model_asks_nobody(tiny: Bundle, connections: list[Any]) -> None:
    model = load_model(tiny.folder, device="cpu")
    model(np.zeros((1, 3, 64, 64), np.float32))
    assert connections == []


@pytest.mark.parametrize("name", list(shipped()))
def test_a_whole_extraction_asks_nobody(
    make_raster: Any, connections: list[Any], tmp_path: Path, name: str
) -> None:
    scene = make_raster(np.random.default_rng(0).integers(0, 256, (3, 90, 80), np.uint8))
    geounet.extract(scene, name, tmp_path / "o.gpkg")
    assert connections == []


@pytest.mark.parametrize("encoder", ["resnet18", "tu-mobilenetv1_100", "efficientnet-b0"])
def test_building_a_network_asks_nobody(
    unet_card: Callable[..., ModelCard], connections: list[Any], encoder: str
) -> None:
    card = unet_card(architecture={"name": "Unet", "encoder": encoder})
    initialise_encoder(build(card), card, "none")
    assert connections == []


def test_a_hub_in_use_is_told_no_telemetry() -> None:
    from huggingface_hub import constants

    before = constants.HF_HUB_DISABLE_TELEMETRY
    with quiet_hub():
        assert constants.HF_HUB_DISABLE_TELEMETRY
    assert before == constants.HF_HUB_DISABLE_TELEMETRY
