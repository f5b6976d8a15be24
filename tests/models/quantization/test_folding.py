"""A folded graph gives the scores of the graph as it was."""

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from geounet.models.quantization.folding import folded


def copied(model: ModelProto) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    return copy


def test_scores_stay(network, tiles, run):
    [expected], [found] = run(network, tiles), run(folded(copied(network)), tiles)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_norms_and_casts_are_gone(network):
    kinds = [node.op_type for node in folded(copied(network)).graph.node]
    assert not {"BatchNormalization", "Cast"} & set(kinds)
    assert kinds.count("Conv") == 4


def test_nothing_stands_between_a_convolution_and_its_activation(network):
    model = folded(copied(network))
    for node in model.graph.node:
        if node.op_type == "Conv":
            readers = [other for other in model.graph.node if node.output[0] in other.input]
            assert len(readers) == 1


def test_every_node_has_its_own_name_and_comes_after_what_it_reads(network):
    model = folded(copied(network))
    names = [node.name for node in model.graph.node]
    assert len(set(names)) == len(names)
    made = {"patches", ""} | {tensor.name for tensor in model.graph.initializer}
    for node in model.graph.node:
        assert set(node.input) <= made
        made |= set(node.output)


def test_a_norm_that_is_not_alone_stays():
    """What a norm and another node read cannot be the norm's kernel."""
    ones = numpy_helper.from_array(np.ones((1, 1, 1, 1), np.float32), "kernel")
    numbers = [numpy_helper.from_array(np.array([k + 1], np.float32), f"norm {k}") for k in range(4)]
    nodes = [
        helper.make_node("Conv", ["patches", "kernel"], ["raw"]),
        helper.make_node("BatchNormalization", ["raw", *(f"norm {k}" for k in range(4))], ["normed"]),
        helper.make_node("Add", ["raw", "normed"], ["scores"]),
    ]
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 1, 4, 4]) for n in ("patches", "scores")]
    graph = helper.make_graph(nodes, "shared", ends[:1], ends[1:], [ones, *numbers])
    model = folded(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8))
    assert [node.op_type for node in model.graph.node] == ["Conv", "BatchNormalization", "Add"]
