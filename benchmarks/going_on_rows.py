"""Going on with a batch whose jobs are all done but one: how long until the first scene is read, and until it ends.

What is simulated: the inputs are links to a few tiles, the layers of all but three are a byte each, and their jobs were
written into the accounts as done. Finding, comparing and reporting are the command's own.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geounet
from benchmarks.archive_rows import archive
from benchmarks.table import Row
from geounet.batching.job import Job, Outcome
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.options import SourceOptions
from geounet.batching.sources.find import find_items

LINKS = 1000
"""Files in a folder; file systems bound the links to one."""

CHILD = """
import json, sys, time
started = time.perf_counter()
import geounet
from benchmarks.peak import peak_mb
from geounet.batching.run import run_batch
from geounet.batching.watching import Watch

class First(Watch):
    __slots__ = ("at",)
    def pixels_moved(self, stage, pixels):
        if not hasattr(self, "at"):
            self.at = time.perf_counter() - started
        super().pixels_moved(stage, pixels)

watch = First()
options = geounet.BatchOptions(mosaic="none")
done = run_batch(sys.argv[1], "buildings", sys.argv[2], options=options, watch=watch)
seconds = time.perf_counter() - started
print(json.dumps({"first": watch.at, "seconds": seconds, "done": done.done, "left": done.pending, "peak": peak_mb()}))
"""


def rows(folder: Path, *, jobs: int) -> Iterator[Row]:
    """Seconds and memory, over as many tiles."""
    inputs, out = folder / f"links_{jobs}", folder / f"links_{jobs}_out"
    shutil.rmtree(inputs, ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    tiles = archive(folder / "archive_100", 100)
    _link(inputs, tiles, range(2))
    geounet.batch(inputs, "buildings", out, options=geounet.BatchOptions(mosaic="none"))
    _link(inputs, tiles, range(2, jobs))
    _pretend(inputs, out)
    command = [sys.executable, "-c", CHILD, str(inputs), str(out)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if (told["done"], told["left"]) != (jobs, 0):
        raise SystemExit(f"{told['done']} of {jobs} jobs are done; expected all")
    yield Row(
        f"going on with a batch of {jobs:,} jobs, one left",
        f"{told['first']:.0f} s until its tile is read, {told['seconds']:.0f} s to the end; {told['peak']:.0f} MB",
        "simulated: links for tiles, a byte a layer, jobs written down as done",
    )


def _link(inputs: Path, tiles: list[Path], numbers: range) -> None:
    """Tiles under other names, a thousand a folder."""
    for number in numbers:
        link = inputs / f"{number // LINKS:04d}" / f"tile_{number:07d}.tif"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.hardlink_to(tiles[number % len(tiles)])


def _pretend(inputs: Path, out: Path) -> None:
    """Write all jobs down as done, but the last, and make their layers."""
    with closing(Manifest(out / "manifest.sqlite")) as ledger:
        record = next(ledger.records())
        if record.outcome is None:
            raise SystemExit("the first two tiles were not done; see above")
        known = {item.name for item in record.job.items}
        items = list(find_items([inputs], SourceOptions()))
        jobs = [
            replace(record.job, name=item.name, items=(item,)) for item in items if item.name not in known
        ]
        ledger.add(jobs)
        me = Claimant.this_process()
        while claimed := ledger.claim(me, limit=5000):
            ledger.settle([_done(job, record.outcome, out) for job in claimed], me)
        ledger.reopen([jobs[-1].name])


def _done(job: Job, like: Outcome, out: Path) -> Outcome:
    """An outcome as of another job, and its layer."""
    before, layer = like.outputs["layer"], f"{job.name}.gpkg"
    link = out / layer
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.write_bytes(b"-")
    size = link.stat().st_size
    return replace(
        like,
        key=job.key,
        outputs={"layer": layer},
        digests={layer: like.digests[before]},
        sizes={layer: size},
    )
