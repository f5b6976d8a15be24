"""A graph whose tensors lie in a file of weights: each is named by its place there, in the precision that it has there.

What is stored in half precision goes through a Cast, which a runtime folds when it loads. Norms are left as they are:
runtimes fold them too.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geounet.errors import ModelError
from geounet.models.bundle import WEIGHTS
from geounet.models.graph.held import Held
from geounet.models.graph.reading import INPUT

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto, NodeProto, TensorProto

PREFIX = "network."
"""How the names of a network's tensors begin in the module that is exported."""

TYPES = {
    "F64": 11,
    "F32": 1,
    "F16": 10,
    "BF16": 16,
    "I64": 7,
    "I32": 6,
    "I16": 5,
    "I8": 3,
    "U8": 2,
    "BOOL": 9,
}
"""ONNX's numbers of what safetensors calls its types."""

EXTERNAL = 1
"""ONNX's word for a tensor that lies in another file."""


def lent(model: "ModelProto", held: Mapping[str, Held]) -> "ModelProto":
    """The model with its tensors where the weights hold them, simplified as far as it is without knowing them.

    A tensor that the weights do not hold, such as a constant of the code, stays in the model. Raises ModelError where
    they hold one in another shape, or in a type that a graph does not take.
    """
    from onnxscript import optimizer

    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    places = {name: held[key] for name in tensors if (key := name.removeprefix(PREFIX)) in held}
    types = {name: tensors[name].data_type for name in places}
    for name, place in places.items():
        if tuple(tensors[name].dims) != place.shape:
            raise ModelError(f"tensor {name} is {tuple(tensors[name].dims)}; the weights hold {place.shape}")
        if place.dtype not in TYPES:
            raise ModelError(
                f"tensor {name} is {place.dtype} in the weights; expected {', '.join(TYPES)}: save the weights in F16"
            )
    _hide(model, [tensors[name] for name in places])
    model = optimizer.optimize(model)
    graph = model.graph
    patches = [value for value in graph.input if value.name == INPUT]
    del graph.input[:]
    graph.input.extend(patches)
    used = {name for node in graph.node for name in node.input}
    casts = [
        cast
        for name in places
        if name in used
        for cast in _placed(model, name, places[name], kind=types[name])
    ]
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    return model


def _hide(model: "ModelProto", tensors: "list[TensorProto]") -> None:
    """Make inputs of tensors: what they hold is then unknown to the optimizer, which folds what it knows."""
    from onnx import helper

    hidden = {tensor.name for tensor in tensors}
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in hidden]
    model.graph.input.extend(
        helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims)) for tensor in tensors
    )
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def _placed(model: "ModelProto", name: str, place: Held, *, kind: int) -> "list[NodeProto]":
    """Add a tensor that lies in the weights, and give the Cast that it needs to be of its kind."""
    from onnx import helper

    stored = TYPES[place.dtype]
    tensor = model.graph.initializer.add(
        name=name if stored == kind else f"{name} stored",
        data_type=stored,
        dims=place.shape,
        data_location=EXTERNAL,
    )
    for key, value in (("location", WEIGHTS), ("offset", place.first), ("length", place.length)):
        tensor.external_data.add(key=key, value=str(value))
    return [] if stored == kind else [helper.make_node("Cast", [tensor.name], [name], to=kind)]
