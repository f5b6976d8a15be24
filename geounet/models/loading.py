"""From a model's name to a Segmenter."""

from pathlib import Path
from typing import TYPE_CHECKING

from geounet.models import bundle
from geounet.models.bundle import Bundle
from geounet.models.catalogue import find
from geounet.models.ensembles import Ensemble, members

if TYPE_CHECKING:  # torch is loaded when a model is
    from geounet.models.engines.engine import Engine


def load_model(
    model: str | Path, *, device: str = "auto", precision: str = "auto", threads: int | None = None
) -> "Engine":
    """The model that a shipped name, a bundle's folder, an address or a hub's identifier stands for, ready to run.

    `a+b` stands for the ensemble of two: see `Ensemble`.
    It is a Segmenter with `card`, `digest` and `describe()`. `device` is `auto`, `cpu`, `cuda`, `cuda:1` or `mps`;
    `precision` is `auto`, `float32`, `bfloat16` or `float16`. Raises ModelError (InvalidCardError, WeightsError among
    it), DeviceError, and MissingDependencyError where a bundle in ONNX has nothing to run it.
    """
    names = members(model)
    if len(names) > 1:
        return Ensemble(
            [load_model(name, device=device, precision=precision, threads=threads) for name in names]
        )
    found = find(model)
    load = _load_onnx if found.is_onnx else _load_torch
    engine = load(found, device=device, precision=precision, threads=threads)
    engine.digest = found.digest
    return engine


def _load_torch(found: Bundle, *, device: str, precision: str, threads: int | None) -> "Engine":
    from geounet.models.engines.torch import TorchSegmenter
    from geounet.models.networks import with_stride

    module = bundle.load(found)
    card = with_stride(found.card, module)
    return TorchSegmenter(card, module, device=device, precision=precision, threads=threads)


def _load_onnx(found: Bundle, *, device: str, precision: str, threads: int | None) -> "Engine":
    from geounet.models.engines.onnx import OnnxSegmenter
    from geounet.models.engines.onnx_file import read_onnx

    file = read_onnx(found.weights)
    return OnnxSegmenter(found.card, file, device=device, precision=precision, threads=threads)
