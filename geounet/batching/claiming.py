"""Work on a ledger's jobs until none is left: claim, beat, settle, and give back what was not done."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress

from geounet.batching.job import Job, Outcome
from geounet.batching.ledgers.ledger import BEAT_SECONDS, Claimant, Ledger
from geounet.batching.ledgers.liveness import is_gone
from geounet.batching.setting import Setting
from geounet.batching.work import work_on
from geounet.errors import GeounetError
from geounet.interruption import asked_to_end
from geounet.ticking import ticking

_PAUSE_SECONDS = 2.0
"""How often a worker looks whether jobs that need others can begin."""


def work_off(
    ledger: Ledger, claimant: Claimant, setting: Setting, *, names: frozenset[str] | None
) -> Iterator[Outcome]:
    """Work on pending jobs (those alone of `names` where given) until none is left, and tell of each that has ended.

    Jobs that need others are waited for as long as somebody works on those. Whatever ends it early, an interrupt that a
    library kept to itself too, its unfinished jobs are given back.
    """
    try:
        with beating(ledger, claimant):
            while True:
                any_ended = False
                for outcome in work_on(_claimed(ledger, claimant, names), setting):
                    ledger.settle([outcome], claimant)
                    any_ended = True
                    yield outcome
                    if asked_to_end.is_set():
                        raise KeyboardInterrupt  # a library kept it to itself
                if any_ended:
                    continue  # what needed those can begin
                if not worth_waiting(ledger, names):
                    return
                time.sleep(_PAUSE_SECONDS)
    finally:
        ledger.release(claimant)


def beating(ledger: Ledger, claimant: Claimant) -> AbstractContextManager[None]:
    """Say that the claimant lives, now and then, for as long as the context lasts."""

    def beat() -> None:
        with suppress(GeounetError):  # the next makes up for one that is missed; what lasts, settling says
            ledger.beat(claimant)

    return ticking(beat, seconds=BEAT_SECONDS)


def give_back_of_the_gone(ledger: Ledger) -> None:
    """Give back the jobs of processes of this machine that live no more."""
    claimants = {record.claimant for record in ledger.records() if record.state == "running"}
    for claimant in claimants:
        if claimant is not None and is_gone(claimant.host, claimant.pid, claimant.started):
            ledger.release(claimant)


def _claimed(ledger: Ledger, claimant: Claimant, names: frozenset[str] | None) -> Iterator[Job]:
    """Jobs as they are claimed, one at a time: others may be faster."""
    while jobs := ledger.claim(claimant, limit=1, names=names):
        yield from jobs


def worth_waiting(ledger: Ledger, names: frozenset[str] | None) -> bool:
    """Whether some of these jobs are pending while others are worked on: they may need those."""
    counts = ledger.counts()
    if not (counts.get("pending") and counts.get("running")):
        return False
    return names is None or any(
        record.state == "pending" and record.job.name in names for record in ledger.records()
    )
