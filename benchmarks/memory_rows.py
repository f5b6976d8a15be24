"""Peak memory of whole runs in processes of their own, over sparse scenes that grow."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scenes import sparse, textured
from benchmarks.table import Row, Target

CHILD = """
import json, sys, time
import geounet
from benchmarks.null_model import NullModel
from benchmarks.peak import peak_mb
before = peak_mb()
options = geounet.ExtractOptions(overwrite=True, class_raster=sys.argv[2] + ".tif")
done = geounet.extract(sys.argv[1], NullModel(), sys.argv[2] + ".fgb", options=options)
print(json.dumps({"before": before, "peak": peak_mb(), "seconds": done.seconds, "features": done.features}))
"""

WIDTH = 10_000
"""Columns of the scenes that grow in height alone."""


def height_rows(folder: Path, *, heights: tuple[int, int]) -> Iterator[Row]:
    """The peak over the loaded model for a scene and one that is several times as high, and one over the other."""
    peaks = []
    small = textured(folder / "textured_1024_none.tif", size=1024, compress="none")
    for height in heights:
        scene = textured(folder / f"high_{height}.tif", size=WIDTH, height=height, compress="none")
        told = {"work": "extract", "input": str(scene), "small": str(small), "out": str(folder / "high_out")}
        command = [sys.executable, "-m", "benchmarks.growth_child", json.dumps(told)]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        result = json.loads(run.stdout.splitlines()[-1])
        scene.unlink()
        peaks.append(result["memory"])
        yield Row(
            f"memory over the loaded model, {WIDTH} × {height} RGB → layer and class COG, in MB",
            f"{peaks[-1]:.0f} MB in {result['seconds']:.0f} s",
            "the process after a small run",
            ratio=peaks[-1],
            target=Target(must=400, excellent=256, at_most=True),
        )
    yield Row(
        f"the same: {heights[1] / heights[0]:g} times as high ÷ once",
        f"{peaks[1] / peaks[0]:.2f}",
        f"{peaks[0]:.0f} MB and {peaks[1]:.0f} MB",
        ratio=peaks[1] / peaks[0],
        target=Target(must=1.1, at_most=True),
    )


def rows(folder: Path, *, sizes: tuple[int, ...]) -> Iterator[Row]:
    """A row for each size: the peak of the process, and what it was before the run."""
    for size in sizes:
        scene = sparse(folder / f"sparse_{size}.tif", size=size)
        command = [sys.executable, "-c", CHILD, str(scene), str(folder / "sparse_out")]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(run.stdout.splitlines()[-1])
        yield Row(
            f"peak memory, sparse {size}² × 3, null model → layer and class COG",
            f"{result['peak']:.0f} MB",
            f"{result['before']:.0f} MB after imports; {result['features']} features in {result['seconds']:.0f} s",
            "2000 MB at 50,000²",
        )
