"""A short question to a program: it is run without a shell, without a window, and within a time."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a program said."""

    code: int
    out: str
    err: str


def ask(words: Sequence[str], environ: Mapping[str, str], *, seconds: float) -> Answer:
    """Run a program to its end; raises OSError where it cannot be started, TimeoutExpired where it takes too long."""
    answer = subprocess.run(  # noqa: S603 (a program that the person has installed, no shell)
        list(words),
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    return Answer(
        answer.returncode, answer.stdout.decode("utf-8", "replace"), answer.stderr.decode("utf-8", "replace")
    )
