"""ONNX Runtime runs graphs, and tells nobody."""

import importlib
import os
from typing import Any

SILENCE = "ORT_DISABLE_TELEMETRY"
"""The variable by which onnxruntime is told, when it is loaded, to keep no account of the machine and its runs."""


def quiet_onnxruntime() -> Any:  # noqa: ANN401 (a module that has no types)
    """The module onnxruntime, its telemetry switched off unless the variable says otherwise; ImportError without it."""
    os.environ.setdefault(SILENCE, "1")
    return importlib.import_module("onnxruntime")
