"""Runs of the command line in processes of their own, watched by what they say; and a small archive for them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil
import pytest
import rasterio
from affine import Affine

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.ledgers.ledger import JobRecord
from geounet.batching.places.place import open_place
from geounet.raster.address import RasterAddress

ROOT = Path(__file__).parents[3]
SIDE, ROWS, COLS, GSD = 128, 4, 6, 0.3
HERE = Affine(GSD, 0, 500_000, 0, -GSD, 9_300_000)
OPTIONS = ("--engine", "torch", "--threads", "1", "--mosaic", "none", "--format", "fgb", "--json-events")
"""Without what a trial would choose: it may differ between two folders, and outputs with it."""
PIPE_BYTES = 4096
"""Of a run's stdout: one that is not listened to waits, some ten scenes on, so that it is met half-way on any machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A run that hangs is a failure, not a night."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(480))


@dataclass
class Run:
    """A `geounet batch` that was started."""

    process: "subprocess.Popen[bytes]"
    stderr: Path
    heard: list[dict[str, Any]] = field(default_factory=list)

    def listen(self) -> dict[str, Any] | None:
        """The next event; None when it has said all. More than one line ahead of it is not read."""
        line = self.process.stdout.readline()
        if not line:
            return None
        self.heard.append(json.loads(line))
        return self.heard[-1]

    def until(self, count: int, event: str = "outcome") -> "Run":
        """Listen until it has told of so many."""
        while len(self.told(event)) < count:
            assert self.listen() is not None, self.stderr.read_text(encoding="utf-8")
        return self

    def told(self, event: str) -> list[dict[str, Any]]:
        return [heard for heard in self.heard if heard["event"] == event]

    def names(self) -> list[str]:
        """Scenes that it told of."""
        return [heard["name"] for heard in self.told("outcome")]

    @property
    def result(self) -> dict[str, Any]:
        """What it came to."""
        return self.told("result")[-1]["result"]

    def workers(self) -> list[psutil.Process]:
        """Its processes, those that live."""
        with suppress(psutil.NoSuchProcess):
            return [
                child for child in psutil.Process(self.process.pid).children(recursive=True) if lives(child)
            ]
        return []

    def kill(self) -> "Run":
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        return self

    def ended(self, code: int) -> "Run":
        """Listen to its end, which is of this exit code."""
        while self.listen() is not None:
            pass
        assert self.process.wait(timeout=120) == code, self.stderr.read_text(encoding="utf-8")
        self.process.stdout.close()
        return self

    @property
    def complaints(self) -> list[str]:
        """The lines on its stderr."""
        return self.stderr.read_text(encoding="utf-8").splitlines()


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("processes")


@pytest.fixture(scope="session")
def start_run(scratch: Path) -> Iterator[Callable[..., Run]]:
    """Start `geounet batch`; at the end nothing of it is left running."""
    with ExitStack() as stack:
        number = iter(range(1000))

        def start(
            inputs: Sequence[object],
            out: object,
            *options: object,
            environment: Mapping[str, str] | None = None,
            workers: int = 1,
            word_by_word: bool = False,
        ) -> Run:
            """With `word_by_word` it waits, on Linux, at the second event that nobody listens to."""
            stderr = scratch / f"stderr-{next(number)}.txt"
            words = [*inputs, "--out", out, *OPTIONS, *options]
            words += [] if "--dask" in options else ["--workers", workers]
            packets = _packets() if word_by_word and hasattr(os, "O_DIRECT") else None
            with stderr.open("wb") as complaints:
                process = subprocess.Popen(
                    [sys.executable, "-m", "geounet", "batch", *map(str, words)],
                    stdin=subprocess.DEVNULL,
                    stdout=packets[0] if packets else subprocess.PIPE,
                    stderr=complaints,
                    bufsize=0,
                    pipesize=PIPE_BYTES,
                    env=_environment() | dict(environment or {}),
                    start_new_session=True,
                )
            if packets:
                os.close(packets[0])
                process.stdout = packets[1]
            run = Run(process, stderr)
            stack.callback(_end, run)
            return run

        yield start


def _packets() -> tuple[int, IO[bytes]]:
    """The end to write to, and the one to read from, of a pipe that holds one write at a time, and gives it whole."""
    import fcntl

    ears, mouth = os.pipe2(os.O_CLOEXEC | os.O_DIRECT)
    fcntl.fcntl(mouth, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return mouth, os.fdopen(ears, "rb", buffering=2 * PIPE_BYTES)


def _environment() -> dict[str, str]:
    """A child's: this checkout, whatever is installed, and one thread a library."""
    unwanted = ("SLURM_", "AWS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": ""}


def _end(run: Run) -> None:
    children = run.workers()
    run.process.kill()
    run.process.wait()
    run.process.stdout.close()
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()


@pytest.fixture(scope="session")
def archive(scratch: Path) -> tuple[Path, Path]:
    """Folders of tiles: those that are whole, and those that are not (an empty file, and one that breaks off)."""
    whole, bad = scratch / "tiles", scratch / "bad"
    whole.mkdir()
    bad.mkdir()
    rng = np.random.default_rng(4)
    for row in range(ROWS):
        for col in range(COLS):
            where = HERE @ Affine.translation(col * SIDE, row * SIDE)
            _write(whole / f"t_{row}{col}.tif", _town(rng), where, crs="EPSG:32737")
    _write(bad / "cut.tif", _town(rng), HERE, crs="EPSG:32736")
    (bad / "cut.tif").write_bytes((bad / "cut.tif").read_bytes()[:-9000])
    (bad / "empty.tif").touch()
    return whole, bad


@pytest.fixture(scope="session")
def tiles(archive: tuple[Path, Path]) -> Path:
    """The folder of whole tiles."""
    return archive[0]


def _town(rng: np.random.Generator) -> np.ndarray:
    """Roofs on dark ground, with noise."""
    picture = 90 + rng.integers(0, 25, (3, SIDE, SIDE), dtype=np.uint8)
    for _ in range(4):
        row, col = rng.integers(4, SIDE - 40, 2)
        height, width = rng.integers(18, 36, 2)
        roof = rng.integers(170, 250) + rng.integers(0, 6, (3, height, width))
        picture[:, row : row + height, col : col + width] = roof
    return picture


def _write(path: Path, picture: np.ndarray, where: Affine, *, crs: str) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", count=3, height=SIDE, width=SIDE, dtype="uint8",
        crs=crs, transform=where, compress="deflate", photometric="RGB",
    ) as dataset:  # fmt: skip
        dataset.write(picture)


@pytest.fixture(scope="session")
def unbroken(archive: tuple[Path, Path], scratch: Path, start_run: Callable[..., Run]) -> dict[str, bytes]:
    """The layers of a run of one process that nothing disturbed, by name."""
    start_run(archive, scratch / "unbroken").ended(1)
    layers = layers_in(scratch / "unbroken")
    assert len(layers) == ROWS * COLS
    return layers


def layers_in(out: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in out.glob("*.fgb")}


@pytest.fixture(scope="session")
def layers() -> Callable[[Path], dict[str, bytes]]:
    """The layers in a folder, by name."""
    return layers_in


@pytest.fixture(scope="session")
def records() -> Callable[[object], dict[str, JobRecord]]:
    """What the accounts say of each job, by name."""

    def read(out: object) -> dict[str, JobRecord]:
        place = open_place(str(out))
        ledger = place.open_ledger(read_only=True)
        try:
            return {record.job.name: record for record in ledger.records()}
        finally:
            ledger.close()
            place.close()

    return read


@pytest.fixture(scope="session")
def leftovers() -> Callable[[Path], list[str]]:
    """What is hidden, or half-written, below a folder."""

    def look(out: Path) -> list[str]:
        return [path.name for path in out.rglob("*") if path.name.startswith(".") or path.suffix == ".part"]

    return look


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """What a question answers, once that is anything; None after so many seconds."""

    def wait(question: Callable[[], Any], *, seconds: float = 60) -> Any:
        until = time.monotonic() + seconds
        while not (answer := question()) and time.monotonic() < until:
            time.sleep(0.01)
        return answer

    return wait


@pytest.fixture
def caught_at_work(records: Callable[..., Any], wait_for: Callable[..., Any]) -> Callable[..., int]:
    """The number of a worker of a run that holds jobs; it is stopped, and holds them still."""

    def catch(run: Run, out: Path) -> int:
        def stopped() -> int | None:
            for worker in run.workers():
                worker.send_signal(signal.SIGSTOP)
                held = [r for r in records(out).values() if r.claimant and r.claimant.pid == worker.pid]
                if any(record.state == "running" for record in held):
                    return worker.pid
                worker.send_signal(signal.SIGCONT)
            return None

        number = wait_for(stopped, seconds=240)
        assert number is not None
        return number

    return catch


@pytest.fixture
def make_jobs() -> Callable[[str], list[Job]]:
    """Jobs of one item each, a letter a name."""

    def make(names: str) -> list[Job]:
        items = [Item(name=n, raster=RasterAddress(address=n), identity={"path": n}, shown=n) for n in names]
        return [Job(name=item.name, items=(item,)) for item in items]

    return make
