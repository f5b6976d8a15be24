"""Jobs that a worker died over: kept from the others, and worked on one by one by the worker in its place.

    worker dies ──▶ the jobs that it had ──▶ one by one, by the next worker ──▶ done
                          ▲                        │
                          └──── the others ◀───────┴── it dies too ──▶ that job has failed

A worker has several jobs at a time, and nobody sees which of them it died of. Innocent ones are done the second time.
Where another worker was faster to claim them, the dead one's place is filled all the same.
"""

import json
from dataclasses import dataclass, field

from geounet.batching.job import Job, Outcome
from geounet.batching.ledgers.ledger import Claimant, Ledger
from geounet.batching.ledgers.liveness import this_host
from geounet.batching.machines.fleet import Worker, all_died
from geounet.batching.watching import Watch


@dataclass(slots=True, kw_only=True)
class Suspects:
    """What is known of the jobs that were taken over from workers that died; `claimant` has them meanwhile."""

    ledger: Ledger
    claimant: Claimant
    watch: Watch
    begun: set[str] = field(default_factory=set)
    """Keys of those that a worker began, each by itself."""
    answered: set[str] = field(default_factory=set)
    """Keys of those that have ended."""
    ready: set[int] = field(default_factory=set)
    """Numbers of the workers that had loaded the model."""
    _left: list[Job] = field(default_factory=list)
    _last: Worker | None = None
    _ended: int = 0
    """How many jobs workers told of."""
    _ended_before: int = -1
    """How many those were when a worker was replaced last that left no job."""

    def settle(self, worker: Worker, outcome: Outcome) -> None:
        """A worker told of a job that has ended; what it claimed by itself it has settled by itself."""
        self._ended += 1
        if outcome.key in {job.key for job in _given(worker)}:
            self.answered.add(outcome.key)
            self.ledger.settle([outcome], self.claimant)

    def after(self, worker: Worker) -> str | None:
        """A worker died: the errand of the next one; None where it would only die as well.

        So it is taken to be of one that had not loaded the model, and of two that left no job with none done between.
        """
        given = [job for job in _given(worker) if job.key not in self.answered]
        culprit = next((job for job in given if job.key in self.begun), None)
        taken = self._taken_over(worker)
        if culprit is not None:
            self._fail(culprit, worker)
            given.remove(culprit)
        self._left += [*given, *taken]
        self._last = worker
        if culprit is None and not taken and not self._may_go_on(worker):
            return None
        alone, self._left = self._left, []
        return json.dumps(json.loads(worker.errand) | {"alone": [job.to_dict() for job in alone]})

    def check(self) -> None:
        """Raise GeounetError where the next worker died before it had begun with the jobs that it was given."""
        if self._left and self._last is not None:
            raise all_died(self._last)

    def _may_go_on(self, worker: Worker) -> bool:
        """Whether a worker that left no job is replaced."""
        if worker.pid not in self.ready or self._ended == self._ended_before:
            return False
        self._ended_before = self._ended
        return True

    def _taken_over(self, worker: Worker) -> list[Job]:
        """The jobs that a worker had claimed, claimed anew; another may be faster."""
        had = [record for record in self.ledger.records() if record.state == "running"]
        had = [record for record in had if record.claimant is not None and _is_of(record.claimant, worker)]
        if not had or had[0].claimant is None:
            return []
        self.ledger.release(had[0].claimant)
        names = frozenset(record.job.name for record in had)
        return self.ledger.claim(self.claimant, limit=len(names), names=names)

    def _fail(self, job: Job, worker: Worker) -> None:
        line = f"the process that worked on it died, twice ({worker.last_words}); it may need more memory: fewer --workers"
        outcome = Outcome(key=job.key, state="failed", line=line)
        self.settle(worker, outcome)
        self.watch.ended(outcome)


def _given(worker: Worker) -> list[Job]:
    """The jobs that a worker was told to work on one by one."""
    return [Job.from_dict(job) for job in json.loads(worker.errand).get("alone", ())]


def _is_of(claimant: Claimant, worker: Worker) -> bool:
    return (claimant.host, claimant.pid) == (this_host(), worker.pid)
