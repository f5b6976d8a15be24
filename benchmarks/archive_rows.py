"""An archive of small tiles by `batch`, against a shell loop of `extract` and the bare model over the same tiles."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pyogrio
import rasterio
from affine import Affine

from benchmarks.bare_forward import BareForward
from benchmarks.spent import Spent, spent_on
from benchmarks.table import Row
from geounet.batching.ledgers.manifest import Manifest
from geounet.outputs import atomic_target
from geounet.synthetic import TownOptions, draw_town

SIDE = 256
"""Pixels of a tile."""

TOWN = 10
"""Tiles along each side of the drawn town, which is laid out as often as the archive is long."""

LOOK_SECONDS = 0.1
"""How often memory is looked at."""

GEOUNET = (sys.executable, "-m", "geounet")


@dataclass(slots=True)
class Ran:
    """What was seen of a batch from outside."""

    spent: Spent = field(default_factory=Spent)
    """From the command to its end: imports, the model, the look at all headers and the report are in it."""
    peaks: dict[int, int] = field(default_factory=dict)
    """Most memory of each process that worked on tiles, in bytes."""

    def rate(self, tiles: int) -> str:
        """Tiles and pixels a second."""
        per_second = tiles / self.spent.wall
        return f"{per_second:.1f} tiles/s, {per_second * SIDE**2 / 1e6:.2f} Mpx/s; {self.spent.wall:.0f} s"


def rows(folder: Path, *, tiles: int, sample: int) -> Iterator[Row]:
    """What a batch takes against a loop over `sample` of the tiles and against the bare model; memory of a worker."""
    paths = archive(folder / f"archive_{tiles}", tiles)
    few = [paths[k] for k in sorted(np.random.default_rng(0).choice(tiles, sample, replace=False))]
    warm = _batch(
        few, folder / "warm"
    )  # kernels are compiled; its engine is that of all: a tile a core will do
    bare = _bare(folder / "warm", workers=len(warm.peaks))
    forward = bare.spent(tiles // 2)  # half before and half after: a noisy machine is noisy to both
    ran = _batch([paths[0].parent], folder / "batched")
    traced = _batch([paths[0].parent], folder / "traced", "--no-separate", "--no-regularize")
    forward += bare.spent(tiles - tiles // 2)
    loop = spent_on(lambda: _loop(few, folder / "looped")).scaled(tiles / sample)
    if _bare(folder / "batched", workers=len(ran.peaks)) != bare:
        raise SystemExit("the archive ran otherwise than its sample; measure again with more tiles")
    yield Row(
        f"batch --mosaic none, {tiles:,} tiles of {SIDE}² → a layer each, {bare.workers} workers",
        ran.rate(tiles),
        f"shell loop of extract: {loop.wall:,.0f} s, {loop.wall / ran.spent.wall:.1f} × the time, "
        f"{loop.cpu / ran.spent.cpu:.1f} × the CPU time (from {sample} of the tiles, scaled)",
    )
    side, batch = bare.shape[2], bare.shape[0]
    rate, more = tiles * side**2 / 1e6 / forward.wall, (side / SIDE) ** 2
    yield Row(
        "the same, bare forward ÷ batch",
        _share(forward, ran.spent),
        f"bare forward of the same tiles with their context ({side}², {batch} a batch) in as many processes: "
        f"{forward.wall:.0f} s, {rate:.2f} Mpx/s of tiles ({more:.2f} × the archive)",
    )
    yield Row(
        "the same without finishing (--no-separate --no-regularize)",
        f"{_share(forward, traced.spent)}; {traced.rate(tiles)}",
        "the same forward",
    )
    yield Row("the same, most memory of a worker", f"{max(ran.peaks.values()) / 1024**2:.0f} MB", "")


def _share(part: Spent, whole: Spent) -> str:
    return f"{part.wall / whole.wall:.3f} of the time, {part.cpu / whole.cpu:.3f} of the CPU time"


def archive(folder: Path, count: int) -> list[Path]:
    """`count` tiles, side by side on one grid at the model's 0.3 m, as files of their own."""
    paths = [folder / f"tile_{number:05d}.tif" for number in range(count)]
    if paths[-1].exists():
        return paths
    folder.mkdir(parents=True, exist_ok=True)
    town = draw_town(TownOptions(size=(TOWN * SIDE, TOWN * SIDE), gsd_m=0.3, seed=1, nodata_corner=False))
    profile = {
        "driver": "GTiff", "count": 3, "height": SIDE, "width": SIDE, "dtype": "uint8", "crs": town.grid.crs,
        "compress": "deflate", "predictor": 2, "photometric": "rgb",
    }  # fmt: skip
    for number, path in enumerate(paths):
        repeat, within = divmod(number, TOWN**2)
        row, col = (SIDE * place for place in divmod(within, TOWN))
        place = town.grid.transform @ Affine.translation(col + repeat * TOWN * SIDE, row)
        with (
            atomic_target(path, overwrite=True) as draft,
            rasterio.open(draft, "w", transform=place, **profile) as tile,
        ):
            tile.write(town.image[:, row : row + SIDE, col : col + SIDE])
    return paths


def _batch(inputs: list[Path], out: Path, *options: str) -> Ran:
    """Run the command anew, and watch it and its workers."""
    shutil.rmtree(out, ignore_errors=True)
    command = [
        *GEOUNET,
        "batch",
        *map(str, inputs),
        "--out",
        str(out),
        "--mosaic",
        "none",
        "--quiet",
        *options,
    ]
    ran = Ran()
    ran.spent = spent_on(lambda: _watched(command, ran))
    return ran


def _watched(command: list[str], ran: Ran) -> None:
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            _look(process.pid, ran)
            time.sleep(LOOK_SECONDS)
    if len(ran.peaks) > 1:
        del ran.peaks[process.pid]  # its workers worked
    if process.returncode:
        raise SystemExit(f"geounet batch ended with exit code {process.returncode}; see above")


def _look(pid: int, ran: Ran) -> None:
    """Note the memory of workers; of the command itself where it works alone."""
    try:
        command = psutil.Process(pid)
        workers = [child for child in command.children() if "batch-worker" in child.cmdline()]
        for process in [command, *workers]:
            ran.peaks[process.pid] = max(ran.peaks.get(process.pid, 0), process.memory_info().rss)
    except psutil.NoSuchProcess:
        return  # it ended between two looks


def _bare(out: Path, *, workers: int) -> BareForward:
    """How a batch ran its model, as its accounts and layers have it."""
    with closing(Manifest(out / "manifest.sqlite", read_only=True)) as ledger:
        run = ledger.run()
    if run is None:
        raise SystemExit(f"{out} has no record of its run")
    layer = min(out.glob("*.gpkg"))
    tags = json.loads(pyogrio.read_info(layer, layer=layer.stem)["layer_metadata"]["GEOUNET_ENGINE"])
    shape = (tags["batch_size"], 3, tags["tile"], tags["tile"])
    return BareForward(engine=run.engine, shape=shape, workers=workers)


def _loop(tiles: list[Path], out: Path) -> None:
    """One `geounet extract` after the other."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for tile in tiles:
        layer = out / f"{tile.stem}.gpkg"
        subprocess.run([*GEOUNET, "extract", str(tile), "-o", str(layer), "--quiet"], check=True)
