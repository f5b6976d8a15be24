"""The words of `geounet doctor`, and its checks as its log has them."""

from __future__ import annotations

from dataclasses import dataclass

VERDICTS = {"info": "ok", "warning": "warn", "error": "bad"}
"""What a check came to, by the level of its line."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what it came to."""

    name: str
    verdict: str
    """`ok`, `warn` or `bad`."""
    message: str


def words() -> list[str]:
    """Return the verb."""
    return ["doctor"]


def check_of(level: str, message: str) -> Check:
    """Return the check that a line of the log tells: its name stands before the first colon."""
    name, colon, rest = message.partition(": ")
    verdict = VERDICTS.get(level, "ok")
    return Check(name, verdict, rest) if colon else Check("", verdict, message)
