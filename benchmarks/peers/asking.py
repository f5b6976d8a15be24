"""A peer as a process that is asked for one scene after the other."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.serving import Setup

ROOT = Path(__file__).resolve().parents[2]


class FailedError(Exception):
    """A peer that did not do what it was asked; the text says why."""


@dataclass(slots=True)
class Asked:
    """A peer that is loaded and waits."""

    name: str
    process: "subprocess.Popen[str]"
    version: str = ""
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """MB on top of the loaded model, a run each."""

    def warm(self, scene: Path, out: Path) -> None:
        """A run that does not count."""
        self._ask([str(scene), str(out)])

    def run(self, scene: Path, out: Path) -> None:
        """A run that counts."""
        told = self._ask([str(scene), str(out)])
        self.seconds.append(told["seconds"])
        self.memory.append(told["memory"])

    @property
    def median_seconds(self) -> float:
        """Of the runs that count."""
        return median(self.seconds)

    def begin(self, setup: Setup) -> None:
        """Have it load its model."""
        self.version = self._ask(asdict(setup))["version"]

    def _ask(self, question: object) -> dict[str, Any]:
        if self.process.stdin is None or self.process.stdout is None:
            raise FailedError(f"{self.name} has no standard streams")
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise FailedError(f"{self.name} ended") from error
        line = self.process.stdout.readline()
        if not line:
            raise FailedError(f"{self.name} ended with {self.process.wait()}; see above")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise FailedError(" ".join(told["error"].split())[:160].replace("|", "/"))
        return told


@contextmanager
def asked(name: str, python: Path | str, module: str) -> Iterator[Asked]:
    """A process of this interpreter that runs `benchmarks.peers.MODULE`; ended with the context."""
    command = [str(python), "-m", f"benchmarks.peers.{module}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield Asked(name, process)
        finally:
            process.kill()
