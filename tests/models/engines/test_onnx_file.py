"""An ONNX file is known before it is run, and one that is not whole, or no segmentation network, is refused in a line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from geounet.errors import ModelError
from geounet.models.engines.onnx_file import parse_onnx, read_onnx

Write = Callable[..., Path]


def changed(path: Path, change: Callable[[onnx.ModelProto], None]) -> Path:
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())  # onnx.save would look at what it writes
    return path


def refused(path: Path, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        read_onnx(path)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


@pytest.mark.parametrize(("batch", "side"), [(1, 32), ("n", 32), (4, "side"), ("batch", "s")])
def test_a_file_says_what_it_takes_and_gives(write_onnx: Write, batch: int | str, side: int | str) -> None:
    file = read_onnx(write_onnx(batch=batch, side=side))
    assert (file.input, file.bands, file.scores, file.opset) == ("image", 3, 2, 13)
    assert file.batch == (batch if isinstance(batch, int) else None)
    assert file.side == (side if isinstance(side, int) else None)
    assert file.metadata["resolution"] == "30"


def test_constants_among_the_inputs_are_none(write_onnx: Write) -> None:
    # Until ONNX's version 4 every constant had to be listed among the inputs.
    def list_kernel(model: onnx.ModelProto) -> None:
        info = helper.make_tensor_value_info("kernel", TensorProto.FLOAT, [2, 3, 1, 1])
        model.graph.input.insert(0, info)

    assert read_onnx(changed(write_onnx(), list_kernel)).input == "image"


def test_tensors_in_other_files_are_refused_wherever_they_are_named(write_onnx: Write) -> None:
    path = write_onnx()
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="land.onnx.data", size_threshold=0)
    refused(path, r"keeps its tensors in land\.onnx\.data; expected them in the file itself: save it with")

    def hide(model: onnx.ModelProto) -> None:
        outside = numpy_helper.from_array(np.zeros(1, np.float32), "hidden")
        outside.data_location = TensorProto.EXTERNAL
        outside.external_data.add(key="location", value="../../etc/passwd")
        inner = helper.make_graph([helper.make_node("Constant", [], ["c"], value=outside)], "branch", [], [])
        model.graph.node.append(
            helper.make_node(
                "If", ["x"], ["y"], then_branch=inner, else_branch=helper.make_graph([], "", [], [])
            )
        )

    refused(changed(write_onnx(), hide), r"keeps its tensors in ../../etc/passwd")


@pytest.mark.parametrize("opset", [1, 6, 99])
def test_an_opset_that_is_not_known_is_refused(write_onnx: Write, opset: int) -> None:
    def stamp(model: onnx.ModelProto) -> None:
        model.opset_import[0].version = opset

    newest = onnx.defs.onnx_opset_version()
    refused(changed(write_onnx(), stamp), rf"has opset {opset}; onnx .* reads 7 to {newest}: export it with")


@pytest.mark.parametrize("content", [b"junk, not a protocol buffer", b"", b"PK\x03\x04"])
def test_junk_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "junk.onnx").write_bytes(content)
    refused(tmp_path / "junk.onnx", "not readable as ONNX|holds no ONNX graph")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    refused(tmp_path / "no.onnx", "cannot be read")


def _two(values: object) -> None:
    values.append(values[0])  # type: ignore[attr-defined]


CHANGES: dict[str, tuple[Callable[[onnx.ModelProto], object], str]] = {
    "two inputs": (lambda m: _two(m.graph.input), "takes 2 tensors; expected a network from"),
    "two outputs": (lambda m: _two(m.graph.output), "gives 2 tensors"),
    "bytes": (lambda m: setattr(m.graph.input[0].type.tensor_type, "elem_type", TensorProto.UINT8), "takes other"),
    "labels": (lambda m: m.graph.output[0].type.tensor_type.shape.dim.pop(1), r"gives \(batch, 32, 32\)"),
    "any bands": (lambda m: m.graph.input[0].type.tensor_type.shape.dim[1].ClearField("dim_value"), "how many bands"),
    "oblong": (lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[3], "dim_value", 64), "square"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_segmentation_network_is_refused(write_onnx: Write, name: str) -> None:
    change, message = CHANGES[name]
    path = write_onnx(side=32)
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())
    refused(path, message)


def test_the_bytes_are_parsed_as_they_are(write_onnx: Write) -> None:
    content = write_onnx().read_bytes()
    assert parse_onnx(content, name="x") == onnx.load_model_from_string(content)
