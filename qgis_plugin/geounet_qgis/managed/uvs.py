"""uv, where it is there: it makes environments and installs fast, chooses builds of torch, and can bring a Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from geounet_qgis.managed.asking import ask
from geounet_qgis.managed.versions import Version, parsed

LEAST = (0, 7, 14)
"""Since then `--torch-backend` is no preview (uv's release notes)."""

SECONDS = 15


@dataclass(frozen=True)
class Uv:
    """A uv that answered."""

    words: tuple[str, ...]
    version: Version


def find_uv(environ: Mapping[str, str], *, python: str = "") -> Uv | None:
    """Find a uv that is new enough: on PATH, where its installer puts it, beside `python`, or in it as a module."""
    for words in _candidates(environ, python):
        uv = looked_at(words, environ)
        if uv and uv.version >= LEAST:
            return uv
    return None


def looked_at(words: tuple[str, ...], environ: Mapping[str, str]) -> Uv | None:
    """Ask for the version; None from what is no uv, or does not run."""
    try:
        answer = ask([*words, "--version"], environ, seconds=SECONDS)
    except (OSError, TimeoutExpired):
        return None
    is_uv = answer.code == 0 and answer.out.startswith("uv ")
    return Uv(words, parsed(answer.out)) if is_uv else None


def _candidates(environ: Mapping[str, str], python: str) -> Iterator[tuple[str, ...]]:
    on_path = shutil.which("uv", path=environ.get("PATH", ""))
    if on_path:
        yield (on_path,)
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    folders = [home / ".local" / "bin", home / ".cargo" / "bin", Path("/opt/homebrew/bin")]
    if python:
        folders += [Path(python).parent, Path(python).parent / "Scripts"]
    name = "uv.exe" if os.name == "nt" else "uv"
    yield from ((str(folder / name),) for folder in folders if (folder / name).is_file())
    if python:
        yield (python, "-I", "-m", "uv")
