"""Engines in single precision, against PyTorch eager at the same batch, with and without our setting of the allocator."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.table import Row, Target

TILE = 512

PLAIN = "PyTorch eager"
"""As a person has it who calls the network without geounet; what the others are measured against."""

GOALS = {1: Target(must=1.4, excellent=1.6)}
ABOVE = Target(must=1.4, excellent=2.2)
"""Of batches of two and more."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to run a model."""

    name: str
    engine: str
    keep: bool = True
    """Whether glibc is told to keep activations, as geounet tells it with torch."""
    model: str = "buildings"


WAYS = (
    Way(PLAIN, "torch", keep=False),
    Way("torch", "torch"),
    Way("compile", "compile"),
    Way("onnx", "onnx"),
    Way("openvino", "openvino"),
)


def rows(*, quick: bool, ways: tuple[Way, ...] = WAYS) -> Iterator[Row]:
    """A row for each engine and batch; an engine that is not here says why. Fastest of a batch carries the goal."""
    with ExitStack() as stack:
        running: dict[Way, subprocess.Popen[str]] = {}
        for way in ways:
            process = stack.enter_context(_started(way))
            told = _line(process)
            if told is None:
                yield Row(f"{way.name}, {way.model}", "–", "does not run here; see above")
            else:
                running[way] = process
        for batch in (1, 4) if quick else (1, 2, 4):
            yield from _batch(running, batch, rounds=2 if quick else 5)


def _batch(running: Mapping[Way, "subprocess.Popen[str]"], batch: int, *, rounds: int) -> Iterator[Row]:
    """The engines in turns over one batch, after one that compiles."""
    seconds: dict[Way, list[float]] = {way: [] for way in running}
    for number in range(rounds + 1):
        for way, process in running.items():
            taken = _run(process, batch)
            if number:
                seconds[way].append(taken)
    medians = {way: median(times) for way, times in seconds.items()}
    plain = next(taken for way, taken in medians.items() if way.name == PLAIN)
    own = {way: taken for way, taken in medians.items() if way.name != PLAIN}
    # Also where it is slower than plain: the goal is missed then, and the row says so.
    fastest = min(own, key=lambda way: own[way], default=None)
    for way, taken in own.items():
        yield _row(way, batch, speeds=(_speed(batch, taken), _speed(batch, plain)), best=way == fastest)


def _row(way: Way, batch: int, *, speeds: tuple[float, float], best: bool) -> Row:
    ours, plain = speeds
    return Row(
        f"{way.name}, {way.model}, float32, batch {batch} of {TILE}²" + (" (the fastest)" if best else ""),
        f"{ours:.2f} Mpx/s, {ours / plain:.2f} × the speed",
        f"{PLAIN}, without our allocator setting: {plain:.2f} Mpx/s",
        ratio=ours / plain, target=GOALS.get(batch, ABOVE) if best else None,
        data={"engine": way.name, "batch": batch, "speed": ours, "plain": plain},
    )  # fmt: skip


def _speed(batch: int, seconds: float) -> float:
    return batch * TILE**2 / 1e6 / seconds


@contextmanager
def _started(way: Way) -> Iterator["subprocess.Popen[str]"]:
    told = json.dumps({"model": way.model, "engine": way.engine, "keep": way.keep, "tile": TILE})
    command = [sys.executable, "-m", "benchmarks.engine_child", told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _run(process: "subprocess.Popen[str]", batch: int) -> float:
    if process.stdin is not None:
        process.stdin.write(f"{batch}\n")
        process.stdin.flush()
    line = _line(process)
    if line is None:
        raise SystemExit("an engine ended; see above")
    return float(line)


def _line(process: "subprocess.Popen[str]") -> str | None:
    """The next line of a process; None when it has ended."""
    line = process.stdout.readline() if process.stdout else ""
    return line.strip() or None
