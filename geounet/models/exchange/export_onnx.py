"""A network as ONNX: one file, with probabilities at its end and Deepness's keys in its metadata."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.engines.onnx_file import MAX_BYTES, opset_of, parse_onnx
from geounet.models.exchange.deepness import metadata_of
from geounet.models.exchange.scoring import Scoring, example, scoring_of
from geounet.models.reasons import reason_of

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

OPSET = 18
"""The oldest that torch's exporter writes; onnxruntime reads it since 1.14."""

IR_VERSION = 8
"""The version of ONNX's file format that came with that opset: runtimes of its time refuse newer ones."""


def bundles_to_onnx(bundles: Sequence[Bundle], card: ModelCard) -> bytes:
    """A bundle's network in ONNX, or several's whose scores are averaged; one that is in ONNX gets its card's keys anew."""
    if len(bundles) == 1 and bundles[0].is_onnx:
        model = parse_onnx(bundles[0].weights.read_bytes(), name=bundles[0].weights.name)
        return _described(model, card)
    return scoring_to_onnx(scoring_of(bundles), card)


def network_to_onnx(network: nn.Module, card: ModelCard) -> bytes:
    """A network that gives logits as an ONNX file that gives scores; see `scoring_to_onnx`."""
    return scoring_to_onnx(Scoring(network, card).eval(), card)


def scoring_to_onnx(network: nn.Module, card: ModelCard) -> bytes:
    """A network that gives scores, as an ONNX file from patches (N, C, tile, tile) to scores (N, K, tile, tile).

    N is free, tiles are the card's. Raises ModelError where torch cannot write the network in ONNX, and
    MissingDependencyError without onnx and onnxscript.
    """
    try:
        import onnxscript  # noqa: F401 (torch's exporter needs it)
    except ImportError as error:
        raise MissingDependencyError(
            f"onnxscript is not installed; exporting {card.name!r} needs it: pip install 'geounet[onnx]'"
        ) from error
    program = _traced(network, card)
    content = _described(program.model_proto, card)
    if len(content) > MAX_BYTES:
        raise ModelError(
            f"model {card.name!r} takes {len(content)} bytes in ONNX; one file holds {MAX_BYTES}: export to openvino"
        )
    return content


def _traced(module: nn.Module, card: ModelCard) -> Any:  # noqa: ANN401 (torch.onnx.ONNXProgram, typed in part)
    try:
        with torch.no_grad():
            program = torch.onnx.export(
                module,
                (example(card),),
                dynamo=True,
                verbose=False,
                input_names=["patches"],
                output_names=["scores"],
                dynamic_shapes={"patches": {0: torch.export.Dim("batch")}},
                opset_version=OPSET,
                external_data=False,
            )
    except Exception as error:  # the tracer's own classes; whichever it is, this network has no ONNX
        reason = reason_of(error)
        raise ModelError(
            f"model {card.name!r} cannot be written in ONNX ({reason}); export to torchscript"
        ) from error
    return program


def _described(model: "ModelProto", card: ModelCard) -> bytes:
    """The file's bytes, with the card's keys, and without what the tracer says of the machine that it ran on."""
    if opset_of(model) <= OPSET:
        model.ir_version = min(model.ir_version, IR_VERSION)
    model.producer_name, model.producer_version, model.doc_string = "geounet", "", ""
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        value.ClearField("metadata_props")
        value.ClearField("doc_string")
    model.graph.ClearField("metadata_props")
    keys = metadata_of(card)
    kept = {entry.key: entry.value for entry in model.metadata_props if entry.key not in keys}
    del model.metadata_props[:]
    for key, value in {**kept, **keys}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    content: bytes = model.SerializeToString(deterministic=True)
    return content
