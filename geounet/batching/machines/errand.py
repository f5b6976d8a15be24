"""What a cluster's worker runs: a function by its name, on a task that comes and goes as JSON.

Light on purpose: dask's scheduler imports it too, and has no use for models and rasters.
"""

import importlib
import json
import socket
import threading
from collections.abc import Callable
from typing import Any, cast

import geounet

_ONE_AT_A_TIME = threading.Lock()


def perform(function: str, task: str, version: str) -> str:
    """JSON of what became of a task (JSON): `result`, or `error` in one line.

    `function` is `module:name`. A worker with another geounet than `version` does nothing, and says which it has and
    on which `host`. A process does one task at a time, however many threads it was given: the model and GDAL's
    settings are the whole process's.
    """
    if geounet.__version__ != version:
        return json.dumps({"version": geounet.__version__, "host": socket.gethostname()})
    with _ONE_AT_A_TIME:
        try:
            return json.dumps({"result": named(function)(json.loads(task))})
        except Exception as error:  # noqa: BLE001 -- whatever it is, the run goes on and says so
            return json.dumps({"error": f"{type(error).__name__}: {' '.join(str(error).split())}"})


def name_of(function: Callable[..., Any]) -> str:
    """`module:name` of a function that another process can find; ValueError of any other."""
    name = f"{function.__module__}:{function.__qualname__}"
    if function.__module__ == "__main__" or "<" in name:
        raise ValueError(f"{name} cannot be imported by another process; expected a function of a module")
    return name


def named(name: str) -> Callable[[Any], Any]:
    """The function of `module:name`."""
    module, _, path = name.partition(":")
    function: Any = importlib.import_module(module)
    for attribute in path.split("."):
        function = getattr(function, attribute)
    return cast("Callable[[Any], Any]", function)
