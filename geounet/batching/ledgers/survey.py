"""How a run on shared storage stands: read from listings, a request a thousand objects, not from the objects one by one.

run.json                        what all jobs share
jobs/00000.json                 jobs, some hundreds a page, in their order
claims/KEY.ATTEMPT              made once: somebody has the job
workers/ID.json                 rewritten as a beat: who that is, and which claims they hold
outcomes/KEY.STATE.json         made once: what became of the job
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from geounet.batching.job import State
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.liveness import is_gone
from geounet.batching.storage.stores import Entry, Store

CLAIMS, WORKERS, OUTCOMES, JOBS = "claims/", "workers/", "outcomes/", "jobs/"
RUN = "run.json"

SETTLED: tuple[State, ...] = ("failed", "skipped", "done")
"""States of outcomes; where two workers disagree, the later of these counts."""


Holding = tuple[Claimant | None, bool]
"""Who has a job, where that is known, and whether they are gone."""

Said = tuple[Holding, float]
"""A worker's word on a claim, and when it was spoken, by the store's clock."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job's highest attempt."""

    attempt: int
    modified: float
    """When it was made, by the store's clock."""


@dataclass(frozen=True, slots=True)
class Settled:
    """That a job was settled; the outcome itself is read when it is asked for."""

    state: State
    modified: float
    """When that was, by the store's clock."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a worker last said of itself."""

    claimant: Claimant
    holds: frozenset[str]
    """Its claims, as KEY.ATTEMPT."""
    beat: float
    """When it said so, by the store's clock."""

    def to_bytes(self) -> bytes:
        """As it is stored; the beat is the object's own time."""
        who = {"host": self.claimant.host, "pid": self.claimant.pid, "started": self.claimant.started}
        return json.dumps({"claimant": who, "holds": sorted(self.holds)}).encode()

    @classmethod
    def from_bytes(cls, content: bytes, *, beat: float) -> "Word":
        """What `to_bytes` gave."""
        values = json.loads(content)
        return cls(Claimant(**values["claimant"]), frozenset(values["holds"]), beat)


@dataclass(frozen=True, slots=True)
class Survey:
    """How all jobs stood when it was made."""

    claims: dict[str, Claim] = field(default_factory=dict)
    """By key; of settled jobs too."""
    settled: dict[str, Settled] = field(default_factory=dict)
    """By key."""
    holders: dict[str, Claimant | None] = field(default_factory=dict)
    """Who works on a job, by key, or did when they were last heard of; None where that is not known."""
    lost: set[str] = field(default_factory=set)
    """Keys of jobs whose holder is gone: whoever wants may claim them."""
    requests: int = 0
    """About what it cost."""


@dataclass(slots=True)
class Surveyor:
    """Makes surveys of one store, and remembers what workers said."""

    store: Store
    lease_seconds: float
    read_only: bool = False
    """Whether words of workers that are gone are left where they are."""
    _words: dict[str, tuple[Word, str]] = field(default_factory=dict)
    """What workers said last, and the version of it, by the object's name."""

    def survey(self, *, now: float) -> Survey:
        """How jobs stand at `now`, by the store's clock.

        Claims are listed first and outcomes last: what is settled meanwhile is seen as settled, never as left.
        """
        claims = _highest(self.store.list(CLAIMS))
        words = self._listen()
        settled = _outcomes(self.store.list(OUTCOMES))
        open_claims = {key: claim for key, claim in claims.items() if key not in settled}
        living = {name for name, word in words.items() if self._lives(name, word, now=now)}
        holdings = dict(self._holdings(open_claims, _said(words, living), now=now))
        unsettled = {f"{key}.{claim.attempt}" for key, claim in open_claims.items()}
        self._forget(
            [name for name, word in words.items() if name not in living and not word.holds & unsettled]
        )
        lists = 3 + (len(claims) + len(settled) + len(words)) // 1000
        return Survey(
            claims=claims,
            settled=settled,
            holders={key: holder for key, (holder, _) in holdings.items()},
            lost={key for key, (_, is_lost) in holdings.items() if is_lost},
            requests=lists + len(words),
        )

    def _listen(self) -> dict[str, Word]:
        """All workers' last words; those that said nothing since are not asked again.

        A file server may leave out of a listing what is replaced meanwhile, so that a word that is missed is looked for.
        """
        listed = {entry.key: entry for entry in self.store.list(WORKERS)}
        missed = {name: self.store.head(name) for name in self._words if name not in listed}
        heard: dict[str, tuple[Word, str]] = {}
        for name, entry in {**listed, **missed}.items():
            known = self._words.get(name)
            if entry is None:
                continue
            if known is not None and known[1] == entry.version:
                heard[name] = (replace(known[0], beat=entry.modified), entry.version)
            elif content := self.store.get(name):
                heard[name] = (Word.from_bytes(content, beat=entry.modified), entry.version)
        self._words = heard
        return {name: word for name, (word, _) in heard.items()}

    def _lives(self, name: str, word: Word, *, now: float) -> bool:
        """Whether a worker lives. One that seems silent is looked at again: network file systems list what they remember."""
        who = word.claimant
        if is_gone(who.host, who.pid, who.started):
            return False
        if now - word.beat <= self.lease_seconds:
            return True
        entry = self.store.head(name)
        return entry is not None and now - entry.modified <= self.lease_seconds

    def _holdings(
        self, claims: Mapping[str, Claim], said: Mapping[str, Said], *, now: float
    ) -> Iterator[tuple[str, Holding]]:
        """Who has each claimed job, and whether they are gone: by the workers' words, or the claim itself if it is newer."""
        for key, claim in claims.items():
            name = f"{key}.{claim.attempt}"
            holding, spoken = said.get(name, (None, 0.0))
            if holding is not None and claim.modified <= spoken:
                yield key, holding
            elif now - claim.modified > self.lease_seconds:
                yield key, (None, True)
            elif (content := self.store.get(CLAIMS + name)) is not None:
                who = Word.from_bytes(content, beat=0.0).claimant if content else None
                yield key, (who, who is not None and is_gone(who.host, who.pid, who.started))

    def _forget(self, names: list[str]) -> None:
        """Remove the words of workers that are gone and have left nothing."""
        if names and not self.read_only:
            self.store.delete(names)


def _said(words: Mapping[str, Word], living: set[str]) -> dict[str, Said]:
    """Who says of claims that they hold them; those who live say so last."""
    said: dict[str, Said] = {}
    for name in sorted(words, key=lambda name: name in living):
        word = words[name]
        said |= dict.fromkeys(word.holds, ((word.claimant, name not in living), word.beat))
    return said


def _highest(entries: Iterable[Entry]) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    for entry in entries:
        key, _, attempt = entry.key.removeprefix(CLAIMS).rpartition(".")
        if key not in claims or int(attempt) > claims[key].attempt:
            claims[key] = Claim(int(attempt), entry.modified)
    return claims


def _outcomes(entries: Iterable[Entry]) -> dict[str, Settled]:
    """Empty ones are not whole yet (a folder without links)."""
    settled: dict[str, Settled] = {}
    for entry in entries:
        key, name, _ = entry.key.removeprefix(OUTCOMES).split(".")
        state = next(state for state in SETTLED if state == name)
        if entry.size and (key not in settled or SETTLED.index(settled[key].state) < SETTLED.index(state)):
            settled[key] = Settled(state, entry.modified)
    return settled
