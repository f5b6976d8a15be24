"""Shards: the n parts of a run's jobs, for schedulers that start n processes and let them know their numbers.

    jobs ──hash of the name──▶ shard 0 │ shard 1 │ … │ shard n − 1

A scene that was split is one shard's as a whole, its parts and the job that joins them: no shard waits for what another
may never do. Shards that are done with their own help with the parts of others.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geounet.batching.job import Job
from geounet.errors import OptionsError

_ID, _COUNT = "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"
_MIN, _MAX, _STEP = "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"


@dataclass(frozen=True, slots=True)
class Portion:
    """What a shard does of a run."""

    own: frozenset[str]
    """Names of the jobs that are done when the shard is; what they need is among them."""
    others: frozenset[str]
    """Names of parts of other shards' scenes: it may do them when its own are done or under way, and waits for none."""


def parse_shard(text: str) -> tuple[int, int]:
    """(i, n) of `i/n`, where i counts from 0; OptionsError where it is nothing of the kind."""
    found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text, re.ASCII)
    shard = (int(found[1]), int(found[2])) if found else (0, 0)
    if not shard[0] < shard[1]:
        raise OptionsError(f"shard is {text!r}; expected i/n with i from 0 to n − 1, such as 0/16 … 15/16")
    return shard


def shard_from_environment(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """(i, n) of a task of a SLURM job array, whatever its first number and step; None where this is no such task.

    One task of an array that was submitted again alone (`--array=7`) is 0 of 1: it does all that is left. Raises
    OptionsError for an array of irregular numbers, such as `1,2,5`, which do not say which is the i-th.
    """
    if _ID not in environ or _COUNT not in environ:
        return None
    number, count = _whole(environ, _ID), _whole(environ, _COUNT)
    first = _whole(environ, _MIN, default=0 if count > 1 else number)
    step = _whole(environ, _STEP, default=1)
    last = _whole(environ, _MAX, default=first + (count - 1) * step)
    index, rest = divmod(number - first, step) if step else (0, 1)
    if rest or not 0 <= index < count or last != first + (count - 1) * step:
        raise OptionsError(
            f"this SLURM job array has {count} tasks from {first} to {last} in steps of {step}, and this is task {number}; "
            "expected regular numbers such as --array=0-15: pass --shard i/n for others"
        )
    return index, count


def in_shard(name: str, shard: tuple[int, int]) -> bool:
    """Whether a job of this name is the shard's: the same on every machine, in every run."""
    index, count = shard
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % count == index


def portion(jobs: Iterable[Job], shard: tuple[int, int]) -> Portion:
    """What this shard does of all of a run's jobs.

    Every job is in the `own` of exactly one of the n shards. A part goes with the job that needs it.
    """
    listed = tuple(jobs)
    joined = {part: job.name for job in listed for part in job.needs}
    own = frozenset(job.name for job in listed if in_shard(joined.get(job.name, job.name), shard))
    return Portion(own, frozenset(joined) - own)


def _whole(environ: Mapping[str, str], name: str, *, default: int | None = None) -> int:
    """A whole number from the environment."""
    text = environ.get(name, "" if default is None else str(default))
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise OptionsError(f"{name} is {text!r}; expected a whole number: pass --shard i/n")
    return int(text)
