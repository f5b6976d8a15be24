"""An engine by its name: a bundle → a Segmenter that runs it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from geounet.errors import DeviceError, MissingDependencyError, ModelError, OptionsError
from geounet.models import bundle as bundles
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.engines.engine import Engine
from geounet.models.engines.kept_graphs import graph_of
from geounet.models.engines.onnx_file import OnnxFile, read_onnx
from geounet.models.engines.wanted import INT8, PRECISION, Integers, Wanted

if TYPE_CHECKING:  # torch is loaded when a model is
    from geounet.models.engines.torch import TorchSegmenter


def start(name: str, bundle: Bundle, wanted: Wanted) -> Engine:
    """The bundle's network, ready to run by an engine: `torch`, `compile`, `onnx` or `openvino`.

    Raises MissingDependencyError where the engine is not installed, ModelError where it cannot run the network, and
    DeviceError where it has no such device or arithmetic.
    """
    if name not in _ENGINES:
        raise OptionsError(f"engine is {name!r}; choose one of {', '.join(['auto', *_ENGINES])}")
    engine = _ENGINES[name](bundle, wanted)
    engine.digest = bundle.digest
    return engine


def _torch(bundle: Bundle, wanted: Wanted) -> Engine:
    _require_torch("torch")
    from geounet.models.engines.torch import TorchSegmenter

    return _of_module(TorchSegmenter, bundle, wanted)


def _compiled(bundle: Bundle, wanted: Wanted) -> Engine:
    _require_torch("compile")
    from geounet.models.engines.compiled import CompiledSegmenter

    return _of_module(CompiledSegmenter, bundle, wanted)


def _of_module(kind: "type[TorchSegmenter]", bundle: Bundle, wanted: Wanted) -> Engine:
    from geounet.models.networks import with_stride

    if bundle.is_onnx:
        raise ModelError(
            f"model {bundle.card.name!r} is in ONNX, which torch does not run; pass --engine onnx, openvino or auto"
        )
    module = bundles.load(bundle)
    return kind(
        with_stride(bundle.card, module),
        module,
        device=wanted.device,
        precision=wanted.precision,
        threads=wanted.threads,
    )


def _onnx(bundle: Bundle, wanted: Wanted) -> Engine:
    from geounet.models.engines.onnx import OnnxSegmenter

    card, file = graph_file(bundle, wanted)
    return OnnxSegmenter(card, file, device=wanted.device, precision=wanted.precision, threads=wanted.threads)


def _openvino(bundle: Bundle, wanted: Wanted) -> Engine:
    from geounet.models.engines.openvino import OpenvinoSegmenter

    card, file = graph_file(bundle, wanted)
    return OpenvinoSegmenter(
        card, file, device=wanted.device, precision=wanted.precision, threads=wanted.threads
    )


def graph_file(bundle: Bundle, wanted: Wanted | None = None) -> tuple[ModelCard, OnnxFile]:
    """A bundle's network as a graph, and its card with the network's stride; one is made where there is none.

    Raises DeviceError where another arithmetic is asked of integers, and ModelError where integers are asked of floats.
    """
    wanted = wanted or Wanted()
    if bundle.is_onnx:
        return bundle.card, _own_file(bundle, wanted)
    graph = graph_of(bundle)
    file = OnnxFile(
        content=b"",
        path=graph.path,
        input=graph.input,
        bands=graph.card.channels,
        batch=None,
        side=graph.side,
        scores=graph.card.scores,
        opset=None,
        metadata={},
    )
    return graph.card, _in_place(file, wanted.integers)


def _in_place(file: OnnxFile, integers: Integers | None) -> OnnxFile:
    """The file with the graph of integers that was made of it in its place, where there is one."""
    if integers is None:
        return file
    return replace(file, content=integers.content, path=None, is_int8=True, calibration=integers.calibration)


def _own_file(bundle: Bundle, wanted: Wanted) -> OnnxFile:
    """The file of a bundle in ONNX, whose arithmetic is its own, or that of what was made of it."""
    file = _in_place(replace(read_onnx(bundle.weights), is_int8=is_int8(bundle)), wanted.integers)
    if file.is_int8 and wanted.precision not in ("auto", INT8):
        raise DeviceError(
            f"model {bundle.card.name!r} is in int8; {wanted.precision} cannot be asked for: pass auto"
        )
    if wanted.precision == INT8 and not file.is_int8:
        raise ModelError(
            f"model {bundle.card.name!r} is an ONNX file in floats; make an int8 bundle of it: geounet models quantize "
            "MODEL --scenes … --out FOLDER"
        )
    return file


def is_int8(bundle: Bundle) -> bool:
    """Whether a bundle's own file is of integers."""
    return bundle.card.extras.get(PRECISION) == INT8


def _require_torch(name: str) -> None:
    if find_spec("torch") is None:
        raise MissingDependencyError(
            f"torch is not installed, and engine {name} needs it: pip install geounet with its dependencies, or pass "
            "--engine onnx"
        )


_ENGINES: Mapping[str, Callable[[Bundle, Wanted], Engine]] = {
    "torch": _torch,
    "compile": _compiled,
    "onnx": _onnx,
    "openvino": _openvino,
}
