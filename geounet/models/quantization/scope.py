"""Which nodes of a graph become integer ones: all convolutions but the last, and what lies between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geounet.errors import ModelError
from geounet.models.quantization.folding import constants

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto, NodeProto

OPERATORS = (
    "Conv", "Relu", "Clip", "LeakyRelu", "Sigmoid", "Add", "Mul", "Concat", "Resize", "MaxPool", "AveragePool",
    "GlobalAveragePool",
)  # fmt: skip
"""What onnxruntime has kernels for in 8 bits; everything else stays in float32."""

ATTENTION = ("LayerNormalization", "Attention", "MultiHeadAttention", "Einsum", "Gelu", "Erf")
"""Nodes of transformers, whose outliers 8 bits for a whole tensor do not hold."""

BRANCHING = ("If", "Loop", "Scan")
"""Nodes with graphs inside."""

_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_FLOAT = 1


@dataclass(frozen=True, slots=True)
class Scope:
    """What is quantised of a graph."""

    nodes: tuple[str, ...]
    """Names of the nodes that become integer ones."""
    tensors: tuple[str, ...]
    """Names of the tensors whose ranges that takes, in the graph's order."""
    convolutions: Mapping[str, str]
    """The tensor that each convolution among them reads, by the convolution's name."""


def scope_of(model: "ModelProto", *, name: str) -> Scope:
    """What of a folded graph is quantised: the last convolutions and what follows them give scores in float32.

    Raises ModelError where it is a transformer, has branches, or has no convolution before the last.
    """
    head = _head(model)
    _check_operators(model, head, name=name)
    held, kinds = constants(model), _kinds(model)
    nodes = [
        node
        for node in model.graph.node
        if node.op_type in OPERATORS
        and node.name not in head
        and kinds.get(node.output[0]) == _FLOAT
        and (node.op_type != "Conv" or node.input[1] in held)
    ]
    convolutions = {node.name: node.input[0] for node in nodes if node.op_type == "Conv"}
    if not convolutions:
        raise ModelError(
            f"model {name!r} has no convolution before its last one; expected a convolutional network for int8: run it in "
            "float32"
        )
    tensors = dict.fromkeys(
        tensor
        for node in nodes
        for tensor in (*node.input, *node.output)
        if tensor and tensor not in held and kinds.get(tensor) == _FLOAT
    )
    return Scope(tuple(node.name for node in nodes), tuple(tensors), convolutions)


def _head(model: "ModelProto") -> set[str]:
    """Names of the last weighted nodes on each way to the scores, and of all that follows them."""
    makers = {tensor: node for node in model.graph.node for tensor in node.output}
    waiting, head = [value.name for value in model.graph.output], set()
    while waiting:
        node = makers.get(waiting.pop())
        if node is None or node.name in head:
            continue
        head.add(node.name)
        if node.op_type not in _WEIGHTED:
            waiting.extend(node.input)
    return head


def _check_operators(model: "ModelProto", head: set[str], *, name: str) -> None:
    found = sorted({node.op_type for node in model.graph.node if _is_foreign(node, model, head)})
    if found:
        raise ModelError(
            f"model {name!r} has nodes that int8 does not support ({', '.join(found)}); expected a convolutional network "
            "without attention: run it in float32 or bfloat16"
        )


def _is_foreign(node: "NodeProto", model: "ModelProto", head: set[str]) -> bool:
    if node.op_type in (*ATTENTION, *BRANCHING):
        return True
    if node.op_type == "Softmax":
        return node.name not in head
    held = {tensor.name for tensor in model.graph.initializer} if node.op_type == "MatMul" else set()
    return node.op_type == "MatMul" and not held & set(node.input)


def _kinds(model: "ModelProto") -> dict[str, int]:
    """The type of each tensor that is known."""
    values = (*model.graph.value_info, *model.graph.input, *model.graph.output)
    return {value.name: value.type.tensor_type.elem_type for value in values}
