"""What keeps account of a run's jobs: a protocol, met by SQLite on this machine's disk and by claims on shared storage."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from geounet.batching.job import Job, Outcome, RunRecord, State
from geounet.batching.ledgers.liveness import start_of, this_host

BEAT_SECONDS = 10.0
"""How often a worker says that it lives."""

LEASE_SECONDS = 6 * BEAT_SECONDS
"""After so long without a word from a worker on another machine its jobs are another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """A process that works on jobs."""

    host: str
    pid: int
    started: float
    """When the process began, in seconds since this system did: a number alone may be another process by now."""

    @classmethod
    def this_process(cls) -> "Claimant":
        """The one that asks."""
        pid = os.getpid()
        return cls(host=this_host(), pid=pid, started=start_of(pid) or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job as the ledger has it."""

    job: Job
    state: State
    attempts: int
    outcome: Outcome | None
    """What became of it the last time; None before that."""
    claimant: Claimant | None
    """Who works on it."""


class Ledger(Protocol):
    """Accounts of a run's jobs; every method may be called by several processes, each with a ledger of its own."""

    def begin(self, run: RunRecord, *, replace: bool) -> RunRecord:
        """The record that counts: `run` where there is none yet (or with `replace`), else the first run's.

        Raises OptionsError, and says what differs, where the first run had another model or other options.
        """
        ...

    def run(self) -> RunRecord | None:
        """The record that counts; None before the first run."""
        ...

    def add(self, jobs: Sequence[Job]) -> None:
        """Write jobs down, in their order; one whose key is known keeps its state.

        A job of the same name with another key is forgotten: its input has changed.
        """
        ...

    def claim(self, claimant: Claimant, *, limit: int, names: frozenset[str] | None = None) -> list[Job]:
        """Up to `limit` pending jobs, in order, that are now this claimant's; those alone of `names` where given.

        A job that needs others is not claimed before those have ended, well or not. Jobs whose claimant is gone (its
        process no longer lives on this host, or its lease ran out) are pending again.
        """
        ...

    def beat(self, claimant: Claimant) -> None:
        """The claimant lives: its leases begin anew."""
        ...

    def settle(self, outcomes: Sequence[Outcome], claimant: Claimant) -> None:
        """What became of jobs; those that are no longer this claimant's are left as they are."""
        ...

    def release(self, claimant: Claimant) -> None:
        """Give back what this claimant has not settled."""
        ...

    def retry(self, states: Sequence[State]) -> int:
        """Make jobs in these states pending again; how many there were."""
        ...

    def reopen(self, names: Sequence[str]) -> int:
        """Make settled jobs of these names pending again, as if they had never been claimed; how many there were."""
        ...

    def counts(self) -> Mapping[State, int]:
        """Jobs in each state."""
        ...

    def records(self) -> Iterator[JobRecord]:
        """All jobs, in their order."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
