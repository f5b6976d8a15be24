"""From a model's name to a Segmenter."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import OptionsError
from geounet.models.catalogue import find
from geounet.models.engines.wanted import INT8, Wanted
from geounet.models.ensembles import Ensemble, members

if TYPE_CHECKING:  # engines are loaded when a model is
    from geounet.models.engines.engine import Engine


def load_model(
    model: str | Path,
    *,
    engine: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
) -> "Engine":
    """The model that a shipped name, a bundle's folder, an address or a hub's identifier stands for, ready to run.

    `a+b` stands for the ensemble of two: see `Ensemble`.
    It is a Segmenter with `card`, `digest` and `describe()`. `engine` is `auto`, `torch`, `compile`, `onnx` or `openvino`;
    `device` is `auto`, `cpu`, `cuda`, `cuda:1` or `mps`; `precision` is `auto`, `float32`, `bfloat16`, `float16` or `int8`.
    `auto` takes torch on a GPU, and on a CPU what is fastest on this machine: see `geounet.models.engines.choice`; it
    never takes int8. Of an ensemble, `engine` and `precision` may be one a model, such as `torch+onnx`. Raises ModelError
    (InvalidCardError, WeightsError among it), DeviceError, and MissingDependencyError where the engine is not installed.
    """
    wanted = Wanted(engine=engine, device=device, precision=precision, threads=threads)
    return load_wanted(model, wanted)


def load_wanted(model: str | Path, wanted: Wanted) -> "Engine":
    """As `load_model`; how many pixels are to go through the model may be known too."""
    names = members(model)
    engines, precisions = _each(wanted.engine, len(names)), _each(wanted.precision, len(names))
    loaded = [
        _loaded(name, replace(wanted, engine=engines[n], precision=precisions[n]))
        for n, name in enumerate(names)
    ]
    return loaded[0] if len(loaded) == 1 else Ensemble(loaded)


def _loaded(name: str | Path, wanted: Wanted) -> "Engine":
    from geounet.models.engines.choice import start_chosen
    from geounet.models.engines.starting import start

    found = find(name)
    if wanted.precision == INT8 and wanted.engine in ("auto", "onnx", "openvino"):
        from geounet.models.quantization.int8 import int8_graph, is_to_be_made

        if is_to_be_made(found):
            wanted = replace(wanted, integers=int8_graph(found))
    return start_chosen(found, wanted) if wanted.engine == "auto" else start(wanted.engine, found, wanted)


def _each(words: str, count: int) -> list[str]:
    """A choice for each of several models, from one for all or from one a model with a + between them."""
    parts = words.split("+")
    if len(parts) not in (1, count):
        raise OptionsError(
            f"{words} is {len(parts)} choices for {count} models; pass one for all, or one each"
        )
    return parts * count if len(parts) == 1 else parts
