"""Children that say what a test wants them to say, and a listener that keeps what it hears."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import rasterio
from rasterio.transform import Affine

from geounet_qgis.child.process import Finished, run
from geounet_qgis.child.protocol import Event, Log
from geounet_qgis.child.variables import clean

_CHILD = """
import json, os, signal, subprocess, sys, time

def say(event, **values):
    os.write(1, json.dumps({"event": event, **values}).encode() + b"\\n")

def started(**values):
    say("started", **{"protocol": 1, "geounet": "0.1.0", "command": "extract", "pid": os.getpid(), **values})

def fork(body, **streams):
    "Start a process of the same group, and say which."
    process = subprocess.Popen([sys.executable, "-c", body], stdin=subprocess.DEVNULL, **streams)
    say("log", level="pid", message=str(process.pid))

"""


@dataclass
class Recorder:
    """A listener that keeps every event, and cancels once `unwanted` says so."""

    unwanted: Callable[["Recorder"], bool] = lambda _: False
    events: list[Event] = field(default_factory=list)
    cancelled_at: float | None = None

    def event(self, event: Event) -> None:
        self.events.append(event)

    def is_cancelled(self) -> bool:
        if self.cancelled_at is None and self.unwanted(self):
            self.cancelled_at = time.monotonic()
        return self.cancelled_at is not None

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def pids(self) -> list[int]:
        """The processes that the child said it started."""
        return [int(log.message) for log in self.of(Log) if log.level == "pid"]


@dataclass(frozen=True)
class Ran:
    """A run that is over."""

    finished: Finished
    heard: Recorder
    since_cancel: float


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Whether a process is at work; one that has ended and that nobody waits for is not."""

    def look(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return look


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], bool]:
    """Wait for something, and say whether it came."""

    def wait(condition: Callable[[], bool], *, seconds: float = 60) -> bool:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    return wait


@pytest.fixture
def all_end(
    is_running: Callable[[int], bool], wait_until: Callable[[Callable[[], bool]], bool]
) -> Callable[[list[int]], bool]:
    """Whether processes that were killed are gone: on a busy machine that takes a moment."""
    return lambda pids: wait_until(lambda: not any(map(is_running, pids)))


@pytest.fixture
def long_extract(tmp_path: Path) -> list[str]:
    """The command line of a real run that takes many seconds, in batches that take none."""
    scene = tmp_path / "scene.tif"
    pixels = np.random.default_rng(1).integers(0, 255, (3, 2048, 2048), dtype=np.uint8)
    shape = {"count": 3, "height": 2048, "width": 2048, "dtype": "uint8"}
    where = Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)
    with rasterio.open(scene, "w", driver="GTiff", crs="EPSG:32737", transform=where, **shape) as dataset:
        dataset.write(pixels)
    words = [
        "--tile",
        "256",
        "--overlap",
        "128",
        "--batch-size",
        "1",
        "--threads",
        "1",
        "--device",
        "cpu",
        "--json-events",
        "--lease",
        "stdin",
    ]
    return [sys.executable, "-m", "geounet", "extract", str(scene), "-o", str(tmp_path / "out.gpkg"), *words]


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """Write a child, and give the command that runs it."""

    def write(body: str) -> list[str]:
        path = tmp_path / "child.py"
        path.write_text(_CHILD + textwrap.dedent(body), encoding="utf-8")
        return [sys.executable, str(path)]

    return write


@pytest.fixture
def converse(script: Callable[[str], list[str]]) -> Callable[..., Ran]:
    """Run a child to its end, or until the listener no longer wants it."""

    def go(
        body: str, *words: str, unwanted: Callable[[Recorder], bool] = lambda _: False, **kwargs: Any
    ) -> Ran:
        recorder = Recorder(unwanted)
        finished = run([*script(body), *words], recorder, environ=clean(os.environ), **kwargs)
        since = time.monotonic() - (recorder.cancelled_at or time.monotonic())
        return Ran(finished, recorder, since)

    return go


@pytest.fixture
def between(tmp_path: Path) -> Iterator[Callable[[list[str]], "subprocess.Popen[str]"]]:
    """Start a process that runs a child of its own, and prints its pid, and later that it is at work."""
    path = tmp_path / "between.py"
    plugin = Path(__file__).parents[3] / "qgis_plugin"
    path.write_text(
        textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(plugin)!r})
        from geounet_qgis.child.process import run
        from geounet_qgis.child.protocol import Progress, Started
        from geounet_qgis.child.variables import clean

        class Listener:
            def event(self, event):
                if isinstance(event, Started):
                    print(event.pid, flush=True)
                elif isinstance(event, Progress) and event.done:
                    print("at work", flush=True)
            def is_cancelled(self):
                return False

        run(sys.argv[1:], Listener(), environ=clean(os.environ))
        """),
        encoding="utf-8",
    )
    begun: list[subprocess.Popen[str]] = []

    def start(argv: list[str]) -> "subprocess.Popen[str]":
        process = subprocess.Popen([sys.executable, str(path), *argv], stdout=subprocess.PIPE, text=True)
        begun.append(process)
        return process

    yield start
    for process in begun:
        with process:
            process.kill()
