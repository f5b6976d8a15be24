"""How a batch is getting on: counts, rate, time to go, who works on what, and what failed; in figures and as plain text."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, TypeVar

from geounet.batching.job import STATES, State
from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.ledgers.ledger import JobRecord
from geounet.batching.ledgers.liveness import host_name

WIDTH = 100
"""Columns, at most."""

SHOWN = 20
"""Jobs that a list names; the others are counted."""

_NAME, _WORKER = 48, 28
"""Columns of a name and of a worker, at most."""

RECENT = 200
"""Jobs that the rate is taken from: what was done last says most about what comes."""

PAUSE_SECONDS = 300.0
"""A longer time without any job done was a pause, not work."""

FEWEST = 3
"""Jobs that a rate is taken from, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A job that somebody works on."""

    name: str
    worker: str
    """The host's name and the process's number; empty where that is not known yet."""
    seconds: float | None
    """Since it was claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A job that failed, or was skipped."""

    name: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A batch at one moment."""

    counts: Mapping[State, int]
    jobs_per_second: float | None
    """Of late; None before that can be said."""
    pixels_per_second: float | None
    seconds_left: float | None
    """At that rate; None where nobody works, or there is no rate yet."""
    features: int
    running: tuple[Running, ...]
    """Those that have run longest first."""
    failures: tuple[Failure, ...]
    """In the jobs' order."""

    @property
    def total(self) -> int:
        """Jobs in all."""
        return sum(self.counts.values())

    @property
    def over(self) -> bool:
        """Whether all jobs are settled."""
        return not (self.counts["pending"] or self.counts["running"])

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"counts": dict(self.counts), "total": self.total, "over": self.over}


Row = TypeVar("Row", Running, Failure)


def status_of(ledger: Accounts) -> Status:
    """How the jobs of a ledger stand now."""
    records = list(ledger.records())
    return status(records, times=ledger.times(), now=ledger.now())


def status(records: Sequence[JobRecord], *, times: Mapping[str, float], now: float) -> Status:
    """How jobs stand; `times` says, by name, when those that are not pending were claimed or settled."""
    states = [record.state for record in records]
    running = [_running(record, times, now) for record in records if record.state == "running"]
    jobs, pixels = _rates(records, times, now=now if running else None)
    return Status(
        counts={state: states.count(state) for state in STATES},
        jobs_per_second=jobs,
        pixels_per_second=pixels,
        seconds_left=_seconds_left(records, jobs=jobs, pixels=pixels) if running else None,
        features=sum(
            record.outcome.features for record in records if record.outcome and record.state == "done"
        ),
        running=tuple(sorted(running, key=lambda job: (-(job.seconds or 0.0), job.name))),
        failures=tuple(
            Failure(
                name=record.job.name, line=(record.outcome and record.outcome.line) or "it did not say why"
            )
            for record in records
            if record.state == "failed"
        ),
    )


def _running(record: JobRecord, times: Mapping[str, float], now: float) -> Running:
    since, who = times.get(record.job.name), record.claimant
    return Running(
        name=record.job.name,
        worker="" if who is None else f"{host_name(who.host)}:{who.pid}",
        seconds=None if since is None else max(now - since, 0.0),
    )


def _rates(
    records: Sequence[JobRecord], times: Mapping[str, float], *, now: float | None
) -> tuple[float | None, float | None]:
    """Jobs and pixels a second, of those settled last, since the last pause; until `now`, where somebody works."""
    settled = sorted(
        (times[record.job.name], _pixels(record))
        for record in records
        if record.outcome and record.state not in {"pending", "running"} and record.job.name in times
    )[-RECENT:]
    gaps = [after - before for (before, _), (after, _) in pairwise(settled)]
    pause = max(PAUSE_SECONDS, 10 * statistics.median(gaps)) if gaps else 0.0
    first = max((place + 1 for place, gap in enumerate(gaps) if gap > pause), default=0)
    since = settled[first:]
    if len(since) < FEWEST:
        return None, None
    seconds = (since[-1][0] if now is None else max(now, since[-1][0])) - since[0][0]
    if seconds <= 0:
        return None, None
    return (len(since) - 1) / seconds, sum(pixels for _, pixels in since[1:]) / seconds


def _seconds_left(records: Sequence[JobRecord], *, jobs: float | None, pixels: float | None) -> float | None:
    """What is left at these rates: by pixels, where they are known, since scenes differ; else by jobs."""
    left = [record for record in records if record.state in {"pending", "running"}]
    done = [_pixels(record) for record in records if record.state == "done"]
    if pixels and any(done):
        usual = statistics.fmean(done)
        return sum(record.job.weight or usual for record in left) / pixels
    return len(left) / jobs if jobs else None


def _pixels(record: JobRecord) -> int:
    """Of a job that was settled: what it read, or was expected to; nothing where it was not done."""
    if record.outcome is None or record.state != "done":
        return 0
    return record.outcome.pixels or record.job.weight


def table(status: Status) -> str:
    """Counts, rate and time to go, and lists of the jobs that run and that failed; no line longer than 100 columns."""
    lines = [_counted(status), _paced(status)]
    lines += _listed("running", status.running, _running_row)
    lines += _listed("failed", status.failures, _failed_row)
    return "\n".join(line.rstrip() for line in lines)


def duration(seconds: float | None) -> str:
    """As 0:07, 12:30, 3:04:05 or 2 d 3:04:05; a dash where it is not known."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours}:{minutes:02}:{rest:02}"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _counted(status: Status) -> str:
    parts = [f"{status.counts.get(state, 0):,} {state}" for state in STATES if status.counts.get(state)]
    return " · ".join([*parts, f"{status.total:,} in all"])


def _paced(status: Status) -> str:
    parts = [f"{status.features:,} features"]
    if status.jobs_per_second is not None:
        parts.append(f"{_figure(status.jobs_per_second * 60)} jobs a minute")
    if status.pixels_per_second:
        parts.append(f"{_figure(status.pixels_per_second / 1e6)} megapixels a second")
    if status.seconds_left is not None:
        parts.append(f"about {duration(status.seconds_left)} to go")
    return " · ".join(parts)


def _listed(title: str, rows: Sequence[Row], write: Callable[[Row, int], str]) -> Iterator[str]:
    """A list under its title, after an empty line; nothing where it has no rows."""
    if not rows:
        return
    shown = rows[:SHOWN]
    width = min(max(len(row.name) for row in shown), _NAME)
    yield ""
    yield title
    yield from (_fit(f"  {write(row, width)}", WIDTH) for row in shown)
    if len(rows) > SHOWN:
        yield f"  … and {len(rows) - SHOWN:,} more"


def _running_row(job: Running, width: int) -> str:
    return f"{_fit(job.name, width, end=True):{width}}  {_fit(job.worker, _WORKER):{_WORKER}}  {duration(job.seconds)}"


def _failed_row(job: Failure, width: int) -> str:
    return f"{_fit(job.name, width, end=True):{width}}  {' '.join(job.line.split())}"


def _fit(text: str, width: int, *, end: bool = False) -> str:
    """A text cut to a width; with `end` it keeps its end, which says most of a path."""
    if len(text) <= width:
        return text
    return f"…{text[1 - width :]}" if end else f"{text[: width - 1]}…"


def _figure(value: float) -> str:
    """Two figures at least, and whole numbers from 10 on."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
