"""The accounts of a run in SQLite, on a disk of this machine: DIR/manifest.sqlite, which a person may query too."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from geounet.batching.job import STATES, Job, Outcome, RunRecord, State
from geounet.batching.ledgers.agreement import agreed
from geounet.batching.ledgers.ledger import LEASE_SECONDS, Claimant, JobRecord
from geounet.batching.ledgers.liveness import is_gone
from geounet.batching.ledgers.schema import connected, in_words

PAGE = 500
"""Rows that are read at a time: a long read would keep SQLite's log from being folded in."""

_READY = """
    state = 'pending' AND (needs IS NULL OR NOT EXISTS (
        SELECT 1 FROM json_each(jobs.needs) AS need LEFT JOIN jobs AS other ON other.name = need.value
        WHERE other.state IS NULL OR other.state IN ('pending', 'running')))
"""
"""A job that may be claimed: all that it needs has ended, well or not."""


class Manifest:
    """A `Ledger` in one SQLite file. Its threads may share it; each process opens its own.

    Writers queue, each for a few milliseconds; readers never wait. A process may be killed at any moment.
    """

    def __init__(self, path: Path, *, read_only: bool = False, lease_seconds: float = LEASE_SECONDS) -> None:
        """Open the file, and make it where it is not there.

        Raises OutputError where it cannot be made or opened, is damaged, or a newer geounet made it.
        """
        self._path = path
        self._lease = lease_seconds
        self._lock = threading.RLock()
        self._wanted: frozenset[str] | None = None
        self._connection = connected(path, read_only=read_only)

    def begin(self, run: RunRecord, *, replace: bool) -> RunRecord:
        """As `Ledger.begin`."""
        with self._writing() as connection:
            first = self._run(connection)
            if first is not None and not replace:
                return agreed(first, run)
            connection.execute(
                "INSERT OR REPLACE INTO run (id, record) VALUES (1, ?)", [_json(run.to_dict())]
            )
            return run

    def run(self) -> RunRecord | None:
        """As `Ledger.run`."""
        with self._reading() as connection:
            return self._run(connection)

    def add(self, jobs: Sequence[Job]) -> None:
        """As `Ledger.add`; a name keeps its first place, and what is no part of the key (what it needs) is as said last."""
        rows = [
            (job.name, job.key, _json(job.to_dict()), _json(job.needs) if job.needs else None) for job in jobs
        ]
        with self._writing() as connection:
            connection.executemany(
                """
                INSERT INTO jobs (name, key, job, needs) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET
                    key = excluded.key, job = excluded.job, needs = excluded.needs, state = 'pending', attempts = 0,
                    claimant = NULL, since = NULL, outcome = NULL, line = NULL, seconds = NULL, pixels = NULL,
                    features = NULL, digest = NULL
                WHERE key IS NOT excluded.key
                """,
                rows,
            )
            connection.executemany(
                "UPDATE jobs SET job = ?, needs = ? WHERE name = ? AND job IS NOT ?",
                [(job, needs, name, job) for name, _, job, needs in rows],
            )

    def claim(self, claimant: Claimant, *, limit: int, names: frozenset[str] | None = None) -> list[Job]:
        """As `Ledger.claim`."""
        self._free(self._lost(claimant))
        with self._writing() as connection:
            among = self._among(connection, names)
            rows = connection.execute(
                f"SELECT id, job FROM jobs WHERE {_READY} {among} ORDER BY id LIMIT ?",  # noqa: S608 constants
                [limit],
            ).fetchall()
            if rows:
                number = self._number(connection, claimant)
                now = time.time()
                connection.executemany(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, claimant = ?, since = ? WHERE id = ?",
                    [(number, now, row) for row, _ in rows],
                )
        return [Job.from_dict(json.loads(job)) for _, job in rows]

    def beat(self, claimant: Claimant) -> None:
        """As `Ledger.beat`."""
        with self._writing() as connection:
            self._number(connection, claimant)

    def settle(self, outcomes: Sequence[Outcome], claimant: Claimant) -> None:
        """As `Ledger.settle`."""
        now = time.time()
        rows = [
            (
                outcome.state, now, _json(outcome.to_dict()), outcome.line, outcome.seconds, outcome.pixels,
                outcome.features, _main_digest(outcome), outcome.key,
            )
            for outcome in outcomes
        ]  # fmt: skip
        with self._writing() as connection:
            number = self._number(connection, claimant)
            connection.executemany(
                """
                UPDATE jobs SET state = ?, since = ?, outcome = ?, line = ?, seconds = ?, pixels = ?, features = ?,
                    digest = ?, claimant = NULL
                WHERE key = ? AND state = 'running' AND claimant = ?
                """,
                [(*row, number) for row in rows],
            )

    def release(self, claimant: Claimant) -> None:
        """As `Ledger.release`; what is given back was no attempt."""
        with self._writing() as connection:
            number = self._number(connection, claimant)
            connection.execute(
                "UPDATE jobs SET state = 'pending', attempts = attempts - 1, claimant = NULL, since = NULL"
                " WHERE claimant = ?",
                [number],
            )

    def retry(self, states: Sequence[State]) -> int:
        """As `Ledger.retry`; a job that somebody works on is left to them."""
        with self._reading() as connection:
            rows = connection.execute("SELECT name, state FROM jobs").fetchall()
        return self.reopen([name for name, state in rows if state in states])

    def reopen(self, names: Sequence[str]) -> int:
        """Make settled jobs of these names pending again, as if they had never been claimed; how many there were."""
        with self._writing() as connection:
            return connection.executemany(
                "UPDATE jobs SET state = 'pending', attempts = 0, since = NULL"
                " WHERE name = ? AND state IN ('done', 'failed', 'skipped')",
                [(name,) for name in names],
            ).rowcount

    def counts(self) -> Mapping[State, int]:
        """As `Ledger.counts`."""
        with self._reading() as connection:
            found = dict(connection.execute("SELECT state, count(*) FROM jobs GROUP BY state"))
        return {state: found.get(state, 0) for state in STATES}

    def records(self) -> Iterator[JobRecord]:
        """As `Ledger.records`; what changes meanwhile may be seen before or after its change."""
        last = 0
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    "SELECT jobs.id, job, state, attempts, outcome, host, pid, started FROM jobs"
                    " LEFT JOIN claimants ON claimants.id = claimant WHERE jobs.id > ? ORDER BY jobs.id LIMIT ?",
                    [last, PAGE],
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from map(_record, rows)

    def times(self) -> Mapping[str, float]:
        """When each job that is not pending was claimed or settled, by name, in seconds as `now` counts them."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT name, since FROM jobs WHERE since IS NOT NULL"))

    def now(self) -> float:
        """The clock that `times` are read from: this machine's."""
        return time.time()

    def close(self) -> None:
        """As `Ledger.close`."""
        with self._lock:
            self._connection.close()

    def _lost(self, claimant: Claimant) -> list[tuple[int, float]]:
        """Numbers and last beats of others that have jobs, and whose process is gone or that fell silent."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, beat, host, pid, started FROM claimants"
                " WHERE id IN (SELECT DISTINCT claimant FROM jobs WHERE claimant IS NOT NULL)"
            ).fetchall()
        now = time.time()
        return [
            (number, beat)
            for number, beat, *who in rows
            if tuple(who) != (claimant.host, claimant.pid, claimant.started)
            and (abs(now - beat) > self._lease or is_gone(*who))
        ]

    def _free(self, lost: Sequence[tuple[int, float]]) -> None:
        """Make the jobs of these pending again, unless they were heard of since."""
        if not lost:
            return
        with self._writing() as connection:
            connection.executemany(
                "UPDATE jobs SET state = 'pending', claimant = NULL, since = NULL WHERE claimant ="
                " (SELECT id FROM claimants WHERE id = ? AND beat = ?)",
                lost,
            )

    def _among(self, connection: sqlite3.Connection, names: frozenset[str] | None) -> str:
        """The condition that keeps to `names`; they are kept in a table of this connection's own."""
        if names is None:
            return ""
        if names is not self._wanted and names != self._wanted:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (name TEXT PRIMARY KEY)")
            connection.execute("DELETE FROM wanted")
            connection.executemany("INSERT INTO wanted VALUES (?)", [(name,) for name in names])
            self._wanted = names
        return "AND name IN wanted"

    @staticmethod
    def _number(connection: sqlite3.Connection, claimant: Claimant) -> int:
        """The claimant's row, whose beat is now."""
        who = (claimant.host, claimant.pid, claimant.started)
        connection.execute(
            "INSERT INTO claimants (host, pid, started, beat) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (host, pid, started) DO UPDATE SET beat = excluded.beat",
            [*who, time.time()],
        )
        query = "SELECT id FROM claimants WHERE host = ? AND pid = ? AND started = ?"
        number: int = connection.execute(query, who).fetchone()[0]
        return number

    @staticmethod
    def _run(connection: sqlite3.Connection) -> RunRecord | None:
        row = connection.execute("SELECT record FROM run").fetchone()
        return None if row is None else RunRecord.from_dict(json.loads(row[0]))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, in_words(self._path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, which waits for other writers at its start and for nobody after that."""
        with self._lock, in_words(self._path):
            try:
                self._connection.execute("BEGIN IMMEDIATE")  # Ctrl-C may arise as it returns
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._wanted = None
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _record(row: tuple[int, str, State, int, str | None, str | None, int, float]) -> JobRecord:
    _, job, state, attempts, outcome, host, pid, started = row
    return JobRecord(
        job=Job.from_dict(json.loads(job)),
        state=state,
        attempts=attempts,
        outcome=None if outcome is None else Outcome.from_dict(json.loads(outcome)),
        claimant=None if host is None else Claimant(host=host, pid=pid, started=started),
    )


def _main_digest(outcome: Outcome) -> str | None:
    """The digest of the layer, for people who query the file."""
    return outcome.digests.get(outcome.outputs.get("layer", ""))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
