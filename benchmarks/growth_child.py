"""`python -m benchmarks.growth_child JSON`: one run in a process of its own; prints seconds and MB as JSON.

A small run comes first, so that libraries are loaded and kernels compiled before the clock starts.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

import geounet
from benchmarks.null_model import NullModel
from benchmarks.peak import peak_mb
from geounet.models.card import Normalization


@numba.njit(nogil=True, cache=True)
def _scores(patches: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    classes = np.int64(out.shape[1])
    for number in range(out.shape[0]):
        for label in range(classes):
            for row in range(out.shape[2]):
                for col in range(out.shape[3]):
                    level = int(patches[number, 0, row, col] * classes)
                    out[number, label, row, col] = np.float32(1) if level == label else np.float32(0)


class LevelsModel:
    """Classes by the brightness of the first band, in equal steps: costs next to nothing."""

    def __init__(self, *, bands: int, classes: int) -> None:
        zeros, ones = (0.0,) * bands, (1.0,) * bands
        self.card = replace(
            NullModel().card, bands=tuple(f"band {k + 1}" for k in range(bands)),
            classes=("background", *(f"level {k}" for k in range(1, classes))),
            normalization=Normalization((0.0, 256.0), (2.0, 98.0), zeros, ones),
        )  # fmt: skip

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, K, h, w) of patches (N, C, h, w)."""
        out = np.empty((len(patches), len(self.card.classes), *patches.shape[2:]), np.float32)
        _scores(patches, out)
        return out


def _predict(told: dict[str, Any], scene: str) -> None:
    model = LevelsModel(bands=told["bands"], classes=told["classes"])
    bands = tuple(range(1, told["bands"] + 1))
    options = geounet.PredictOptions(output="class", overwrite=True, bands=bands)
    geounet.predict(scene, model, told["out"] + ".tif", options=options)


def _extract(told: dict[str, Any], scene: str) -> None:
    options = geounet.ExtractOptions(overwrite=True, class_raster=told["out"] + ".tif")
    geounet.extract(scene, NullModel(), told["out"] + ".fgb", options=options)


def _vectorize(told: dict[str, Any], labels: str) -> None:
    options = geounet.VectorizeOptions(overwrite=True, **told["options"])
    geounet.vectorize(labels, told["out"] + ".fgb", options=options)


WORK: dict[str, Callable[[dict[str, Any], str], None]] = {
    "predict": _predict,
    "extract": _extract,
    "vectorize": _vectorize,
}


def main() -> None:
    """Run what the argument tells."""
    told = json.loads(sys.argv[1])
    work = WORK[told["work"]]
    work(told, told["small"])
    before, started = _memory_mb(), perf_counter()
    work(told, told["input"])
    print(json.dumps({"seconds": perf_counter() - started, "memory": peak_mb() - before}))


def _memory_mb() -> float:
    """What the process holds now; its peak so far where that cannot be asked."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024 if status.exists() else peak_mb()


if __name__ == "__main__":
    main()
