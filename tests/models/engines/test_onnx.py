"""ONNX Runtime gives what the graph says, in batches and tiles as the file takes them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from geounet.errors import DeviceError, ModelError, OutOfMemoryError
from geounet.models.card import ModelCard
from geounet.models.engines.onnx import OnnxSegmenter
from geounet.models.engines.onnx_file import read_onnx
from geounet.models.segmenter import Segmenter

Write = Callable[..., Path]
MakeCard = Callable[..., ModelCard]
Oracle = Callable[..., NDArray[np.float32]]


@pytest.fixture
def load(write_onnx: Write, unet_card: MakeCard) -> Callable[..., OnnxSegmenter]:
    def make(*, card: dict[str, object] | None = None, threads: int = 1, **file: object) -> OnnxSegmenter:
        values = {"tile": 32, "margin": 4, "stride": 8, "architecture": None} | (card or {})
        return OnnxSegmenter(
            unet_card(**values), read_onnx(write_onnx(**file)), device="cpu", threads=threads
        )

    return make


def patches(count: int, side: int = 32) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(count, 3, side, side)).astype(np.float32)


@pytest.mark.parametrize("batch", ["batch", 1, 2, 4])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_any_number_of_tiles_goes_through_any_batch(
    load: Callable[..., OnnxSegmenter], oracle: Oracle, batch: int | str, count: int
) -> None:
    scores = load(batch=batch)(patches(count))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, oracle(patches(count)), atol=1e-6)


def test_it_is_a_segmenter_that_says_what_it_is(load: Callable[..., OnnxSegmenter]) -> None:
    import onnxruntime

    segmenter = load(threads=2)
    assert isinstance(segmenter, Segmenter)
    assert segmenter.describe() == {
        "engine": "onnx", "onnxruntime": onnxruntime.__version__, "device": "cpu", "dtype": "float32", "threads": 2,
    }  # fmt: skip


def test_the_same_patches_give_the_same_bytes(load: Callable[..., OnnxSegmenter]) -> None:
    first, second = load(), load()
    assert first(patches(2)).tobytes() == first(patches(2)).tobytes() == second(patches(2)).tobytes()


def test_views_are_taken_as_they_are_seen(load: Callable[..., OnnxSegmenter], oracle: Oracle) -> None:
    flipped = patches(2)[:, :, ::-1].swapaxes(2, 3)
    np.testing.assert_allclose(load()(flipped), oracle(flipped), atol=1e-6)


def test_tiles_are_any_or_the_files_own(load: Callable[..., OnnxSegmenter]) -> None:
    free, fixed = load(), load(side=32)
    assert (free.any_tile, fixed.any_tile) == (True, False)
    assert free(patches(1, side=16)).shape == (1, 2, 16, 16)
    with pytest.raises(ModelError, match="takes tiles of 32 alone: leave --tile out"):
        fixed(patches(1, side=16))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 4, 32, 32), r"expects \(N, 3, h, w\): bands red, green, blue"),
        ((3, 32, 32), r"expects \(N, 3, h, w\)"),
        ((1, 3, 32, 30), "takes multiples of 8"),
    ],
)
def test_patches_that_do_not_fit_are_refused(
    load: Callable[..., OnnxSegmenter], shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        load()(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"bands": ("grey",)}, "takes 3 bands; its card says 1"),
        ({"classes": ("a", "b", "c")}, "gives 2 scores; its card says 3"),
        ({"tile": 64}, "takes tiles of 32; its card says 64"),
    ],
)
def test_a_card_of_another_model_is_refused(
    load: Callable[..., OnnxSegmenter], card: dict[str, object], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        load(card=card, side=32)


def test_what_onnx_does_not_have_is_refused(write_onnx: Write, unet_card: MakeCard) -> None:
    card, file = unet_card(), read_onnx(write_onnx())
    with pytest.raises(DeviceError, match=r"'mps' is not there for ONNX; onnxruntime here has .*cpu"):
        OnnxSegmenter(card, file, device="mps")
    with pytest.raises(DeviceError, match="float16 cannot be asked for"):
        OnnxSegmenter(card, file, device="cpu", precision="float16")


def test_a_graph_that_does_not_run_is_one_line(write_onnx: Write, unet_card: MakeCard) -> None:
    import onnx

    path = write_onnx()
    model = onnx.load(path)
    model.graph.node[1].op_type = "Frobnicate"
    onnx.save(model, path)
    with pytest.raises(
        ModelError, match=r"ONNX file \(opset 13\) of model .* does not run in onnxruntime"
    ) as caught:
        OnnxSegmenter(unet_card(), read_onnx(path), device="cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("batch", "tile", "expected"), [(4, 512, 4), ("n", 64, 64), ("n", 256, 4), ("n", 2048, 1)]
)
def test_a_batch_is_the_files_or_follows_the_tile(
    load: Callable[..., OnnxSegmenter], batch: int | str, tile: int, expected: int
) -> None:
    assert load(batch=batch).suggest_batch(tile) == expected


class Full:
    """A session that has no memory left."""

    def run(self, _names: object, _feed: object) -> None:
        raise RuntimeError(
            "[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 99\nat x"
        )


def test_a_batch_too_large_can_be_told_from_other_failures(
    load: Callable[..., OnnxSegmenter], monkeypatch: pytest.MonkeyPatch
) -> None:
    segmenter = load()
    monkeypatch.setattr(segmenter, "session", Full())
    with pytest.raises(OutOfMemoryError, match=r"2 tiles of 32 × 32 do not fit cpu .*--batch-size") as caught:
        segmenter(patches(2))
    assert "\n" not in str(caught.value)
