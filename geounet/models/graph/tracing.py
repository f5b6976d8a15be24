"""A network as torch's exporter gives it: operators and tensors, each tensor under its name in the state dict."""

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from geounet.errors import MissingDependencyError, ModelError
from geounet.models.card import ModelCard
from geounet.models.exchange.scoring import TILES
from geounet.models.graph.reading import INPUT, OUTPUT
from geounet.models.reasons import reason_of

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

OPSET = 18
"""The oldest that torch's exporter writes."""


def traced(module: nn.Module, card: ModelCard, *, stride: int | None) -> "ModelProto":
    """The module as an ONNX model: of any number of tiles, and of tiles of any multiple of `stride`, or the card's alone.

    Raises ModelError where torch cannot write it so, and MissingDependencyError without onnxscript.
    """
    try:
        import onnxscript  # noqa: F401 (torch's exporter needs it)
    except ImportError as error:
        raise MissingDependencyError(
            f"onnxscript is not installed; writing {card.name!r} as a graph needs it: pip install 'geounet[onnx]'"
        ) from error
    rows, cols = (card.tile, card.tile) if stride is None else (4 * stride, 5 * stride)
    try:
        with torch.no_grad():
            program = torch.onnx.export(
                module,
                (torch.zeros(TILES, card.channels, rows, cols),),
                dynamo=True,
                verbose=False,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes={INPUT: _free(stride)},
                opset_version=OPSET,
                external_data=False,
                optimize=False,  # it would fold norms into kernels that are not those of the weights
            )
    except Exception as error:  # the tracer's own classes; whichever it is, this network has no graph
        reason = reason_of(error)
        raise ModelError(f"model {card.name!r} cannot be written as a graph ({reason})") from error
    assert program is not None  # noqa: S101 (with dynamo it never is)
    return program.model_proto


def _free(stride: int | None) -> dict[int, Any]:
    """The axes of patches that may have any size, or any multiple of the stride."""
    axes: dict[int, Any] = {0: torch.export.Dim("batch")}
    if stride is not None:
        for axis, name in ((2, "rows"), (3, "cols")):
            dim = torch.export.Dim(name)
            axes[axis] = stride * dim if stride > 1 else dim
    return axes
