"""The model alone, as a batch ran it: the same engine, shape of batches, threads and number of processes."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.spent import Spent

CHILD = """
import json, sys, time
import numpy as np
from geounet.batching.engine import load_engine
told = json.loads(sys.argv[1])
segmenter = load_engine("buildings", told["engine"])
patches = np.random.default_rng(0).normal(size=told["shape"]).astype(np.float32)
segmenter(patches)
print("ready", flush=True)
sys.stdin.readline()
before = time.process_time()
for _ in range(told["batches"]):
    segmenter(patches)
print(time.process_time() - before, flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BareForward:
    """How a batch ran its model."""

    engine: Mapping[str, Any]
    """Of the run's record."""
    shape: tuple[int, int, int, int]
    """(N, C, rows, cols) of a batch."""
    workers: int

    def spent(self, tiles: int) -> Spent:
        """What so many tiles take, shared by the processes, once all of them have loaded the model and run it."""
        batches = -(-tiles // (self.shape[0] * self.workers))
        told = json.dumps({"engine": dict(self.engine), "shape": self.shape, "batches": batches})
        with ExitStack() as stack:
            children = [stack.enter_context(_child(told)) for _ in range(self.workers)]
            for child in children:
                if _said(child) != "ready":
                    raise SystemExit("the bare model does not run; see above")
            started = time.perf_counter()
            for child in children:
                _tell(child)
            cpu = sum(float(_said(child)) for child in children)
            return Spent(time.perf_counter() - started, cpu)


@contextmanager
def _child(told: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs the model; ended with the context."""
    command = [sys.executable, "-c", CHILD, told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.terminate()


def _tell(child: "subprocess.Popen[str]") -> None:
    if child.stdin is not None:
        child.stdin.write("go\n")
        child.stdin.flush()


def _said(child: "subprocess.Popen[str]") -> str:
    """The next line of a child; empty when it has ended."""
    return "" if child.stdout is None else child.stdout.readline().strip()
