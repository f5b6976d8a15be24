"""Children whose Python has no torch, nor what else a light install goes without."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]

HIDDEN = (
    "torch", "torchvision", "timm", "segmentation_models_pytorch", "lightning", "kornia", "torchmetrics", "torchgeo",
    "geopandas", "pandas", "safetensors", "onnxscript", "openvino", "monai", "sklearn", "skimage", "matplotlib",
)  # fmt: skip
"""Packages that `requirements/light.txt` does not bring."""

_WITHOUT = """
import importlib.machinery, re, sys
HIDDEN = {hidden!r}

class Without(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in HIDDEN else super().find_spec(name, path, target)

    @classmethod
    def find_distributions(cls, context=None):
        name = re.sub(r"[-.]+", "_", getattr(context, "name", None) or "")
        return iter(()) if name in HIDDEN else super().find_distributions(*([context] if context else []))

sys.meta_path[sys.meta_path.index(importlib.machinery.PathFinder)] = Without
"""
"""Python's `sitecustomize`: every interpreter runs it first, those that a child starts too."""


@pytest.fixture(scope="session")
def light_environment(tmp_path_factory) -> dict[str, str]:
    """The environment of a child without those packages, with a cache of its own."""
    folder = tmp_path_factory.mktemp("light")
    (folder / "sitecustomize.py").write_text(_WITHOUT.format(hidden=HIDDEN), encoding="utf-8")
    ours = {
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "GEOUNET_CACHE": str(folder / "cache"),
        "PYTHONIOENCODING": "utf-8",
    }
    return {**os.environ, **ours}


@pytest.fixture(scope="session")
def child(light_environment) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run code in such a child."""

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code],
            env=light_environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def verbs(child) -> Callable[..., list[tuple[int | str, ...]]]:
    """Run command lines one after another in one such child: the exit code and what it said of failing, of each."""

    def run(*lines: list[str]) -> list[tuple[int | str, ...]]:
        done = child(
            "import contextlib, io, json, sys\n"
            "from geounet.cli import main\n"
            "found = []\n"
            f"for words in {[list(map(str, words)) for words in lines]!r}:\n"
            "    said = io.StringIO()\n"
            "    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):\n"
            "        code = main(words)\n"
            "    lines = [line for line in said.getvalue().splitlines() if line.startswith('geounet: ')]\n"
            "    found.append((code, *lines))\n"
            "print(json.dumps(found))"
        )
        assert done.returncode == 0, done.stderr
        return [tuple(one) for one in json.loads(done.stdout.splitlines()[-1])]

    return run


@pytest.fixture
def scene(make_raster) -> Path:
    """Bright roofs on dark ground, 0.3 m a pixel."""
    random = np.random.default_rng(4)
    counts: NDArray[np.uint8] = random.integers(40, 70, (3, 96, 128), dtype=np.uint8)
    counts[:, 20:60, 30:80] = random.integers(170, 200, (3, 40, 50))
    return make_raster(counts, photometric="RGB")
