"""Jobs of workers that died: taken over, worked on one by one, and given up when a worker died of one alone."""

import json
from types import SimpleNamespace

import pytest

from geounet.batching.claiming import give_back_of_the_gone
from geounet.batching.job import Job, Outcome
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.liveness import this_host
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.suspects import Suspects
from geounet.batching.watching import Watch
from geounet.errors import GeounetError

NO_PID = 2**22 + 1
"""More than any process of Linux's has."""


@pytest.fixture
def ledger(make_jobs, tmp_path):
    ledger = Manifest(tmp_path / "manifest.sqlite")
    ledger.add(make_jobs("abcdef"))
    yield ledger
    ledger.close()


@pytest.fixture
def suspects(ledger):
    return Suspects(ledger=ledger, claimant=Claimant.this_process(), watch=Watch())


def worker(errand='{"device": null, "alone": []}', number=0):
    return SimpleNamespace(errand=errand, pid=NO_PID + number, last_words="signal 9")


def claimed(ledger, count, number=0):
    claimant = Claimant(host=this_host(), pid=NO_PID + number, started=1.0)
    return [job.name for job in ledger.claim(claimant, limit=count)]


def alone(errand):
    return [Job.from_dict(job) for job in json.loads(errand)["alone"]]


def states(ledger):
    return "".join(
        {"pending": ".", "running": "r", "done": "d", "failed": "F"}[r.state] for r in ledger.records()
    )


def test_the_next_worker_takes_the_jobs_one_by_one_and_others_do_not(ledger, suspects):
    assert claimed(ledger, 3) == ["a", "b", "c"]
    errand = suspects.after(worker())
    assert [job.name for job in alone(errand)] == ["a", "b", "c"]
    assert claimed(ledger, 9, number=1) == ["d", "e", "f"]


def test_the_job_that_a_worker_died_of_alone_has_failed_and_the_next_goes_on(ledger, suspects):
    claimed(ledger, 3)
    second = worker(suspects.after(worker()), number=1)
    a, b, c = alone(second.errand)
    suspects.begun.add(a.key)
    suspects.settle(second, Outcome(key=a.key, state="done"))
    suspects.begun.add(b.key)
    third = suspects.after(second)
    assert states(ledger) == "dFr..."
    assert [job.key for job in alone(third)] == [c.key]
    assert suspects.watch.states == {"failed": 1}
    line = next(record.outcome.line for record in ledger.records() if record.state == "failed")
    assert "died, twice (signal 9)" in line
    suspects.check()


def test_what_those_had_that_are_gone_is_given_back_and_what_others_have_is_not(ledger, suspects):
    ledger.claim(suspects.claimant, limit=1)
    claimed(ledger, 2)
    assert states(ledger) == "rrr..."
    give_back_of_the_gone(ledger)
    assert states(ledger) == "r....."
    assert all(record.attempts == 0 for record in ledger.records() if record.state == "pending")


def test_outcomes_of_jobs_that_a_worker_claimed_itself_are_left_to_it(ledger, suspects):
    claimed(ledger, 1)
    job = next(record.job for record in ledger.records() if record.state == "running")
    suspects.settle(worker(), Outcome(key=job.key, state="done"))
    assert states(ledger) == "r....."


def test_a_worker_that_dies_before_it_began_is_not_replaced_and_the_run_says_so(ledger, suspects):
    assert suspects.after(worker()) is None
    suspects.check()
    claimed(ledger, 2)
    second = worker(suspects.after(worker()), number=1)
    assert suspects.after(second) is None
    with pytest.raises(GeounetError, match="signal 9"):
        suspects.check()
    ledger.release(suspects.claimant)
    assert states(ledger) == "......"


def test_the_place_of_a_worker_whose_jobs_another_was_faster_to_claim_is_filled(ledger, suspects):
    suspects.ready.add(NO_PID)
    assert alone(suspects.after(worker())) == []
    assert states(ledger) == "......"


def test_workers_that_die_one_after_the_other_and_do_nothing_are_not_replaced_for_ever(ledger, suspects):
    suspects.ready.update((NO_PID, NO_PID + 1, NO_PID + 2))
    assert suspects.after(worker()) is not None
    assert suspects.after(worker(number=1)) is None
    suspects.settle(worker(number=3), Outcome(key="another", state="done"))
    assert suspects.after(worker(number=2)) is not None
