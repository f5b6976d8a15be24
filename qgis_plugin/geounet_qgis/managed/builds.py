"""Which build of torch serves this machine: by the driver, and by what its GPUs' kernels must be compiled for.

Kernels: PyTorch's "CUDA support matrix" (RELEASE.md, releases 2.10 to 2.14; 2.11 is the last for CUDA 12.8): builds for
CUDA 12.6 have those of Maxwell (5.0) to Hopper (9.0), builds for CUDA 12.8 those of Turing (7.5) to Blackwell (12.0); a
kernel serves later GPUs of its own generation too.
Drivers: NVIDIA's "CUDA compatibility" (any CUDA 12 from 525.60.13, on Windows 528.33) and, for the GPUs that CUDA 12.8
brought, its release notes (570.26, on Windows 570.65).
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from geounet_qgis.managed.gpus import Found, Gpu
from geounet_qgis.managed.versions import Version
from geounet_qgis.translation import tr

AUTO, CPU, INDEX, LIGHT = "auto", "cpu", "index", "light"
"""Chosen by the machine; for a processor alone; whatever the package index holds; no torch at all."""


@dataclass(frozen=True)
class Build:
    """A build for CUDA, and whom it serves."""

    name: str
    """As uv's --torch-backend knows it."""
    first: Version
    last: Version
    linux_driver: Version
    windows_driver: Version

    @property
    def driver(self) -> Version:
        """The oldest driver that will do."""
        return self.windows_driver if sys.platform == "win32" else self.linux_driver

    def has_kernels_for(self, gpu: Gpu) -> bool:
        """Say whether it was compiled for this GPU's generation."""
        return self.first <= gpu.capability and gpu.capability[:1] <= self.last[:1]

    def serves(self, gpu: Gpu) -> bool:
        """Say whether it runs on this GPU with its driver."""
        return self.has_kernels_for(gpu) and gpu.driver >= self.driver


BUILDS = (
    Build("cu126", first=(5, 0), last=(9, 0), linux_driver=(525, 60, 13), windows_driver=(528, 33)),
    Build("cu128", first=(7, 5), last=(12, 0), linux_driver=(570, 26), windows_driver=(570, 65)),
)
NAMES = (AUTO, CPU, *(build.name for build in BUILDS), INDEX, LIGHT)


@dataclass(frozen=True)
class Choice:
    """A build, and why this one."""

    build: str
    reason: str


def chosen(found: Found) -> Choice:
    """Choose the build that serves every GPU, else the one that serves the best GPU, else the CPU's."""
    if sys.platform == "darwin":
        return Choice(INDEX, tr("macOS has one build, which uses Apple's GPUs by itself."))
    if not found.gpus:
        why = tr("No NVIDIA GPU was found.")
        return Choice(CPU, f"{why[:-1]} ({found.trouble})." if found.trouble else why)
    for build in BUILDS:
        if all(build.serves(gpu) for gpu in found.gpus):
            return Choice(build.name, _named(found.gpus))
    best = max(found.gpus, key=lambda gpu: gpu.capability)
    for gpu in sorted(found.gpus, key=lambda gpu: gpu.capability, reverse=True):
        for build in BUILDS:
            if build.serves(gpu):
                left = tuple(other for other in found.gpus if not build.serves(other))
                return Choice(build.name, f"{_named((gpu,))} {_unserved(left)}")
    return Choice(CPU, _why_none(best))


def _named(gpus: tuple[Gpu, ...]) -> str:
    names = ", ".join(f"{gpu.name} ({_text(gpu.capability)})" for gpu in gpus)
    return tr("For {names}, driver {driver}.").format(names=names, driver=_text(gpus[0].driver))


def _unserved(gpus: tuple[Gpu, ...]) -> str:
    names = ", ".join(gpu.name for gpu in gpus)
    return tr("No one build serves {names} as well.").format(names=names)


def _why_none(gpu: Gpu) -> str:
    about = {"name": gpu.name, "capability": _text(gpu.capability), "driver": _text(gpu.driver)}
    fitting = [build for build in BUILDS if build.has_kernels_for(gpu)]
    if fitting:
        needed = _text(min(build.driver for build in fitting))
        return tr("The driver {driver} of {name} is too old: {needed} or later is needed.").format(
            needed=needed, **about
        )
    if gpu.capability < BUILDS[0].first:
        return tr("{name} is too old for today's torch (compute capability {capability}).").format(**about)
    return tr("{name} is newer than this plugin knows (compute capability {capability}).").format(**about)


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def intel_mac() -> bool:
    """Say whether this is a Mac with an Intel processor, for which torch has no builds any more (2.2 was the last)."""
    return sys.platform == "darwin" and platform.machine() != "arm64" and "ARM64" not in platform.version()
