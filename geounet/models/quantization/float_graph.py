"""The float graph that integers are made of: a bundle's own, its norms folded into kernels, its nodes named."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geounet.digests import file_sha256
from geounet.errors import MissingDependencyError, ModelError
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.engines.starting import graph_file
from geounet.models.quantization.folding import folded

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

PER_CHANNEL_OPSET = 13
"""Since then a tensor's channels may have a scale each."""


@dataclass(frozen=True, slots=True)
class FloatGraph:
    """A network as a graph in float32."""

    model: "ModelProto"
    card: ModelCard
    """The bundle's, with the network's own stride."""
    digest: str
    """sha256 of the file that it was read from."""
    input: str
    """The name of what it takes."""
    side: int | None
    """Side of its tiles; None for any multiple of the card's stride."""
    batch: int | None
    """Tiles at once; None for any number."""


def float_graph(bundle: Bundle) -> FloatGraph:
    """A bundle's network, ready to be calibrated and quantised.

    Raises ModelError where it has no graph or one that is too old, and MissingDependencyError without onnx or onnxruntime.
    """
    require_quantizer(bundle.card.name)
    import onnx

    card, file = graph_file(bundle)
    path = file.path or bundle.weights
    model = onnx.load(path)  # with the tensors that lie beside it
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx") and entry.version < PER_CHANNEL_OPSET:
            raise ModelError(
                f"model {card.name!r} is in ONNX of opset {entry.version}; int8 needs {PER_CHANNEL_OPSET} or later: export "
                "it again with a newer one"
            )
    return FloatGraph(folded(model), card, file_sha256(path), file.input, file.side, file.batch)


def graph_digest(bundle: Bundle) -> str:
    """sha256 of the file that `float_graph` reads; raises ModelError where the bundle has no graph."""
    _, file = graph_file(bundle)
    return file_sha256(file.path or bundle.weights)


def require_quantizer(name: str) -> None:
    """Raise MissingDependencyError unless the packages that make integers of a graph are there."""
    for package in ("onnx", "onnxruntime"):
        try:
            __import__(package)
        except ImportError as error:
            raise MissingDependencyError(
                f"{package} is not installed; int8 of model {name!r} needs it: pip install 'geounet[onnx]'"
            ) from error
