"""What was found to be fastest on this machine, kept in the user's cache."""

import hashlib
import json
import platform
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geounet import __version__
from geounet.models.cache import cache_folder
from geounet.models.engines.libraries import available_engines

CPUINFO = Path("/proc/cpuinfo")
_TELLING = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags", "Features", "CPU part")
"""What Linux says of a processor that decides how fast it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial came to."""

    winner: str
    """The engine that was fastest."""
    wrong: tuple[str, ...] = ()
    """Engines whose scores were not the network's."""


def recall(trial: Mapping[str, Any]) -> Outcome | None:
    """What such a trial came to on this machine; None where there was none, or its record is damaged."""
    try:
        found = json.loads(_place(trial).read_text(encoding="utf-8"))
        return Outcome(str(found["engine"]), tuple(map(str, found["wrong"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # the trial is held, and the record takes the damaged one's place


def keep(trial: Mapping[str, Any], outcome: Outcome, *, seconds: Mapping[str, float]) -> None:
    """Remember an outcome, and what each took; a cache that cannot be written is no failure: the next run tries anew."""
    path = _place(trial)
    record = {
        "engine": outcome.winner,
        "wrong": outcome.wrong,
        "seconds": dict(seconds),
        "trial": dict(trial),
    }
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(record, indent=2), encoding="utf-8")
        draft.replace(path)
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _place(trial: Mapping[str, Any]) -> Path:
    told = {**trial, "geounet": __version__, "engines": dict(available_engines()), "machine": _machine()}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
    return cache_folder() / "engines" / f"{digest}.json"


@cache
def _machine() -> str:
    """The processor, and how many of it; two machines that share a home have records of their own."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        return f"{platform.system()} {platform.machine()} {platform.processor()}"
    told = sorted({line for line in lines if line.partition("\t")[0].strip(" :") in _TELLING})
    count = sum(line.startswith("processor") for line in lines)
    return "\n".join([str(count), *told])
