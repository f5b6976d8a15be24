"""A graph in the forms that runtimes run fastest: the same numbers, without work that only a network of any size has.

Torch's exporter writes an upsampling to the size of another tensor, which a runtime must ask for while it runs. Where
that is the same whole multiple for tiles of any side, a constant says so: onnxruntime then keeps its blocked layout of
channels and fuses what comes before, an eighth of the time of a U-Net. A softmax over two channels is a sigmoid of their
difference, without a transposition: a twentieth.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geounet.models.bundle import Bundle
from geounet.models.graph.reading import INPUT, OUTPUT
from geounet.models.runtime_manners import quiet_onnxruntime

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto, NodeProto

ONE = "constant one"

Shapes = Mapping[str, tuple[int, ...]]


def faster(model: "ModelProto", found: Bundle, *, sides: Sequence[tuple[int, int]]) -> "ModelProto":
    """The model, simpler; it was run on tiles of some sides (rows, cols), which must be all that it takes or differ.

    Without onnxruntime, which runs it, it stays as it is.
    """
    if any(attribute.HasField("g") for node in model.graph.node for attribute in node.attribute):
        return model  # the bodies of loops and branches use what lies outside of them
    shapes = [_shapes(model, found, side) for side in sides]
    if not all(shapes):
        return model
    for node in model.graph.node:
        if node.op_type == "Resize" and len(node.input) == 4 and node.input[3]:
            _scale(model, node, shapes)
    if found.card.activation == "softmax" and found.card.scores == 2:
        _as_sigmoid(model)
    _sweep(model)
    return model


def _shapes(model: "ModelProto", found: Bundle, sides: tuple[int, int]) -> Shapes:
    """Shapes of what resizing takes and gives, with tiles of these sides; none where onnxruntime is not installed."""
    import onnx

    try:
        onnxruntime = quiet_onnxruntime()
    except ImportError:
        return {}
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    names = {
        name
        for node in model.graph.node
        if node.op_type == "Resize"
        for name in (node.input[0], node.output[0])
    }
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(names - {OUTPUT}))
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(),
        external_options(onnxruntime, found.folder),
        providers=["CPUExecutionProvider"],
    )
    patches = np.zeros((1, found.card.channels, *sides), np.float32)
    values = session.run(None, {INPUT: patches})
    return {output.name: value.shape for output, value in zip(session.get_outputs(), values, strict=True)} | {
        INPUT: patches.shape
    }


def external_options(onnxruntime: Any, folder: Path) -> Any:  # noqa: ANN401 (a module that has no types)
    """Options of a session whose graph is in memory and whose tensors lie in a folder."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder.resolve())
    )
    return options


def _scale(model: "ModelProto", node: "NodeProto", shapes: Sequence[Shapes]) -> None:
    """Give a Resize its scales in place of a size, where they are the same whole numbers for all shapes."""
    from onnx import numpy_helper

    scales = {
        tuple(after / before for before, after in zip(each[node.input[0]], each[node.output[0]], strict=True))
        for each in shapes
    }
    (scale, *others) = scales
    if others or any(value != int(value) for value in scale):
        return
    name = f"scales {' '.join(f'{value:g}' for value in scale)}"
    if all(tensor.name != name for tensor in model.graph.initializer):
        model.graph.initializer.append(numpy_helper.from_array(np.array(scale, np.float32), name))
    del node.input[3]
    node.input[2] = name


def _as_sigmoid(model: "ModelProto") -> None:
    """Write the softmax over two channels that gives the scores as a sigmoid of their difference."""
    from onnx import helper, numpy_helper

    nodes = list(model.graph.node)
    place = next((n for n, node in enumerate(nodes) if OUTPUT in node.output), None)
    if place is None or nodes[place].op_type != "Softmax":
        return
    (logits,) = nodes[place].input
    model.graph.initializer.append(numpy_helper.from_array(np.array(1, np.float32), ONE))
    nodes[place : place + 1] = [
        helper.make_node("Split", [logits], ["logit 0", "logit 1"], axis=1, num_outputs=2),
        helper.make_node("Sub", ["logit 1", "logit 0"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["score 1"]),
        helper.make_node("Sub", [ONE, "score 1"], ["score 0"]),
        helper.make_node("Concat", ["score 0", "score 1"], [OUTPUT], axis=1),
    ]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _sweep(model: "ModelProto") -> None:
    """Remove what nothing uses any more."""
    graph = model.graph
    while True:
        used = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
        kept = [node for node in graph.node if used.intersection(node.output)]
        if len(kept) == len(graph.node):
            break
        del graph.node[:]
        graph.node.extend(kept)
    tensors = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(tensors)
