"""The libraries that engines stand on: whether they are installed, which version, and how they come."""

import importlib
import importlib.metadata
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from geounet.dependencies import RUNTIME_REMEDY, lacks_runtime
from geounet.errors import MissingDependencyError
from geounet.models.reasons import reason_of
from geounet.models.runtime_manners import quiet_onnxruntime

LIBRARIES = {"torch": "torch", "compile": "torch", "onnx": "onnxruntime", "openvino": "openvino"}
"""The library of each engine."""

REMEDIES = {
    "torch": "pip install torch",
    "onnxruntime": "pip install onnxruntime",
    "openvino": "pip install 'geounet[openvino]'",
}
"""How each library comes."""


def available_engines() -> Mapping[str, str]:
    """Engines whose library is installed, each with the library's name and version; none is loaded."""
    return {
        name: f"{library} {version_of(library)}"
        for name, library in LIBRARIES.items()
        if find_spec(library) is not None
    }


def version_of(library: str) -> str:
    """The version of an installed distribution; `none` where it is not installed."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def load_library(library: str, *, model: str) -> Any:  # noqa: ANN401 (a module)
    """The library as a module; MissingDependencyError where it is not installed, or does not load."""
    try:
        return quiet_onnxruntime() if library == "onnxruntime" else importlib.import_module(library)
    except ImportError as error:
        found = "is not installed" if find_spec(library) is None else f"does not load ({reason_of(error)})"
        remedy = REMEDIES[library]
        if lacks_runtime(error):
            remedy = RUNTIME_REMEDY
        raise MissingDependencyError(
            f"{library} {found}; this --engine needs it for model {model!r}: {remedy}, or pass --engine auto"
        ) from error
