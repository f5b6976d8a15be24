"""QGIS is killed while geounet works for it: the child, which holds the other end of a lease, ends too."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest


def wait_for(condition, seconds: float):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.02)
    return value


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="processes are looked up in /proc")
def test_a_killed_qgis_leaves_no_process_and_no_file(installed, make_raster, processes, tmp_path):
    scene = make_raster("large.tif", ground=(70, 95, 60), things=(205, 200, 195), size=4096)
    out = tmp_path / "out"
    out.mkdir()
    words = (
        "run",
        "geounet:extract",
        "--",
        f"INPUT={scene}",
        f"OUTPUT={out / 'buildings.gpkg'}",
        "DEVICE=cpu",
    )
    with installed.start(*words) as qgis:

        def child() -> list[int]:
            return [pid for pid, words in processes().items() if "geounet" in words and pid != qgis.pid]

        wait_for(lambda: list(out.iterdir()), 120)  # it has begun to write, under a hidden name
        assert child()
        assert qgis.poll() is None
        os.kill(qgis.pid, signal.SIGKILL)
        began = time.monotonic()
        qgis.wait()
        wait_for(lambda: not child(), 60)
        seconds = time.monotonic() - began
        qgis.communicate()
    sys.stdout.write(f"the child ended {seconds:.2f} s after QGIS")
    assert list(out.iterdir()) == []
