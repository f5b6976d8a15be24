"""The accounts of a run on shared storage, without a database: a job is theirs who first make an object of its name.

Requests, of a worker that claims n at once, for N jobs and W workers: one to claim a job and one to settle it; 1 / n a
job to say what it holds, and a beat; N / 500 to read the list of jobs; and a survey, which is N / 500 + 3 listings and one
for each worker that spoke since: at its start, when it runs out of jobs that it takes for free, and when others were
before it as often as a survey costs requests.
"""

import hashlib
import json
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from geounet.batching.job import STATES, Job, Outcome, RunRecord, State
from geounet.batching.ledgers.agreement import agreed
from geounet.batching.ledgers.ledger import LEASE_SECONDS, Claimant, JobRecord
from geounet.batching.ledgers.pages import JobPages
from geounet.batching.ledgers.standing import Standing
from geounet.batching.ledgers.store_clock import StoreClock
from geounet.batching.ledgers.survey import CLAIMS, OUTCOMES, RUN, WORKERS, Surveyor, Word
from geounet.batching.storage.stores import Store
from geounet.errors import OutputError

REFRESH_SECONDS = 5.0
"""A worker that finds nothing to do looks no more often."""

YOUNG_SECONDS = 1.0
"""A survey of this age is good enough for counts."""

AT_ONCE = 16
"""Requests under way."""


class Claims:
    """A `Ledger` in a store. Its threads may share it; each process opens its own.

    After a pause (a machine that slept) two workers may both believe that a job is theirs. Outputs are the same bytes
    whoever writes them, and the first outcome counts. A worker begins at a place of its own in the list, not at its first.
    """

    def __init__(
        self,
        store: Store,
        *,
        read_only: bool = False,
        lease_seconds: float = LEASE_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._store = store
        self._pages = JobPages(store)
        self._clock = StoreClock(store, read_only)
        surveyor = Surveyor(store, lease_seconds, read_only)
        self._standing = Standing(store, self._pages, self._clock, surveyor)
        self._refresh = refresh_seconds
        self._id = uuid.uuid4().hex[:12]
        self._names: frozenset[str] | None = None
        self._queue: deque[tuple[str, Job]] = deque()
        self._spoke: set[Claimant] = set()
        self._outcomes: dict[tuple[str, float], Outcome] = {}
        self._lock, self._speaking = threading.RLock(), threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="claims")

    def begin(self, run: RunRecord, *, replace: bool) -> RunRecord:
        """As `Ledger.begin`.

        Raises OutputError too where the store makes an object twice: claims would mean nothing there.
        """
        content = json.dumps(run.to_dict()).encode()
        if replace:
            self._store.put(RUN, content)
            return run
        if self._store.put_new(RUN, content):
            if self._store.put_new(RUN, content):
                raise OutputError(
                    "the output's server writes over what must be made once (it ignores If-None-Match); update it, or "
                    "choose an output folder on this machine's disk"
                )
            return run
        first = self.run()
        return run if first is None else agreed(first, run)

    def run(self) -> RunRecord | None:
        """As `Ledger.run`."""
        content = self._store.get(RUN)
        return RunRecord.from_dict(json.loads(content)) if content else None

    def add(self, jobs: Sequence[Job]) -> None:
        """As `Ledger.add`; a name keeps its first place, and what is no part of the key (what it needs) is as said last."""
        with self._lock:
            self._pages.refresh()
            known = self._pages.keys
            changed = {
                key: known[job.name]
                for key, job in self._pages.unknown(jobs).items()
                if known.get(job.name, key) != key
            }
            if changed:
                self._standing.look()
                self._standing.clear([*changed.keys(), *changed.values()])
            self._pages.append(jobs)
            self._line_up()

    def claim(self, claimant: Claimant, *, limit: int, names: frozenset[str] | None = None) -> list[Job]:
        """As `Ledger.claim`, but that each worker goes through the jobs from a place of its own."""
        with self._lock:
            if names is not self._names and names != self._names:
                self._names = names
                self._line_up()
            if not self._standing.is_known:
                self._look()
            jobs = self._take(claimant, limit)
            if not jobs and self._look(if_older=self._refresh):
                jobs = self._take(claimant, limit)
            if jobs:
                self.beat(claimant)
            return jobs

    def beat(self, claimant: Claimant) -> None:
        """As `Ledger.beat`; it waits for no other method."""
        with self._speaking:
            held = list(self._standing.held.items())
            holds = frozenset(f"{key}.{attempt}" for key, (who, attempt) in held if who == claimant)
            self._store.put(self._word(claimant), Word(claimant, holds, 0.0).to_bytes())
            self._spoke.add(claimant)

    def settle(self, outcomes: Sequence[Outcome], claimant: Claimant) -> None:
        """As `Ledger.settle`; of two workers that did one job the first outcome counts, and done before others."""
        with self._lock:
            mine = [outcome for outcome in outcomes if self._is_mine(outcome, claimant)]
            list(self._pool.map(self._put_outcome, mine))
            for outcome in mine:
                self._standing.done_with(outcome.key, outcome.state)

    def release(self, claimant: Claimant) -> None:
        """As `Ledger.release`; what is given back was no attempt."""
        with self._lock, self._speaking:
            mine = self._standing.claims_of(claimant)
            self._fall_silent(
                {claimant}
            )  # first: a word left behind would speak of whoever claims these next
            self._store.delete([f"{CLAIMS}{key}.{attempt}" for key, attempt in mine.items()])
            self._standing.given_back(mine)

    def retry(self, states: Sequence[State]) -> int:
        """As `Ledger.retry`; a job that somebody works on is left to them."""
        with self._lock:
            self._standing.look()
            return self._reopen(
                [key for key in self._pages.keys.values() if self._standing.state(key) in states]
            )

    def reopen(self, names: Sequence[str]) -> int:
        """Make settled jobs of these names pending again, as if they had never been claimed; how many there were."""
        with self._lock:
            self._standing.look()
            return self._reopen([self._pages.keys[name] for name in names if name in self._pages.keys])

    def counts(self) -> Mapping[State, int]:
        """As `Ledger.counts`; of others' jobs, as they were at most a second ago."""
        with self._lock:
            self._look(if_older=min(self._refresh, YOUNG_SECONDS))
            states = [self._standing.state(key) for key in self._pages.keys.values()]
        return {state: states.count(state) for state in STATES}

    def records(self) -> Iterator[JobRecord]:
        """As `Ledger.records`; a request for each outcome that was not read before."""
        with self._lock:
            self._look()
            jobs = [(self._pages.keys[name], job) for name, job in self._pages.jobs.items()]
        for first in range(0, len(jobs), 4 * AT_ONCE):
            yield from self._pool.map(self._record, jobs[first : first + 4 * AT_ONCE])

    def times(self) -> Mapping[str, float]:
        """When each job that is not pending was claimed or settled, by name, in seconds as `now` counts them."""
        with self._lock:
            self._look(if_older=min(self._refresh, YOUNG_SECONDS))
            moments = {name: self._standing.since(key) for name, key in self._pages.keys.items()}
        return {name: moment for name, moment in moments.items() if moment is not None}

    def now(self) -> float:
        """The clock that `times` are read from: the store's."""
        return self._clock.now()

    def close(self) -> None:
        """As `Ledger.close`; a claimant that holds nothing is forgotten."""
        with self._lock, self._speaking:
            self._fall_silent(self._spoke - {who for who, _ in self._standing.held.values()})
        self._pool.shutdown()

    def _look(self, *, if_older: float = 0.0) -> bool:
        """Make a survey, and go through what is free from this process's place."""
        new = self._standing.look(if_older=if_older)
        if new:
            self._line_up()
        return new

    def _line_up(self) -> None:
        pending = list(self._standing.free(self._names))
        first = int(self._id, 16) % len(pending) if pending else 0
        self._queue = deque(pending[first:] + pending[:first])

    def _take(self, claimant: Claimant, limit: int) -> list[Job]:
        """Claim up to `limit` jobs of those that are taken for free."""
        taken: list[Job] = []
        content = Word(claimant, frozenset(), 0.0).to_bytes()
        while len(taken) < limit and (wanted := self._next(limit - len(taken))):
            names = [f"{CLAIMS}{key}.{self._standing.attempts(key) + 1}" for key, _ in wanted]
            made = list(self._pool.map(lambda name: self._store.put_new(name, content), names))
            late = [
                not had and self._standing.too_late(key) for (key, _), had in zip(wanted, made, strict=True)
            ]
            for (key, job), had in zip(wanted, made, strict=True):
                if had:
                    self._standing.claimed(key, claimant)
                    taken.append(job)
            if any(late):
                self._standing.look()
                self._line_up()
            elif not all(made):
                self._queue.rotate(len(self._queue) // 2)  # whoever came first here has more of what follows
        return taken

    def _next(self, count: int) -> list[tuple[str, Job]]:
        """The next jobs of the queue that may be claimed; those that wait for others stay."""
        found: list[tuple[str, Job]] = []
        waiting: list[tuple[str, Job]] = []
        while self._queue and len(found) < count:
            key, job = self._queue.popleft()
            (found if self._standing.is_ready(job) else waiting).append((key, job))
        self._queue.extendleft(reversed(waiting))
        return found

    def _is_mine(self, outcome: Outcome, claimant: Claimant) -> bool:
        """Whether a job is still this claimant's. One that is done is done, whoever has it now."""
        attempt = self._standing.attempt_of(outcome.key, claimant)
        if attempt is None:
            return False
        if outcome.state == "done" or self._store.head(f"{CLAIMS}{outcome.key}.{attempt + 1}") is None:
            return True
        self._standing.lost_to_another(outcome.key)
        return False

    def _put_outcome(self, outcome: Outcome) -> bool:
        content = json.dumps(outcome.to_dict(), ensure_ascii=False).encode()
        return self._store.put_new(f"{OUTCOMES}{outcome.key}.{outcome.state}.json", content)

    def _reopen(self, keys: Sequence[str]) -> int:
        settled = [key for key in keys if self._standing.settled(key) is not None]
        self._standing.clear(settled)
        self._line_up()
        return len(settled)

    def _record(self, keyed: tuple[str, Job]) -> JobRecord:
        key, job = keyed
        return JobRecord(
            job=job,
            state=self._standing.state(key),
            attempts=self._standing.attempts(key),
            outcome=self._outcome(key),
            claimant=self._standing.holder(key),
        )

    def _outcome(self, key: str) -> Outcome | None:
        settled = self._standing.settled(key)
        if settled is None:
            return None
        known = (key, settled.modified)
        if known not in self._outcomes:
            content = self._store.get(f"{OUTCOMES}{key}.{settled.state}.json")
            if not content:
                return None  # cleared since
            self._outcomes[known] = Outcome.from_dict(json.loads(content))
        return self._outcomes[known]

    def _word(self, claimant: Claimant) -> str:
        who = f"{claimant.host} {claimant.pid} {claimant.started}"
        return f"{WORKERS}{hashlib.sha256(who.encode()).hexdigest()[:12]}-{self._id}.json"

    def _fall_silent(self, claimants: set[Claimant]) -> None:
        self._store.delete([self._word(claimant) for claimant in claimants & self._spoke])
        self._spoke -= claimants
