"""The accounts of a batch: jobs claimed and settled in SQLite and in a bucket on loopback, and going on with many."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.table import Row
from geounet.batching.item import Item
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.claims import Claims
from geounet.batching.ledgers.ledger import Claimant, Ledger
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.storage.buckets import BucketStore
from geounet.raster.address import RasterAddress

AT_ONCE = 16
"""Jobs that are claimed together where not one by one: as many as a task for a cluster has."""

SERVER = """
from moto.server import ThreadedMotoServer
import logging, sys
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://{}:{}".format(*server.get_host_and_port()), flush=True)
sys.stdin.read()
"""


def rows(folder: Path, *, jobs: int, bucket_jobs: int) -> Iterator[Row]:
    """Jobs a second on a disk, and on a bucket whose server is moto (one process of Python)."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        ledger = Manifest(Path(own) / "manifest.sqlite")
        yield from _ledger_rows("SQLite", ledger, jobs=jobs, probe=min(2000, jobs // 3), against="")
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("obstore") is None:
        return
    with _bucket() as address:
        store = BucketStore(address)
        puts = _rate(100, lambda number: store.put(f"raw/{number}", b"{}"))
        against = f"one PUT after the other: {puts:.0f}/s (moto, a server of one process)"
        yield from _ledger_rows(
            "a bucket on loopback", Claims(store), jobs=bucket_jobs, probe=bucket_jobs // 3, against=against
        )


def _ledger_rows(name: str, ledger: Ledger, *, jobs: int, probe: int, against: str) -> Iterator[Row]:
    """Jobs written down, and jobs claimed and settled singly and many at once."""
    ledger.begin(RunRecord(model="none", address="none", digest=""), replace=False)
    listed = [_job(number) for number in range(jobs)]
    started = time.perf_counter()
    ledger.add(listed)
    added = jobs / (time.perf_counter() - started)
    me = Claimant.this_process()
    ledger.claim(me, limit=1)  # a survey of all, where there is one
    singly, together = (_worked(ledger, me, probe, limit=limit) for limit in (1, AT_ONCE))
    ledger.release(me)
    ledger.close()
    yield Row(
        f"accounts in {name}, {jobs:,} jobs",
        f"{added:,.0f} jobs/s written down; claimed and settled {singly:,.0f} jobs/s singly, {together:,.0f} by {AT_ONCE}",
        against,
    )


def _worked(ledger: Ledger, me: Claimant, count: int, *, limit: int) -> float:
    """Jobs a second, claimed and settled."""
    done, started = 0, time.perf_counter()
    while done < count and (jobs := ledger.claim(me, limit=limit)):
        ledger.settle([_done(job) for job in jobs], me)
        done += len(jobs)
    return done / (time.perf_counter() - started)


def _rate(count: int, work: Callable[[int], object]) -> float:
    started = time.perf_counter()
    for number in range(count):
        work(number)
    return count / (time.perf_counter() - started)


def _job(number: int) -> Job:
    path = f"/archive/folder/scene_{number:07d}.tif"
    identity: dict[str, str | int] = {"path": path, "size": 123_456, "mtime_ns": 1_700_000_000_000_000_000}
    item = Item(name=f"scene_{number:07d}", raster=RasterAddress(address=path), identity=identity)
    return Job(name=item.name, items=(item,))


def _done(job: Job) -> Outcome:
    """An outcome as long as a real one: a layer with its digest and size."""
    layer = f"{job.name}.gpkg"
    return Outcome(
        key=job.key,
        state="done",
        outputs={"layer": layer},
        digests={layer: "0" * 64},
        sizes={layer: 118_784},
        features=10,
        by_class={"building": 10},
        pixels=65_536,
        valid_pixels=65_536,
        seconds=0.123,
        bounds=(39.211, -6.171, 39.212, -6.169),
    )


@contextmanager
def _bucket() -> Iterator[str]:
    """A new bucket of a server on this machine, whom the environment names."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        address = "" if server.stdout is None else server.stdout.readline().strip()
        kept = dict(os.environ)
        os.environ.update(
            AWS_ENDPOINT_URL=address,
            AWS_ACCESS_KEY_ID="someone",
            AWS_SECRET_ACCESS_KEY="something",  # noqa: S106 (loopback)
            AWS_REGION="us-east-1",
        )
        try:
            request = urllib.request.Request(f"{address}/archive", method="PUT")  # noqa: S310 (loopback)
            with urllib.request.urlopen(request):  # noqa: S310 (loopback)
                yield "s3://archive/outputs"
        finally:
            os.environ.clear()
            os.environ.update(kept)
            server.terminate()
