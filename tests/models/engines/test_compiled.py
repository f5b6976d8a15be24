"""torch.compile: an engine that is asked for by name, and says what it needs."""

import shutil
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch._dynamo.exc import TorchDynamoException

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.card import ModelCard
from geounet.models.engines import compiled
from geounet.models.engines.compiled import CompiledSegmenter
from geounet.models.engines.torch import TorchSegmenter

MakeCard = Callable[..., ModelCard]


class Pointwise(nn.Module):
    """Two classes of three bands."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """torch.compile that gives its module back, and what it was asked: compiling takes twenty seconds."""
    asked: list[dict[str, object]] = []

    def compile_(module: nn.Module, **options: object) -> nn.Module:
        asked.append(options)
        return module

    monkeypatch.setattr(torch, "compile", compile_)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return asked


def test_a_shape_is_compiled_at_a_time_and_named(eager: list[dict[str, object]], unet_card: MakeCard) -> None:
    segmenter = CompiledSegmenter(unet_card(), Pointwise(), device="cpu", precision="float32", threads=1)
    patches = np.random.default_rng(1).normal(size=(2, 3, 32, 32)).astype(np.float32)
    with torch.inference_mode():
        expected = segmenter.module(torch.from_numpy(patches)).softmax(1).numpy()
    np.testing.assert_allclose(segmenter(patches), expected, atol=1e-6)
    assert eager == [{"dynamic": False}]
    assert segmenter.describe()["engine"] == "compile"


def test_scenes_of_many_sizes_have_the_tiles_of_other_engines_all_compiled(
    eager: list[dict[str, object]], unet_card: MakeCard
) -> None:
    limits: list[int] = []

    class Asks(Pointwise):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            limits.append(torch._dynamo.config.recompile_limit)
            return super().forward(x)

    segmenter = CompiledSegmenter(unet_card(), Asks(), device="cpu", precision="float32", threads=1)
    assert segmenter.any_tile == TorchSegmenter(unet_card(), Asks(), device="cpu").any_tile
    segmenter(np.zeros((1, 3, 32, 32), np.float32))
    assert limits == [compiled.MOST_SHAPES]
    assert torch._dynamo.config.recompile_limit < compiled.MOST_SHAPES


def test_a_network_that_does_not_compile_is_one_line(
    eager: list[dict[str, object]], unet_card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    segmenter = CompiledSegmenter(unet_card(), Pointwise(), device="cpu", precision="float32")

    def fail(_: object) -> None:
        raise TorchDynamoException("backend='inductor' raised:\nno")

    monkeypatch.setattr(segmenter, "module", fail)
    with pytest.raises(ModelError, match=r"cannot be compiled \(backend.*pass --engine torch") as caught:
        segmenter(np.zeros((1, 3, 32, 32), np.float32))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("platform", "names"), [("linux", r"g\+\+, clang"), ("win32", "cl, clang-cl")])
def test_without_a_compiler_there_is_no_engine(
    unet_card: MakeCard, monkeypatch: pytest.MonkeyPatch, platform: str, names: str
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(compiled.sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(
        MissingDependencyError, match=f"found none of {names}.*: install one, or pass --engine torch"
    ):
        compiled._require_compiler()


def test_a_compiler_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "mine")
    monkeypatch.setattr(shutil, "which", {"mine": "/opt/mine"}.get)
    compiled._require_compiler()
