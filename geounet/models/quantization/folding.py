"""A graph made simpler, its scores unchanged: stored tensors in float32, norms folded into the kernels before them.

onnxruntime folds them too, but under names of its own that differ between versions; a calibration names tensors.
"""

from collections import Counter
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto, NodeProto, TensorProto

EPSILON = 1e-5
"""What a norm adds to the variance where it does not say."""

_PLAIN = ("BatchNormalization", "Relu", "Clip", "LeakyRelu", "Sigmoid")
"""Operators that give a tensor of the sides of what they take."""


def folded(model: "ModelProto") -> "ModelProto":
    """The model, changed in place: constants are tensors, kernels hold their norms, nodes have names, types are known."""
    from onnx import shape_inference

    _fold_constants(model)
    _ask_later(model)
    _fold_norms(model)
    _sort(model)
    _name_nodes(model)
    model.graph.ClearField("value_info")
    return shape_inference.infer_shapes(model)


def constants(model: "ModelProto") -> "dict[str, TensorProto]":
    """The tensors that a model holds, by name."""
    return {tensor.name: tensor for tensor in model.graph.initializer}


def attribute(node: "NodeProto", name: str, default: float) -> float:
    """A number among a node's attributes."""
    from onnx import helper

    found = [entry for entry in node.attribute if entry.name == name]
    return default if not found else float(helper.get_attribute_value(found[0]))


def set_tensor(model: "ModelProto", name: str, values: NDArray[np.floating]) -> None:
    """Give a tensor of that name these values, in float32; a new one where there is none."""
    from onnx import numpy_helper

    tensor = constants(model).get(name) or model.graph.initializer.add()
    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))


def _fold_constants(model: "ModelProto") -> None:
    """Make tensors of Constant nodes, and of the Casts of what the weights store in half precision."""
    from onnx import helper, numpy_helper

    held, kept = constants(model), []
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            tensor = model.graph.initializer.add()
            tensor.CopyFrom(node.attribute[0].t)
            tensor.name = node.output[0]
        elif node.op_type == "Cast" and node.input[0] in held:
            kind = helper.tensor_dtype_to_np_dtype(int(attribute(node, "to", 1)))
            values = numpy_helper.to_array(held[node.input[0]]).astype(kind)
            model.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        else:
            kept.append(node)
    _keep(model, kept)


def _ask_later(model: "ModelProto") -> None:
    """Let a Shape read what becomes of a tensor: then nothing stands between a convolution and its activation."""
    readers = readers_of(model)
    for node in model.graph.node:
        for name in node.output:
            shapes = [reader for reader in readers[name] if reader.op_type == "Shape"]
            others = [reader for reader in readers[name] if reader.op_type != "Shape"]
            if shapes and len(others) == 1 and others[0].op_type in _PLAIN:
                for shape in shapes:
                    shape.input[0] = others[0].output[0]
                readers[others[0].output[0]] += shapes


def _fold_norms(model: "ModelProto") -> None:
    """Fold each batch norm into the convolution before it, where that is all that reads the convolution."""
    makers = {name: node for node in model.graph.node for name in node.output}
    readers = readers_of(model)
    held, gone = constants(model), set()
    uses = Counter(name for node in model.graph.node for name in node.input)
    for node in list(model.graph.node):
        conv = makers.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if conv is None or conv.op_type != "Conv" or any(name not in held for name in node.input[1:]):
            continue
        others = [reader for reader in readers[conv.output[0]] if reader is not node]
        alone = all(reader.op_type == "Shape" for reader in others)  # sides are the norm's too
        if not alone or conv.input[1] not in held or uses[conv.input[1]] > 1:
            continue
        _fold(model, conv, node)
        for reader in others:
            reader.input[0] = node.output[0]
        conv.output[0] = node.output[0]
        gone.add(node.output[0])
    _keep(
        model, [n for n in model.graph.node if n.op_type != "BatchNormalization" or n.output[0] not in gone]
    )


def _fold(model: "ModelProto", conv: "NodeProto", norm: "NodeProto") -> None:
    """Put a norm's scale into a convolution's kernel, and its shift into the bias."""
    from onnx import numpy_helper

    held = constants(model)
    gain, shift, mean, variance = (
        numpy_helper.to_array(held[name]).astype(np.float64) for name in norm.input[1:5]
    )
    kernel = numpy_helper.to_array(held[conv.input[1]]).astype(np.float64)
    scale = gain / np.sqrt(variance + attribute(norm, "epsilon", EPSILON))
    bias = numpy_helper.to_array(held[conv.input[2]]) if len(conv.input) > 2 else np.zeros(len(kernel))
    set_tensor(model, conv.input[1], kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1)))
    del conv.input[2:]
    conv.input.append(f"{conv.input[1]} bias")
    set_tensor(model, conv.input[2], (bias - mean) * scale + shift)


def _sort(model: "ModelProto") -> None:
    """Put each node after those that it reads from, otherwise as they were."""
    nodes = list(model.graph.node)
    makers = {name: place for place, node in enumerate(nodes) for name in node.output}
    graph = {
        place: [makers[name] for name in node.input if name in makers] for place, node in enumerate(nodes)
    }
    _keep(model, [nodes[place] for place in TopologicalSorter(graph).static_order()])


def _name_nodes(model: "ModelProto") -> None:
    """Give each node a name of its own: the quantiser knows nodes by name."""
    for place, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{place}"


def _keep(model: "ModelProto", nodes: "list[NodeProto]") -> None:
    """Leave these nodes alone, and of the tensors those that they read."""
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(copies)
    read = {name for node in copies for name in node.input} | {value.name for value in model.graph.output}
    held = [tensor for tensor in model.graph.initializer if tensor.name in read]
    tensors = [type(tensor).FromString(tensor.SerializeToString()) for tensor in held]
    del model.graph.initializer[:]
    model.graph.initializer.extend(tensors)


def readers_of(model: "ModelProto") -> "dict[str, list[NodeProto]]":
    """The nodes that read each tensor."""
    found: dict[str, list[NodeProto]] = {name: [] for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        for name in node.input:
            found.setdefault(name, []).append(node)
    return found
