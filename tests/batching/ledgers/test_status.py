import json

import pytest

from geounet.batching.job import Outcome
from geounet.batching.ledgers.ledger import Claimant, JobRecord
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.ledgers.status import duration, status, status_of, table

THEM = Claimant(host="node7#5c1f#4026531836", pid=4242, started=1.0)


@pytest.fixture
def record(make_job):
    def make(name, state, *, weight=100, pixels=0, line=None, features=0):
        outcome = None
        if state not in {"pending", "running"}:
            outcome = Outcome(key=name, state=state, pixels=pixels, line=line, features=features)
        claimant = THEM if state == "running" else None
        return JobRecord(
            job=make_job(name, weight=weight), state=state, attempts=1, outcome=outcome, claimant=claimant
        )

    return make


def test_a_batch_that_has_not_begun_has_counts_alone(record):
    now = status([record("a", "pending"), record("b", "pending")], times={}, now=100.0)
    assert (now.counts["pending"], now.total, now.over) == (2, 2, False)
    assert (now.jobs_per_second, now.pixels_per_second, now.seconds_left) == (None, None, None)
    assert table(now) == "2 pending · 2 in all\n0 features"


def test_rate_and_time_to_go_are_those_of_the_pixels(record):
    # One job each 10 s, of 1000 pixels; the last at 1000 s, and it is 1000 s now.
    done = [record(f"d{i}", "done", pixels=1000, features=2) for i in range(11)]
    left = [
        record("small", "running", weight=500),
        record("large", "pending", weight=4500),
        record("?", "pending", weight=0),
    ]
    times = {f"d{i}": 900.0 + 10 * i for i in range(11)} | {"small": 995.0}
    now = status([*done, *left], times=times, now=1000.0)
    assert now.jobs_per_second == pytest.approx(0.1)
    assert now.pixels_per_second == pytest.approx(100.0)
    assert now.seconds_left == pytest.approx((500 + 4500 + 1000) / 100)
    assert now.features == 22
    assert [(job.name, job.worker, job.seconds) for job in now.running] == [("small", "node7:4242", 5.0)]


def test_a_pause_is_not_counted_as_work(record):
    records = [record(f"d{i}", "done", pixels=10) for i in range(20)] + [record("a", "running")]
    yesterday = {f"d{i}": 1.0 * i for i in range(10)}
    today = {f"d{i}": 80_000.0 + 2 * i for i in range(10, 20)}
    now = status(records, times={**yesterday, **today, "a": 80_038.0}, now=80_038.0)
    assert now.jobs_per_second == pytest.approx(0.5)


def test_jobs_that_take_an_hour_each_are_no_pauses(record):
    records = [record(f"d{i}", "done", pixels=10) for i in range(6)] + [record("a", "running")]
    now = status(records, times={f"d{i}": 3600.0 * i for i in range(6)}, now=18_000.0)
    assert now.jobs_per_second == pytest.approx(1 / 3600)


def test_a_rate_falls_while_nothing_is_done(record):
    records = [record(f"d{i}", "done", pixels=10) for i in range(11)] + [record("a", "running")]
    times = {f"d{i}": 1.0 * i for i in range(11)}
    assert status(records, times=times, now=10.0).jobs_per_second == pytest.approx(1.0)
    assert status(records, times=times, now=100.0).jobs_per_second == pytest.approx(0.1)


def test_nobody_knows_when_a_batch_ends_that_nobody_works_on(record):
    records = [record(f"d{i}", "done", pixels=10) for i in range(11)] + [record("a", "pending")]
    assert status(records, times={f"d{i}": 1.0 * i for i in range(11)}, now=1e6).seconds_left is None


def test_where_all_failed_time_to_go_is_by_jobs(record):
    records = [record(f"d{i}", "failed", line="torn") for i in range(11)] + [
        record("a", "running"),
        record("b", "pending"),
    ]
    now = status(records, times={f"d{i}": 2.0 * i for i in range(11)}, now=20.0)
    assert now.seconds_left == pytest.approx(4.0)


def test_when_all_is_settled_it_is_over(record):
    now = status([record("a", "done"), record("b", "failed"), record("c", "skipped")], times={}, now=1.0)
    assert now.over
    assert now.failures[0].line


def test_a_table_is_at_most_100_columns_and_names_at_most_20_of_each(record):
    long = "deep/" * 30 + "scene"
    running = [record(f"{long}{i}", "running") for i in range(25)]
    failed = [record(f"{long}x{i}", "failed", line="cannot open it\n" + "because " * 30) for i in range(21)]
    now = status([*running, *failed], times={f"{long}{i}": 100.0 - i for i in range(25)}, now=100.0)
    text = table(now)
    lines = text.split("\n")
    assert max(map(len, lines)) <= 100
    assert not any(line != line.rstrip() for line in lines)
    assert lines.count("  … and 5 more") == lines.count("  … and 1 more") == 1
    assert len(lines) == 2 + (2 + 20 + 1) * 2
    assert "node7:4242" in text
    assert lines[4].split()[0].endswith("scene24")  # the one that has run longest, by its end
    assert "cannot open it because" in text
    assert "#" not in text


def test_it_goes_as_json(record):
    now = status([record("a", "running"), record("b", "failed", line="torn")], times={"a": 1.0}, now=3.5)
    values = json.loads(json.dumps(now.to_dict()))
    assert values["running"] == [{"name": "a", "worker": "node7:4242", "seconds": 2.5}]
    assert values["failures"] == [{"name": "b", "line": "torn"}]
    assert (values["total"], values["over"]) == (2, False)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0:00"),
        (7.4, "0:07"),
        (59.7, "1:00"),
        (750, "12:30"),
        (11045, "3:04:05"),
        (2 * 86400 + 11045, "2 d 3:04:05"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_of_a_ledger(tmp_path, make_job, me):
    ledger = Manifest(tmp_path / "manifest.sqlite")
    ledger.add([make_job(f"{i}", weight=50) for i in range(10)])
    for job in ledger.claim(me, limit=6)[:5]:
        ledger.settle([Outcome(key=job.key, state="done", pixels=50, features=1)], me)
    now = status_of(ledger)
    assert {state: count for state, count in now.counts.items() if count} == {
        "pending": 4,
        "running": 1,
        "done": 5,
    }
    assert now.features == 5
    assert now.running[0].worker.endswith(f":{me.pid}")
    assert 0.0 <= now.running[0].seconds < 5.0
    assert now.seconds_left == pytest.approx(5 * 50 / now.pixels_per_second)
    ledger.close()
