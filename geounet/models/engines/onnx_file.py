"""An ONNX file, looked at before it is run: whole in itself, of a known opset, one image in and one out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import MissingDependencyError, ModelError

if TYPE_CHECKING:  # it comes with an extra
    from onnx import (
        AttributeProto,
        FunctionProto,
        GraphProto,
        ModelProto,
        NodeProto,
        TensorProto,
        ValueInfoProto,
    )

OLDEST_OPSET = 7
"""What onnxruntime reads at least."""

MAX_BYTES = (1 << 31) - 1
"""Protocol buffers hold no more; larger models keep their tensors beside them."""

REMEDY = "expected a network from (N, bands, h, w) to (N, classes, h, w)"


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """What an ONNX file takes, gives, and says of itself."""

    content: bytes
    input: str
    """The name of what it takes."""
    bands: int
    batch: int | None
    """Tiles at once; None for any number."""
    side: int | None
    """Side of its tiles in pixels; None for any."""
    scores: int | None
    """Bands that it gives; None where it does not say."""
    opset: int | None
    """None for a graph that was made of a bundle here."""
    metadata: Mapping[str, str]
    """What it says of itself, such as the keys that Deepness reads."""
    path: Path | None = None
    """Where it lies, where its tensors lie in the weights beside it; its content is empty then."""
    is_int8: bool = False
    """Whether its kernels are of 8-bit integers, and no arithmetic is to be chosen."""
    calibration: str = ""
    """Which calibration made integers of it, outside the bundle's digest; empty for a file that is as it came."""

    @property
    def source(self) -> bytes | Path:
        """What a runtime reads."""
        return self.content if self.path is None else self.path


def read_onnx(path: Path) -> OnnxFile:
    """What is in an ONNX file, which is not run.

    Raises ModelError where it is none, keeps tensors in other files (it could name any file of this machine), has an
    opset that is not known, or is no network from one image to one; MissingDependencyError without onnx.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"model {path} cannot be read ({error.strerror}); check the path") from error
    model = parse_onnx(content, name=path.name)
    given, taken = _ends(model, name=path.name)
    batch, bands, rows, cols = _sizes(taken)
    if bands is None:
        raise ModelError(f"{path.name} does not say how many bands it takes ({_shape(taken)}); {REMEDY}")
    if rows != cols:
        raise ModelError(f"{path.name} takes tiles of {_shape(taken)}; expected square ones: export it so")
    return OnnxFile(
        content=content,
        input=taken.name,
        bands=bands,
        batch=batch,
        side=rows,
        scores=_sizes(given)[1],
        opset=opset_of(model),
        metadata={entry.key: entry.value for entry in model.metadata_props},
    )


def parse_onnx(content: bytes, *, name: str) -> "ModelProto":
    """The model in an ONNX file's bytes; raises as `read_onnx` does, but does not ask what it takes and gives."""
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise MissingDependencyError(f"onnx is not installed; {name} needs it: pip install onnx") from error
    try:
        model = onnx.load_model_from_string(content)
    except DecodeError as error:
        raise ModelError(f"{name} is not readable as ONNX; fetch or export it again") from error
    if not model.graph.output:  # any bytes may be a protocol buffer of nothing
        raise ModelError(f"{name} holds no ONNX graph; fetch or export it again")
    outside = next((tensor for tensor in _tensors(model) if tensor.data_location == tensor.EXTERNAL), None)
    if outside is not None:
        where = {entry.key: entry.value for entry in outside.external_data}.get("location", "another file")
        raise ModelError(
            f"{name} keeps its tensors in {where}; expected them in the file itself: save it with "
            "onnx.save_model(onnx.load(…), …, save_as_external_data=False)"
        )
    opset, newest = opset_of(model), onnx.defs.onnx_opset_version()
    if not OLDEST_OPSET <= opset <= newest:
        raise ModelError(
            f"{name} has opset {opset}; onnx {onnx.__version__} reads {OLDEST_OPSET} to {newest}: "
            "export it with an opset of these, or upgrade onnx and onnxruntime"
        )
    return model


def opset_of(model: "ModelProto") -> int:
    """The version of ONNX's own operators that the graph uses."""
    return max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)


def _ends(model: "ModelProto", *, name: str) -> tuple["ValueInfoProto", "ValueInfoProto"]:
    """The one image that the graph gives, and the one that it takes."""
    constants = {tensor.name for tensor in model.graph.initializer}
    taken = [value for value in model.graph.input if value.name not in constants]
    for values, verb in ((taken, "takes"), (list(model.graph.output), "gives")):
        if len(values) != 1:
            raise ModelError(f"{name} {verb} {len(values)} tensors; {REMEDY}")
        tensor = values[0].type.tensor_type
        if tensor.elem_type != 1:  # TensorProto.FLOAT
            raise ModelError(f"{name} {verb} other numbers than float32; {REMEDY} in float32")
        if len(tensor.shape.dim) != 4:
            raise ModelError(f"{name} {verb} {_shape(values[0])}; {REMEDY}")
    return model.graph.output[0], taken[0]


def _sizes(value: "ValueInfoProto") -> list[int | None]:
    """The four sizes of a tensor, None where any will do."""
    return [dim.dim_value if dim.dim_value > 0 else None for dim in value.type.tensor_type.shape.dim]


def _shape(value: "ValueInfoProto") -> str:
    sizes = [str(dim.dim_value or dim.dim_param or "?") for dim in value.type.tensor_type.shape.dim]
    return f"({', '.join(sizes)})"


def _tensors(model: "ModelProto") -> Iterator["TensorProto"]:
    """Every tensor that a model holds, those in the bodies of loops, branches and functions among them."""
    yield from _graph_tensors(model.graph)
    for function in model.functions:
        yield from _node_tensors(function)


def _graph_tensors(graph: "GraphProto") -> Iterator["TensorProto"]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _node_tensors(graph)


def _node_tensors(owner: "GraphProto | FunctionProto") -> Iterator["TensorProto"]:
    node: NodeProto
    for node in owner.node:
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: "AttributeProto") -> Iterator["TensorProto"]:
    yield from (attribute.t, *attribute.tensors)
    for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
        yield from (sparse.values, sparse.indices)
    if attribute.HasField("g"):
        yield from _graph_tensors(attribute.g)
    for graph in attribute.graphs:
        yield from _graph_tensors(graph)
