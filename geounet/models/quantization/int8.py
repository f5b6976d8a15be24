"""A float graph and its calibration → a graph of 8-bit integers, which any runtime of ONNX runs.

Integers are written as pairs of QuantizeLinear and DequantizeLinear round float operators (QDQ); a runtime fuses them.
Activations have 8 bits without a sign and a scale a tensor, kernels 7 with a sign and a scale an output channel: what
onnxruntime and OpenVINO have the fastest kernels for, and what AVX2 adds up without overflow.
"""

import warnings
from typing import TYPE_CHECKING

import numpy as np

from geounet.errors import ModelError
from geounet.models.bundle import Bundle
from geounet.models.engines.starting import is_int8
from geounet.models.engines.wanted import Integers
from geounet.models.quantization.calibration import CALIBRATION, Calibration, read_calibration
from geounet.models.quantization.correction import correct_biases
from geounet.models.quantization.float_graph import FloatGraph, float_graph, graph_digest
from geounet.models.quantization.kept import kept
from geounet.models.quantization.scope import OPERATORS, Scope, scope_of

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

_NAMED = 12
"""Digits of a calibration's digest that tell one from another."""

_SMALLEST_RANGE = 1e-4
"""A tensor that is 0 everywhere has a range all the same."""


def is_to_be_made(bundle: Bundle) -> bool:
    """Whether integers are made of a bundle: of tensors always, of an ONNX file in floats where it carries a calibration."""
    return not bundle.is_onnx or ((bundle.folder / CALIBRATION).is_file() and not is_int8(bundle))


def int8_graph(bundle: Bundle) -> Integers:
    """A bundle's network in int8, by the calibration that it carries: made once and then kept.

    Raises ModelError where it carries none, or one of another graph, and MissingDependencyError without onnx or onnxruntime.
    """
    calibration = read_calibration(bundle.folder)
    if calibration is None:
        raise ModelError(
            f"model {bundle.card.name!r} has no {CALIBRATION}, and int8 needs ranges measured on scenes; make an int8 "
            "bundle: geounet models quantize MODEL --scenes … --out FOLDER"
        )
    # Before one that is kept is looked for: what is refused elsewhere is refused here.
    _check_graph(calibration, graph_digest(bundle), name=bundle.card.name)
    content = kept(bundle, calibration, lambda: quantized(float_graph(bundle), calibration))
    return Integers(content=content, calibration=calibration.digest[:_NAMED])


def quantized(graph: FloatGraph, calibration: Calibration) -> bytes:
    """A float graph in int8; raises ModelError where the calibration is of another graph, or lacks a part."""
    from onnx import ModelProto

    _check_graph(calibration, graph.digest, name=graph.card.name)
    scope = scope_of(graph.model, name=graph.card.name)
    missing = [name for name in scope.tensors if name not in calibration.ranges]
    if missing:
        raise ModelError(
            f"calibration of model {graph.card.name!r} lacks tensor {missing[0]}; calibrate it again: geounet models "
            "quantize"
        )
    model = ModelProto()
    model.CopyFrom(graph.model)
    correct_biases(model, scope, calibration)
    model = _with_pairs(model, scope, calibration)
    _ask_integers(model)
    model.producer_name, model.producer_version = "geounet", ""
    del model.metadata_props[:]
    model.graph.ClearField("value_info")
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _check_graph(calibration: Calibration, digest: str, *, name: str) -> None:
    if calibration.graph != digest:
        raise ModelError(
            f"calibration is of another graph ({calibration.graph[:_NAMED]}) than model {name!r} has ({digest[:_NAMED]}); "
            "calibrate it again: geounet models quantize"
        )


def _with_pairs(model: "ModelProto", scope: Scope, calibration: Calibration) -> "ModelProto":
    """The graph with a pair of nodes on every tensor that is to be integers."""
    from onnxruntime.quantization import CalibrationMethod, QuantType
    from onnxruntime.quantization.calibrate import TensorData, TensorsData
    from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

    ranges = {
        name: TensorData(lowest=np.float32(calibration.ranges[name][0]), highest=np.float32(calibration.ranges[name][1]))
        for name in scope.tensors
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy's, of a channel that is 0
        quantizer = QDQQuantizer(
            model,
            per_channel=True,
            reduce_range=True,
            weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QUInt8,
            tensors_range=TensorsData(CalibrationMethod.MinMax, ranges),
            nodes_to_quantize=list(scope.nodes),
            nodes_to_exclude=[],
            op_types_to_quantize=list(OPERATORS),
            extra_options={"MinimumRealRange": _SMALLEST_RANGE},
        )
        quantizer.quantize_model()
    result: ModelProto = quantizer.model.model
    return result


def _ask_integers(model: "ModelProto") -> None:
    """Let a Shape read integers: for a float tensor's sides alone a runtime would make the tensor."""
    floats = {
        node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "DequantizeLinear"
    }
    for node in model.graph.node:
        if node.op_type == "Shape" and node.input[0] in floats:
            node.input[0] = floats[node.input[0]]
