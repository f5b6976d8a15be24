"""What a peer is asked and answers, a line of JSON each way: once what to load, then a scene at a time.

Imports the standard library alone: every peer's interpreter runs it.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

Run = Callable[[str, str], None]
"""Predict a scene (path) into a class raster (path)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a peer loads."""

    weights: str
    """A file of torch with smp's Unet of resnet18; empty for the null model."""
    onnx: str
    """The same as ONNX, for patches of (1, 3, tile, tile)."""
    bundle: str
    """The same as a bundle of geounet; empty for the null model."""
    tile: int
    overlap: int
    batch: int
    """Tiles at once, of peers that ask for it."""
    precision: str = "auto"
    """Of geounet."""


def serve(load: Callable[[Setup], Run], *, package: str) -> None:
    """Answer until standard input ends: the version, then seconds and memory of each run."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what libraries print is no answer

        def answer(**told: Any) -> None:  # noqa: ANN401 (JSON)
            answers.write(json.dumps(told) + "\n")
            answers.flush()

        run = load(Setup(**json.loads(sys.stdin.readline())))
        loaded = _status_mb("VmRSS")
        answer(version=version(package))
        for line in sys.stdin:
            scene, out = json.loads(line)
            _forget_peak()
            started = perf_counter()
            try:
                run(scene, out)
            except Exception as error:  # noqa: BLE001 (another tool's errors are told, not judged)
                answer(error=f"{type(error).__name__}: {error}")
            else:
                answer(seconds=perf_counter() - started, memory=_status_mb("VmHWM") - loaded)


def _status_mb(key: str) -> float:
    """A figure of this process's memory in MB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    return int(status.read_text().split(f"{key}:")[1].split()[0]) / 1024 if status.exists() else 0.0


def _forget_peak() -> None:
    """Let the peak begin anew (Linux)."""
    file = Path("/proc/self/clear_refs")
    if file.exists():
        file.write_text("5")
