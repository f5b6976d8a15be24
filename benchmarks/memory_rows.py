"""(c) Peak memory of whole runs in processes of their own, over sparse scenes that grow."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scenes import sparse
from benchmarks.table import Row

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
