"""The engine gives the network's probabilities, and the same every time."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.special import expit, softmax
from torch import nn

from geounet.errors import DeviceError, ModelError, OutOfMemoryError
from geounet.models.card import ModelCard
from geounet.models.engines.devices import cpu_has_bfloat16
from geounet.models.engines.torch import TorchSegmenter
from geounet.models.segmenter import Segmenter

MakeCard = Callable[..., ModelCard]
MakeNetwork = Callable[[ModelCard], nn.Module]


@pytest.fixture
def patches() -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=(3, 3, 64, 96)).astype(np.float32)


def run(
    card: ModelCard, module: nn.Module, patches: NDArray[np.float32], **options: object
) -> NDArray[np.float32]:
    return TorchSegmenter(card, module, **({"device": "cpu", "precision": "float32"} | options))(patches)


@pytest.mark.parametrize("temperature", [1.0, 2.5])
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_scores_are_the_networks_probabilities(
    unet_card: MakeCard,
    network: MakeNetwork,
    patches: NDArray[np.float32],
    activation: str,
    temperature: float,
) -> None:
    card = unet_card(classes=("background", "a", "b"), activation=activation, temperature=temperature)
    scores = run(card, network(card), patches)
    with torch.inference_mode():
        logits = network(card)(torch.from_numpy(patches)).numpy() / temperature
    expected = softmax(logits, axis=1) if activation == "softmax" else expit(logits)
    assert scores.dtype == np.float32
    assert scores.flags.c_contiguous
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_the_same_patches_give_the_same_bytes(
    unet_card: MakeCard, network: MakeNetwork, patches: NDArray[np.float32]
) -> None:
    card = unet_card()
    first, second = (TorchSegmenter(card, network(card), device="cpu") for _ in range(2))
    assert first(patches).tobytes() == first(patches).tobytes() == second(patches).tobytes()


def test_views_are_taken_as_they_are_seen(
    unet_card: MakeCard, network: MakeNetwork, patches: NDArray[np.float32]
) -> None:
    segmenter = TorchSegmenter(unet_card(), network(unet_card()), device="cpu", precision="float32")
    flipped = patches[:, :, ::-1].swapaxes(2, 3)
    expected = segmenter(flipped.copy())
    flipped.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(segmenter(flipped), expected)


def test_a_network_in_training_is_run_as_trained(
    unet_card: MakeCard, network: MakeNetwork, patches: NDArray[np.float32]
) -> None:
    card = unet_card()
    segmenter = TorchSegmenter(card, network(card).train(), device="cpu")
    before = {name: tensor.clone() for name, tensor in segmenter.module.state_dict().items()}
    segmenter(patches)
    assert all(torch.equal(before[name], tensor) for name, tensor in segmenter.module.state_dict().items())


@pytest.mark.skipif(not cpu_has_bfloat16(), reason="the processor multiplies no bfloat16")
def test_half_precision_is_close_and_scores_stay_single(
    unet_card: MakeCard, network: MakeNetwork, patches: NDArray[np.float32]
) -> None:
    card = unet_card()
    segmenter = TorchSegmenter(card, network(card), device="cpu")
    scores = segmenter(patches)
    assert segmenter.describe()["dtype"] == "bfloat16"
    np.testing.assert_allclose(scores, run(card, network(card), patches), atol=0.05)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-6)  # a softmax in bfloat16 is off by 1e-2


def test_threads_are_the_callers_for_this_model_alone(
    unet_card: MakeCard, network: MakeNetwork, patches: NDArray[np.float32]
) -> None:
    card = unet_card()
    one = TorchSegmenter(card, network(card), device="cpu", threads=1)
    rest = TorchSegmenter(card, network(card), device="cpu")
    one(patches)
    assert torch.get_num_threads() == one.describe()["threads"] == 1
    rest(patches)
    assert torch.get_num_threads() == rest.describe()["threads"]


def test_it_is_a_segmenter_that_says_what_it_is(unet_card: MakeCard, network: MakeNetwork) -> None:
    segmenter = TorchSegmenter(
        unet_card(), network(unet_card()), device="cpu", precision="float32", threads=2
    )
    assert isinstance(segmenter, Segmenter)
    assert segmenter.describe() == {
        "engine": "torch", "torch": torch.__version__, "device": "cpu", "dtype": "float32", "threads": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 4, 64, 64), r"expects \(N, 3, h, w\): bands red, green, blue"),
        ((3, 64, 64), r"expects \(N, 3, h, w\)"),
        ((1, 3, 64, 50), "takes multiples of 32"),
    ],
)
def test_patches_that_do_not_fit_are_refused(
    unet_card: MakeCard, network: MakeNetwork, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        run(unet_card(), network(unet_card()), np.zeros(shape, np.float32))


class Hungry(nn.Module):
    """A network that has memory for so many tiles, and fails as a library does that has no more."""

    def __init__(self, tiles: int, error: Exception) -> None:
        super().__init__()
        self.tiles, self.error = tiles, error

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if len(x) > self.tiles:
            raise self.error
        return x[:, :2]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried"
        ),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
        MemoryError(),
    ],
)
def test_a_batch_too_large_can_be_told_from_other_failures(unet_card: MakeCard, error: Exception) -> None:
    segmenter = TorchSegmenter(unet_card(), Hungry(2, error), device="cpu")
    assert segmenter(np.zeros((2, 3, 32, 32), np.float32)).shape == (2, 2, 32, 32)
    with pytest.raises(OutOfMemoryError, match=r"3 tiles of 32 × 32 do not fit cpu .*--batch-size") as caught:
        segmenter(np.zeros((3, 3, 32, 32), np.float32))
    assert isinstance(caught.value, DeviceError)
    assert "\n" not in str(caught.value)


def test_other_failures_pass_through(unet_card: MakeCard) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        run(unet_card(), Hungry(0, RuntimeError("a bug")), np.zeros((1, 3, 32, 32), np.float32))


@pytest.mark.parametrize(("tile", "batch"), [(64, 64), (256, 4), (512, 1), (1024, 1), (4096, 1)])
def test_a_cpus_batch_follows_the_tile_alone(unet_card: MakeCard, tile: int, batch: int) -> None:
    segmenter = TorchSegmenter(unet_card(), Hungry(0, RuntimeError("not to be run")), device="cpu")
    assert segmenter.suggest_batch(tile) == batch


@pytest.mark.parametrize(("fits", "batch"), [(100, 64), (64, 64), (33, 16), (3, 1), (1, 1), (0, 1)])
def test_a_gpus_batch_leaves_half_of_what_fits_to_scores_and_rows(
    unet_card: MakeCard, monkeypatch: pytest.MonkeyPatch, fits: int, batch: int
) -> None:
    segmenter = TorchSegmenter(
        unet_card(), Hungry(fits, torch.OutOfMemoryError("out of memory")), device="cpu"
    )
    # Only what is asked for the device's kind changes: the tensors stay where they are.
    run_on_cpu = segmenter._run
    monkeypatch.setattr(segmenter, "device", torch.device("mps"))
    monkeypatch.setattr(segmenter, "batch_pixels", None)
    monkeypatch.setattr(segmenter, "_run", lambda x: _as_cpu(segmenter, run_on_cpu, x))
    assert segmenter.suggest_batch(32) == batch


def _as_cpu(
    segmenter: TorchSegmenter, run_on_cpu: Callable[..., NDArray[np.float32]], x: NDArray[np.float32]
) -> NDArray[np.float32]:
    meant, segmenter.device = segmenter.device, torch.device("cpu")
    try:
        return run_on_cpu(x)
    finally:
        segmenter.device = meant


def test_a_gpu_is_run_with_cudnn(unet_card: MakeCard) -> None:
    segmenter = TorchSegmenter(unet_card(), nn.Identity(), device="cpu", precision="float32")
    segmenter.device = torch.device("cuda")
    before = torch.backends.cudnn.enabled
    with segmenter._arithmetic():
        assert torch.backends.cudnn.enabled == before
        assert torch.backends.cudnn.deterministic
