"""Start-up: the command line's help, and one small scene from nothing to a layer."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.table import Row, Target, interleaved
from geounet.synthetic import TownOptions, draw_town

SIDE = 512


def rows(folder: Path, *, rounds: int) -> Iterator[Row]:
    """Seconds of whole processes beside an empty one; all ran before: files are in the system's cache."""
    scene = folder / f"town_{SIDE}.tif"
    if not scene.exists():
        draw_town(TownOptions(size=(SIDE, SIDE), seed=1)).write(scene)
    geounet = [sys.executable, "-m", "geounet"]
    extract = [*geounet, "extract", str(scene), "--out", str(folder / "start.gpkg"), "--overwrite", "--quiet"]
    commands = [[sys.executable, "-c", "pass"], [*geounet, "--help"], extract]

    def job(command: list[str]) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    job(extract)
    empty, told, extracted = interleaved(*(lambda c=c: job(c) for c in commands), rounds=rounds)
    against = f"python -c pass: {empty:.2f} s"
    yield Row("geounet --help", f"{told:.2f} s", against, ratio=told, target=Target(must=0.3, at_most=True))
    yield Row(
        f"geounet extract, {SIDE}² scene, buildings → GPKG, in a new process, files in the system's cache",
        f"{extracted:.2f} s", against, ratio=extracted, target=Target(must=3.0, at_most=True),
    )  # fmt: skip
