"""What a process knows of a run on shared storage: the last survey, and what it did or heard since."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from geounet.batching.job import Job, State
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.pages import JobPages
from geounet.batching.ledgers.store_clock import StoreClock
from geounet.batching.ledgers.survey import CLAIMS, OUTCOMES, SETTLED, Claim, Settled, Survey, Surveyor
from geounet.batching.storage.stores import Store


@dataclass(slots=True)
class Standing:
    """Jobs and how they stand, as far as this process knows."""

    store: Store
    pages: JobPages
    clock: StoreClock
    surveyor: Surveyor
    held: dict[str, tuple[Claimant, int]] = field(default_factory=dict)
    """Claims of this process's own, by key: whose, and which attempt."""
    _survey: Survey = field(default_factory=Survey)
    _surveyed: float | None = None
    _late: int = 0

    @property
    def is_known(self) -> bool:
        """Whether there was a survey since the start, or since jobs were given back."""
        return self._surveyed is not None

    def look(self, *, if_older: float = 0.0) -> bool:
        """Make a survey, unless the last is no older than so many seconds; whether there is a new one."""
        if self._surveyed is not None and time.monotonic() - self._surveyed < if_older:
            return False
        self.pages.refresh()
        self._survey = self.surveyor.survey(now=self.clock.now())
        self._surveyed = time.monotonic()
        self._late = 0
        for key in self.held.keys() & self._survey.settled.keys():
            del self.held[key]  # another was faster, while this process slept
        return True

    def state(self, key: str) -> State:
        """How a job stands; one whose holder is gone is running until somebody else has it."""
        if key in self._survey.settled:
            return self._survey.settled[key].state
        return "running" if key in self.held or key in self._survey.holders else "pending"

    def holder(self, key: str) -> Claimant | None:
        """Who works on a job, where that is known."""
        return self.held[key][0] if key in self.held else self._survey.holders.get(key)

    def settled(self, key: str) -> Settled | None:
        """That a job was settled; None where it was not."""
        return self._survey.settled.get(key)

    def attempts(self, key: str) -> int:
        """How often a job was claimed."""
        claim = self._survey.claims.get(key)
        return 0 if claim is None else claim.attempt

    def since(self, key: str) -> float | None:
        """When a job was settled or, while somebody works on it, claimed; None of one that is pending."""
        if key in self._survey.settled:
            return self._survey.settled[key].modified
        return self._survey.claims[key].modified if self.state(key) == "running" else None

    def free(self, names: frozenset[str] | None) -> Iterator[tuple[str, Job]]:
        """Jobs that nobody has who lives, with their keys, in order; whether what they need is done is another question."""
        for name, job in self.pages.jobs.items():
            key = self.pages.keys[name]
            is_lost = key in self._survey.lost and key not in self.held
            if (names is None or name in names) and (is_lost or self.state(key) == "pending"):
                yield key, job

    def attempt_of(self, key: str, claimant: Claimant) -> int | None:
        """Which attempt at a job is this claimant's; None where it is not theirs, as far as this process heard."""
        who, attempt = self.held.get(key) or (self._survey.holders.get(key), self.attempts(key))
        return attempt if who == claimant and key not in self._survey.settled else None

    def claims_of(self, claimant: Claimant) -> dict[str, int]:
        """All attempts of a claimant's that are not settled, by key."""
        keys = self._survey.holders.keys() | self.held.keys()
        attempts = {key: self.attempt_of(key, claimant) for key in keys}
        return {key: attempt for key, attempt in attempts.items() if attempt is not None}

    def is_ready(self, job: Job) -> bool:
        """Whether all that a job needs has ended, well or not."""
        keys = self.pages.keys
        return all(need in keys and self.state(keys[need]) in SETTLED for need in job.needs)

    def claimed(self, key: str, claimant: Claimant) -> None:
        """Note that this process has a job now."""
        attempt = self.attempts(key) + 1
        self.held[key] = (claimant, attempt)
        self._survey.claims[key] = Claim(attempt, self.clock.now())
        self._survey.holders[key] = claimant
        self._survey.lost.discard(key)

    def lost_to_another(self, key: str) -> None:
        """Note that a job that this process had is another's."""
        self.held.pop(key, None)
        self._survey.holders[key] = None

    def too_late(self, key: str) -> bool:
        """Note that somebody else has a job; whether that happened as often as a new survey costs requests."""
        self._survey.holders[key] = None
        self._survey.lost.discard(key)
        self._survey.claims[key] = Claim(self.attempts(key) + 1, self.clock.now())
        self._late += 1
        return self._late > self._survey.requests

    def done_with(self, key: str, state: State) -> None:
        """Note what became of a job."""
        self.held.pop(key, None)
        self._survey.settled.setdefault(key, Settled(state, self.clock.now()))

    def given_back(self, keys: Iterable[str]) -> None:
        """Note that nobody has these jobs any more; the next look is a survey."""
        for key in keys:
            self.held.pop(key, None)
            self._survey.holders.pop(key, None)
        self._surveyed = None

    def clear(self, keys: Iterable[str]) -> None:
        """Remove what was claimed and settled of these jobs: the claims first, that a settled job is never seen as held."""
        keys = list(keys)
        self.store.delete(
            [f"{CLAIMS}{key}.{attempt + 1}" for key in keys for attempt in range(self.attempts(key))]
        )
        self.store.delete([f"{OUTCOMES}{key}.{state}.json" for key in keys for state in SETTLED])
        for key in keys:
            for known in (self._survey.claims, self._survey.settled, self._survey.holders):
                known.pop(key, None)
