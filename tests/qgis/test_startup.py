"""What the plugin costs QGIS when it starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, sys, time
import qgis.core, qgis.gui, qgis.utils
application = qgis.core.QgsApplication([], True)
application.initQgis()
before, began = set(sys.modules), time.perf_counter()
from geounet_qgis import classFactory
plugin = classFactory(None)
plugin.initProcessing()
seconds = time.perf_counter() - began
provider = application.processingRegistry().providerById("geounet")
print(json.dumps({
    "seconds": seconds,
    "modules": sorted(set(sys.modules) - before),
    "algorithms": [algorithm.name() for algorithm in provider.algorithms()],
}))
sys.stdout.flush()
import os
os._exit(0)  # QGIS's own taking down is no part of this
"""

HEAVY = {
    *("processing", "ssl", "http", "urllib.request", "venv", "ensurepip", "zipfile", "tarfile", "sqlite3"),
    *("asyncio", "multiprocessing", "concurrent", "email", "numpy", "osgeo", "scipy", "pip"),
}
"""Modules that take time to import, and what the plugin needs of them waits until a person asks for it."""
MOST_SECONDS = 10.0
"""A tenth of a second is meant, and half of one is noticed; the machine that tests may be slow and busy."""


@pytest.fixture(scope="module")
def start() -> dict:
    """What a start gave that found all files in the disk's cache."""
    folder = Path(__file__).parents[2] / "qgis_plugin"
    environment = os.environ | {"PYTHONPATH": str(folder)}
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
    return json.loads(run.stdout.splitlines()[-1])


def test_nothing_heavy_is_imported(start):
    assert not [name for name in start["modules"] if name in HEAVY or name.split(".")[0] in HEAVY]


def test_it_is_quick(start):
    """`pytest -rP` shows the figure."""
    sys.stdout.write(
        f"plugin and provider: {start['seconds'] * 1000:.0f} ms, {len(start['modules'])} modules"
    )
    assert start["seconds"] < MOST_SECONDS


def test_every_algorithm_is_there(start, algorithm_names):
    assert set(start["algorithms"]) == algorithm_names
