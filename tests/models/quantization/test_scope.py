"""Which nodes become integer ones, and which networks are refused."""

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from geounet.errors import ModelError
from geounet.models.quantization.folding import folded
from geounet.models.quantization.scope import scope_of


def model_of(nodes: list) -> ModelProto:
    """A model of nodes that read `patches` (1, 2, 8, 8) and kernels of ones."""
    kernels = sorted({name for node in nodes for name in node.input if name.startswith("kernel")})
    tensors = [numpy_helper.from_array(np.ones((2, 2, 1, 1), np.float32), name) for name in kernels]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2, 8, 8]) for name in ("patches", "scores")
    ]
    graph = helper.make_graph(nodes, "nodes", ends[:1], ends[1:], tensors)
    return folded(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9))


def test_the_last_convolution_and_the_scores_stay_float(graph):
    scope = scope_of(graph.model, name="small")
    kinds = {node.name: node.op_type for node in graph.model.graph.node}
    inside = [kinds[name] for name in scope.nodes]
    assert inside.count("Conv") == 3
    assert "Softmax" not in inside
    assert {"patches", "both", "large"} <= set(scope.tensors)
    assert not {"logits", "scores", "size", "sides"} & set(scope.tensors)
    assert set(scope.convolutions.values()) == {"patches", "first", "both"}


@pytest.mark.parametrize("kind", ["LayerNormalization", "Gelu", "MatMul", "Softmax"])
def test_a_transformer_is_refused_in_one_line(kind):
    inner = ["first", "first"] if kind == "MatMul" else ["first"]
    if kind == "LayerNormalization":
        inner = ["first", "kernel gain"]
    nodes = [
        helper.make_node("Conv", ["patches", "kernel a"], ["first"]),
        helper.make_node(kind, inner, ["mixed"]),
        helper.make_node("Conv", ["mixed", "kernel b"], ["scores"]),
    ]
    with pytest.raises(ModelError, match=rf"'vit'.*{kind}.*float32") as refused:
        scope_of(model_of(nodes), name="vit")
    assert "\n" not in str(refused.value)


def test_a_network_of_one_convolution_is_refused():
    model = model_of([helper.make_node("Conv", ["patches", "kernel a"], ["scores"])])
    with pytest.raises(ModelError, match="no convolution before its last"):
        scope_of(model, name="one")
