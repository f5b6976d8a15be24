"""The NVIDIA GPUs of this machine, as their driver's own `nvidia-smi` lists them."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from geounet_qgis.managed.asking import ask
from geounet_qgis.managed.versions import Version, parsed

QUERY = ("--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader")
SECONDS = 10
DRIVER_FILE = Path("/proc/driver/nvidia/version")


@dataclass(frozen=True)
class Gpu:
    """One GPU."""

    name: str
    driver: Version
    capability: Version
    """Compute capability: what its kernels must have been compiled for."""


@dataclass(frozen=True)
class Found:
    """What the driver said."""

    gpus: tuple[Gpu, ...] = ()
    trouble: str = ""
    """Why nothing is known of a GPU that may be there, in the tool's own words; empty where all is well."""


def found(environ: Mapping[str, str]) -> Found:
    """Ask for the GPUs; a machine without any, or without a driver, has none."""
    tool = next(_tools(environ), None)
    if tool is None:
        return Found(trouble="there is an NVIDIA driver, but no nvidia-smi" if DRIVER_FILE.exists() else "")
    try:
        answer = ask([tool, *QUERY], environ, seconds=SECONDS)
    except (OSError, TimeoutExpired) as error:
        return Found(trouble=f"nvidia-smi: {error}")
    gpus = tuple(_gpus(answer.out))
    if gpus:
        return Found(gpus)
    said = answer.out or answer.err
    return Found(trouble=f"nvidia-smi: {' '.join(said.split())}" if answer.code else "")


def _tools(environ: Mapping[str, str]) -> Iterator[str]:
    """Where nvidia-smi can be: on PATH, in Windows's folders, and in WSL's."""
    on_path = shutil.which("nvidia-smi", path=environ.get("PATH", ""))
    if on_path:
        yield on_path
    places = [Path("/usr/lib/wsl/lib/nvidia-smi"), Path("/usr/bin/nvidia-smi")]
    if os.name == "nt":
        programs = Path(environ.get("PROGRAMFILES", "C:/Program Files"))
        places = [
            Path(environ.get("SYSTEMROOT", "C:/Windows")) / "System32" / "nvidia-smi.exe",
            programs / "NVIDIA Corporation" / "NVSMI" / "nvidia-smi.exe",
        ]
    yield from (str(place) for place in places if place.is_file())


def _gpus(text: str) -> Iterator[Gpu]:
    """Read a line a GPU; a line that is none (a warning) is passed over."""
    for row in csv.reader(text.splitlines(), skipinitialspace=True):
        if len(row) == 3 and parsed(row[1]) and parsed(row[2]):
            yield Gpu(row[0].strip(), parsed(row[1]), parsed(row[2]))
