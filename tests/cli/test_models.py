"""`geounet models`: a model comes in one line and leaves in one line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from geounet.cli import main
from geounet.models import bundle

KEYS = {
    "model_type": '"Segmentor"',
    "class_names": '{"0": "dark", "1": "bright"}',
    "resolution": "30",
    "tiles_size": "64",
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_onnx() -> Callable[..., None]:
    """`land.onnx`, whose second class is what is bright."""

    def write(*, last: str = "Softmax", leave_out: str = "") -> None:
        kernel = np.array([[0, 0, 0], [4, 4, 4]], np.float32)[:, :, None, None]
        bias = np.array([6, 0], np.float32)
        graph = helper.make_graph(
            [
                helper.make_node("Conv", ["image", "kernel", "bias"], ["logits"]),
                helper.make_node(last, ["logits"], ["classes"]),
            ],
            "land",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 64, 64])],
            [helper.make_tensor_value_info("classes", TensorProto.FLOAT, ["n", 2, 64, 64])],
            [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(bias, "bias")],
        )
        for node in graph.node:
            if node.op_type == "Softmax":
                node.attribute.append(helper.make_attribute("axis", 1))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        helper.set_model_props(model, {key: text for key, text in KEYS.items() if key != leave_out})
        onnx.save(model, "land.onnx")

    return write


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (3, 10, 9), dtype=np.uint8).repeat(9, 1).repeat(9, 2)


def test_a_file_for_deepness_becomes_a_model_that_extracts_and_batches(
    write_onnx: Callable[..., None], make_raster: Callable[..., Path], pixels: NDArray[np.uint8],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write_onnx()
    make_raster(pixels)
    assert main(["models", "import", "land.onnx", "-o", "land"]) == 0
    assert "land: land deepness, digest" in capsys.readouterr().out
    assert main(["models", "show", "land"]) == 0
    assert json.loads(capsys.readouterr().out)["card"]["classes"] == ["dark", "bright"]
    words = ["--model", "land", "--device", "cpu"]
    assert main(["extract", "scene.tif", *words, "-o", "one.gpkg", "--class-raster", "labels.tif"]) == 0
    assert main(["batch", "scene.tif", *words, "-o", "many", "--class-raster", "--workers", "1"]) == 0
    import rasterio

    bright = pixels.astype(float).sum(0) * 4 / 255 > 6
    assert 0.1 < bright.mean() < 0.9
    for name in ("labels.tif", "many/scene_class.tif"):
        with rasterio.open(name) as labels:
            np.testing.assert_array_equal(labels.read(1), bright)


def test_a_model_leaves_with_its_item_and_comes_back(
    write_onnx: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    write_onnx()
    assert main(["models", "import", "land.onnx", "-o", "land"]) == 0
    capfd.readouterr()
    assert main(["models", "export", "land", "-o", "out.onnx", "--json-events"]) == 0
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    written = [(event["path"], event["kind"]) for event in events if event["event"] == "output"]
    assert written == [("out.onnx", "onnx"), ("out.json", "stac-item")]
    assert main(["models", "export", "land", "-o", "out.onnx"]) == 1
    assert "--overwrite" in capfd.readouterr().err
    assert main(["models", "import", "out.onnx", "-o", "back"]) == 0
    assert bundle.read(Path("back")).card == bundle.read(Path("land")).card


@pytest.mark.parametrize(
    ("changes", "words", "named"),
    [
        ({"leave_out": "class_names"}, [], "pass --card"),
        ({"last": "Sigmoid"}, [], "sum to"),
        ({"last": "Identity"}, [], "pass --activation"),
        ({}, ["--card", "no.json"], "no.json"),
    ],
)
def test_what_cannot_come_in_is_one_line(
    write_onnx: Callable[..., None], capsys: pytest.CaptureFixture[str], changes: dict[str, str],
    words: list[str], named: str,
) -> None:  # fmt: skip
    write_onnx(**changes)
    assert main(["models", "import", "land.onnx", "-o", "land", *words]) == 1
    err = capsys.readouterr().err
    assert err.startswith("geounet: ")
    assert err.count("\n") == 1
    assert named in err
    assert not Path("land").exists()


def test_logits_come_in_with_their_activation(write_onnx: Callable[..., None]) -> None:
    write_onnx(last="Identity")
    assert main(["models", "import", "land.onnx", "-o", "land", "--activation", "softmax"]) == 0


def test_weights_without_a_card_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("w.pth").write_bytes(b"x")
    assert main(["models", "import", "w.pth", "-o", "mine"]) == 1
    assert "pass --card" in capsys.readouterr().err
