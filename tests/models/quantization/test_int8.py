"""A graph of integers: what is in it, that it labels as the float one does, and that it is always the same."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from geounet.errors import ModelError
from geounet.models import load_model
from geounet.models.bundle import save_onnx
from geounet.models.quantization import CALIBRATION, float_graph, int8_graph
from geounet.models.quantization.calibrating import calibrate
from geounet.models.quantization.int8 import quantized


@pytest.fixture
def calibration(graph, tiles):
    return calibrate(graph, lambda: iter(tiles))


@pytest.fixture
def bearing(source, calibration):
    """The bundle, which carries its calibration."""
    (source.folder / CALIBRATION).write_text(calibration.to_json(), encoding="utf-8")
    return source


def test_kernels_are_integers_but_the_last(graph, calibration):
    model = onnx.load_model_from_string(quantized(graph, calibration))
    integers = [
        t for t in model.graph.initializer if t.data_type == onnx.TensorProto.INT8 and len(t.dims) == 4
    ]
    assert len(integers) == 3
    assert all(np.abs(numpy_helper.to_array(t).astype(int)).max() == 64 for t in integers)
    kinds = [node.op_type for node in model.graph.node]
    assert "Clip" not in kinds  # integers end where it does
    assert "Relu" not in kinds
    floats = [
        t.name for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT and len(t.dims) == 4
    ]
    assert floats == ["head kernel"]


def test_sides_are_asked_of_integers(graph, calibration):
    model = onnx.load_model_from_string(quantized(graph, calibration))
    makers = {name: node.op_type for node in model.graph.node for name in node.output}
    shapes = [node for node in model.graph.node if node.op_type == "Shape"]
    assert shapes
    assert {makers[node.input[0]] for node in shapes} == {"QuantizeLinear"}


@pytest.mark.parametrize("method", ["percentile", "entropy", "minmax"])
def test_labels_are_mostly_those_of_the_float_graph(graph, tiles, run, method):
    calibration = calibrate(graph, lambda: iter(tiles[::2]), method=method)
    [exact], [near] = run(graph.model, tiles), run(quantized(graph, calibration), tiles)
    assert np.mean(exact.argmax(1) == near.argmax(1)) > 0.97
    assert np.abs(exact - near).mean() < 0.03


def test_ranges_hold_what_was_seen(graph, tiles):
    ranges = calibrate(graph, lambda: iter(tiles), method="minmax").ranges
    low, high = ranges["patches"]
    assert low <= tiles.min()
    assert high >= tiles.max() * (1 - 1e-4)


def test_other_sizes_than_those_calibrated_on_run(graph, calibration, run):
    patches = np.random.default_rng(0).uniform(size=(2, 3, 16, 48)).astype(np.float32)
    [scores] = run(quantized(graph, calibration), patches)
    assert scores.shape == (2, 2, 16, 48)


def test_it_is_the_same_each_time(source, tiles):
    first, second = (quantized(g := float_graph(source), calibrate(g, lambda: iter(tiles))) for _ in range(2))
    assert first == second


def test_what_is_read_gives_what_was_written(graph, calibration, bearing):
    made = int8_graph(bearing)
    assert made.content == quantized(graph, calibration)
    assert calibration.digest.startswith(made.calibration)
    assert len(made.calibration) == 12


def test_it_is_made_once(bearing, monkeypatch):
    first = int8_graph(bearing)
    monkeypatch.setattr("geounet.models.quantization.int8.quantized", lambda *_: pytest.fail("made again"))
    assert int8_graph(bearing) == first


def test_one_that_is_kept_is_refused_too_once_the_graph_is_another(bearing, monkeypatch):
    int8_graph(bearing)
    monkeypatch.setattr("geounet.models.quantization.int8.quantized", lambda *_: pytest.fail("made again"))
    bearing.weights.write_bytes(bearing.weights.read_bytes() + b"\x12\x01x")  # its producer_name
    with pytest.raises(ModelError, match=r"another graph.*calibrate it again"):
        int8_graph(bearing)


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda found: found[:-1], lambda found: found[:99] + b"x" + found[100:]]
)
def test_one_that_was_damaged_is_made_anew(bearing, tmp_path, monkeypatch, damage):
    monkeypatch.setenv("GEOUNET_CACHE", str(tmp_path / "cache"))
    whole = int8_graph(bearing)
    (kept,) = (tmp_path / "cache" / "int8").iterdir()
    content = kept.read_bytes()
    kept.write_bytes(damage(content))
    assert int8_graph(bearing) == whole
    assert kept.read_bytes() == content


def test_a_bundle_in_onnx_runs_by_the_calibration_that_it_carries(graph, calibration, bearing, tiles, run):
    for engine in ("onnx", "openvino"):
        model = load_model(bearing.folder, engine=engine, device="cpu", precision="int8", threads=1)
        assert model.describe()["dtype"] == "int8"
        assert model.describe()["calibration"] == calibration.digest[:12]
    model = load_model(bearing.folder, engine="onnx", device="cpu", precision="int8", threads=1)
    np.testing.assert_allclose(model(tiles), run(quantized(graph, calibration), tiles)[0], atol=1e-6)
    floats = load_model(bearing.folder, engine="onnx", device="cpu", precision="float32", threads=1)
    assert floats.describe()["dtype"] == "float32"
    assert "calibration" not in floats.describe()


def test_a_cache_that_cannot_be_written_is_no_failure(bearing, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GEOUNET_CACHE", str(tmp_path / "file"))
    assert int8_graph(bearing)


def test_a_bundle_without_calibration_is_refused(source):
    with pytest.raises(ModelError, match=r"has no calibration\.json.*models quantize"):
        int8_graph(source)


def test_a_calibration_of_another_graph_is_refused(graph, calibration):
    with pytest.raises(ModelError, match="another graph"):
        quantized(graph, replace(calibration, graph="0" * 64))


def test_a_calibration_that_lacks_a_tensor_is_refused(graph, calibration):
    ranges = {name: span for name, span in calibration.ranges.items() if name != "both"}
    with pytest.raises(ModelError, match="lacks tensor both"):
        quantized(graph, replace(calibration, ranges=ranges))


@pytest.mark.parametrize("length", [None, 3, 17])
def test_a_calibration_that_has_not_a_mean_a_channel_is_refused(graph, calibration, length):
    means = {name: values for name, values in calibration.means.items() if name != "both"}
    if length is not None:
        means["both"] = (0.0,) * length
    with pytest.raises(
        ModelError, match=r"\d+ means of tensor both, which has 16 channels; calibrate it again"
    ):
        quantized(graph, replace(calibration, means=means))


def test_it_runs_as_a_bundle(graph, calibration, card, tiles, tmp_path, run):
    content = quantized(graph, calibration)
    made = save_onnx(tmp_path / "int8", card, model=content, page="")
    scores = load_model(made.folder, engine="onnx", device="cpu", threads=1)(tiles)
    np.testing.assert_allclose(scores, run(content, tiles)[0], atol=1e-6)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-5)


def test_an_old_opset_is_refused(network, card, tmp_path):
    model = onnx.ModelProto()
    model.CopyFrom(network)
    model.opset_import[0].version = 12
    made = save_onnx(tmp_path / "old", card, model=model.SerializeToString(), page="")
    with pytest.raises(ModelError, match=r"opset 12.*13 or later"):
        float_graph(made)
