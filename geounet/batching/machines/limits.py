"""How many cores and how much memory this process may use, and the workers that come of it.

A job on a cluster's node has a part of the node: its affinity, its control groups and its scheduler say which.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geounet.batching.machines.cgroups import ROOT, cpu_quota, memory_limit
from geounet.errors import OptionsError

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fleet:
    """Processes that work side by side on one machine."""

    workers: int
    """How many there are."""
    threads: int
    """Threads of each; they decide the last bits of scores, so that a run keeps the first run's."""

    def __post_init__(self) -> None:
        for name in ("workers", "threads"):
            if getattr(self, name) < 1:
                raise OptionsError(f"{name} is {getattr(self, name)}; expected at least 1")

    def within(self, memory: int, memory_per_worker: int) -> "Fleet":
        """As many of these workers as fit what is free right now, and at least one; their threads stay."""
        return Fleet(min(self.workers, max(1, memory // memory_per_worker)), self.threads)


def workers_for(*, job_count: int, gpus: int, memory_per_worker: int, cores: int, memory: int) -> Fleet:
    """One process a GPU; without one, as many as cores, memory and jobs allow, which share the cores.

    A function of the machine and of how many jobs there are, and never of what a person asks for: with another number
    of threads the same scene may give other bytes.
    """
    seats = gpus or cores
    workers = max(1, min(seats, memory // max(1, memory_per_worker), job_count))
    return Fleet(workers, max(1, cores // workers))


def cores(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> int:
    """Cores that this process may use: the least of its affinity, its control groups' quota and SLURM's grant.

    A part of a core is no core: a thread too many only waits for the next period of the quota.
    """
    grants = [_schedulable()]
    quota = cpu_quota(root)
    if quota is not None:
        grants.append(int(quota))
    grants += _number(os.environ if environ is None else environ, "SLURM_CPUS_PER_TASK")
    return max(1, min(grants))


def memory(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> int:
    """Bytes that this process and its children may use: the machine's, or less where something limits them.

    The same at every hour, whatever else runs; `free_memory` is what is left of it.
    """
    import psutil

    return min(
        [int(psutil.virtual_memory().total), *_grants(os.environ if environ is None else environ, root)]
    )


def free_memory(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> int:
    """Bytes of `memory` that nobody uses right now."""
    import psutil

    return min(int(psutil.virtual_memory().available), memory(environ, root=root))


def _grants(environ: Mapping[str, str], root: Path) -> Iterator[int]:
    """Limits below the machine's memory, in bytes."""
    limit = memory_limit(root)
    if limit is not None:
        yield limit
    yield from _address_space()
    yield from (_MEBIBYTE * size for size in _number(environ, "SLURM_MEM_PER_NODE"))
    for size in _number(environ, "SLURM_MEM_PER_CPU"):
        granted = _number(environ, "SLURM_CPUS_ON_NODE") or [cores(environ, root=root)]
        yield _MEBIBYTE * size * granted[0]


def _address_space() -> Iterator[int]:
    """The limit of `ulimit -v`, where there is one; Windows has none."""
    if sys.platform != "win32":
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            yield limit


def _schedulable() -> int:
    """Cores that the system runs this process on."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _number(environ: Mapping[str, str], name: str) -> list[int]:
    """A scheduler's variable, if it is set; SLURM says 0 for a whole node's memory, which limits nothing."""
    text = environ.get(name, "")
    return [int(text)] if text.isdecimal() and int(text) else []
