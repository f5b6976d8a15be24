"""An environment for each peer, made with uv and kept for the next run."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import uv

ROOM_GB = 8
"""Free space that an environment may need."""

MINUTES = 15
"""After this an installation is given up."""


class NotInstalledError(Exception):
    """A peer that cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a peer is installed from, and into."""

    name: str
    """Of its folder; peers of one package share it."""
    requirements: tuple[str, ...]

    def python(self, folder: Path) -> Path:
        """The interpreter of the environment in `folder`, made where it is not yet; raises NotInstalledError."""
        home = folder / self.name
        interpreter = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        stamp = home / "installed"
        if not stamp.exists() or stamp.read_text() != self._wanted():
            self._install(home, interpreter)
            stamp.write_text(self._wanted())
        return interpreter

    def _install(self, home: Path, interpreter: Path) -> None:
        home.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home.parent).free / 1e9
        if free < ROOM_GB:
            raise NotInstalledError(f"{free:.0f} GB free, {ROOM_GB} GB needed")
        print(f"installing {', '.join(self.requirements)} into {home}", file=sys.stderr)
        _uv("venv", "--clear", "--python", sys.executable, str(home))
        found = os.environ.get("PIP_FIND_LINKS")
        torch = ("--find-links", found) if found else ("--torch-backend", "cpu")
        _uv("pip", "install", "--python", str(interpreter), *torch, *self._wanted().splitlines())

    def _wanted(self) -> str:
        """The requirements, with the torch that geounet runs with: the same kernels for all."""
        return "\n".join([*self.requirements, f"torch=={version('torch').split('+')[0]}"])


def _uv(*words: str) -> None:
    try:
        done = subprocess.run(
            [uv.find_uv_bin(), *words], capture_output=True, text=True, check=False, timeout=60 * MINUTES
        )
    except subprocess.TimeoutExpired as error:
        raise NotInstalledError(f"not installed after {MINUTES} minutes") from error
    if done.returncode:
        lines = [line.strip(" ×╰─▶├│") for line in done.stderr.splitlines() if line.strip()]
        raise NotInstalledError(_reason(lines))


def _reason(lines: list[str]) -> str:
    """The line of an installer's errors that says most: what it lacks, else its first error, else the first."""
    lacking = [line for line in lines if "not find" in line or "not found" in line]
    failing = [line for line in lines if "error" in line.lower()]
    return " ".join([*lacking, *failing, *lines, "no message"][0].split())[:160].replace("|", "/")
