"""What every ledger does: SQLite, claims in a folder, claims in a bucket."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from geounet.batching.item import Item
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.claims import Claims
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.storage.buckets import BucketStore
from geounet.batching.storage.stores import FolderStore
from geounet.errors import OptionsError
from geounet.raster.address import RasterAddress

RUN = RunRecord(
    model="roads 1.0", address="roads", digest="d" * 8, options={"threshold": 0.5, "tiles": {"rows": 4}}
)
THEM = Claimant(host="another#boot#1", pid=7, started=1.0)
GONE = Claimant(host="another#boot#1", pid=8, started=1.0)


@pytest.fixture(params=["sqlite", "folder", "bucket"])
def open_ledger(request, tmp_path):
    """Ledgers of one run: each call opens it again, as another process would."""
    opened = []
    address = request.getfixturevalue("bucket") if request.param == "bucket" else None

    def make(**options):
        if request.param == "sqlite":
            ledger = Manifest(tmp_path / "manifest.sqlite", **options)
        else:
            store = FolderStore(tmp_path / "manifest") if address is None else BucketStore(address)
            ledger = Claims(store, refresh_seconds=0.0, **options)
        opened.append(ledger)
        return ledger

    yield make
    for ledger in opened:
        ledger.close()


def done(job, **values):
    return Outcome(key=job.key, state="done", **values)


def states(ledger):
    return {record.job.name: record.state for record in ledger.records()}


def test_the_first_run_counts(open_ledger):
    ledger = open_ledger()
    assert ledger.run() is None
    first = RUN.with_engine(device="cpu", threads=2)
    assert ledger.begin(first, replace=False) == first
    assert open_ledger().begin(RUN.with_engine(device="cuda"), replace=False) == first
    assert open_ledger().run() == first
    again = replace(RUN, model="roads 2.0")
    assert open_ledger().begin(again, replace=True) == again
    assert ledger.run() == again


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "buildings 1.0"}, "model roads 1.0, not buildings 1.0"),
        ({"digest": "e" * 8}, "other weights of roads 1.0"),
        ({"options": {"threshold": 0.4, "tiles": {"rows": 4}}}, "threshold 0.5, not 0.4"),
        ({"options": {"threshold": 0.5, "tiles": {"rows": 8}}}, r"tiles\.rows 4, not 8"),
        ({"options": {"threshold": 0.5}}, r"tiles\.rows 4, not null"),
    ],
)
def test_another_model_or_other_options_are_refused_with_what_differs(open_ledger, changes, said):
    ledger = open_ledger()
    ledger.begin(RUN, replace=False)
    with pytest.raises(OptionsError, match=said):
        ledger.begin(replace(RUN, **changes), replace=False)
    assert ledger.run() == RUN


def test_jobs_are_claimed_once_and_settled_by_who_claimed_them(open_ledger, make_job, me):
    jobs = [make_job(f"town/{i}") for i in range(5)]
    ledger, other = open_ledger(), open_ledger()
    ledger.add(jobs)
    mine, theirs = ledger.claim(me, limit=3), other.claim(THEM, limit=3)
    assert (len(mine), len(theirs)) == (3, 2)
    assert sorted(job.name for job in mine + theirs) == [job.name for job in jobs]
    ledger.settle([done(job, features=2) for job in mine], me)
    other.settle([Outcome(key=theirs[0].key, state="failed", line="torn")], THEM)
    other.settle([done(mine[0])], THEM)
    assert ledger.counts() == {"pending": 0, "running": 1, "done": 3, "failed": 1, "skipped": 0}
    records = {record.job.name: record for record in open_ledger().records()}
    assert list(records) == [job.name for job in jobs]
    assert [record.job for record in records.values()] == jobs
    assert records[mine[0].name].outcome == done(mine[0], features=2)
    assert records[mine[0].name].claimant is None
    assert records[theirs[0].name].outcome.line == "torn"
    assert records[theirs[1].name].claimant == THEM
    assert {record.attempts for record in records.values()} == {1}
    assert ledger.claim(me, limit=9) == []


def test_a_job_that_is_known_keeps_its_state_and_one_that_changed_begins_anew(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job("a"), make_job("b"), make_job("c")])
    claimed = ledger.claim(me, limit=3)
    ledger.settle([done(job) for job in claimed], me)
    ledger.add([make_job("c"), make_job("b", size=2), make_job("d")])
    again = open_ledger()
    assert states(again) == {"a": "done", "b": "pending", "c": "done", "d": "pending"}
    assert [record.job.name for record in again.records()] == ["a", "b", "c", "d"]
    assert sorted(job.name for job in again.claim(me, limit=9)) == ["b", "d"]
    ledger.add([make_job("b")])  # as it was at first: its outputs are not those of then
    assert states(open_ledger())["b"] == "pending"


def test_what_is_no_part_of_the_key_is_as_it_was_said_last(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job("whole", needs=("part",)), make_job("part")])
    assert [job.name for job in ledger.claim(me, limit=1)] == ["part"]
    ledger.add([make_job("whole")])
    assert [record.job.needs for record in open_ledger().records()] == [(), ()]
    assert [job.name for job in ledger.claim(me, limit=9)] == ["whole"]
    assert states(open_ledger()) == {"whole": "running", "part": "running"}


def test_a_job_waits_until_those_that_it_needs_have_ended(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add(
        [make_job("whole", needs=("a", "b")), make_job("a"), make_job("b"), make_job("lost", needs=("none",))]
    )
    parts = ledger.claim(me, limit=9)
    assert sorted(job.name for job in parts) == ["a", "b"]
    ledger.settle([done(parts[0])], me)
    assert ledger.claim(me, limit=9) == []
    ledger.settle([Outcome(key=parts[1].key, state="failed", line="torn")], me)
    (whole,) = ledger.claim(me, limit=9)
    assert whole.name == "whole"
    ledger.settle([Outcome(key=whole.key, state="failed", line="a part is torn")], me)
    assert ledger.retry(["failed"]) == 2
    assert [job.name for job in ledger.claim(me, limit=9)] == [parts[1].name]
    ledger.settle([done(parts[1])], me)
    assert [job.name for job in ledger.claim(me, limit=9)] == ["whole"]


def test_only_wanted_names_are_claimed(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job(name) for name in "abcdef"])
    assert ledger.claim(me, limit=9, names=frozenset()) == []
    assert [job.name for job in ledger.claim(me, limit=9, names=frozenset("b"))] == ["b"]
    assert sorted(job.name for job in ledger.claim(me, limit=9, names=frozenset("bde"))) == ["d", "e"]
    assert sorted(job.name for job in ledger.claim(me, limit=9)) == ["a", "c", "f"]


def test_what_is_given_back_is_pending_and_was_no_attempt(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job(name) for name in "abc"])
    first, *others = ledger.claim(me, limit=3)
    ledger.settle([done(first)], me)
    ledger.release(me)
    assert ledger.counts()["pending"] == 2
    ledger.settle([done(others[0])], me)
    assert ledger.counts()["done"] == 1
    other = open_ledger()
    assert len(other.claim(THEM, limit=9)) == 2
    assert {record.attempts for record in other.records()} == {1}


def test_a_process_of_this_host_that_is_gone_loses_its_jobs_at_once(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job("a")])
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    dead = replace(me, pid=killed.pid)
    assert ledger.claim(dead, limit=1)
    other = open_ledger()
    assert [(record.state, record.claimant) for record in other.records()] == [("running", dead)]
    assert [job.name for job in other.claim(me, limit=1)] == ["a"]
    assert [record.attempts for record in other.records()] == [2]


def test_jobs_of_another_process_can_be_settled_and_given_back_for_it(open_ledger, make_job, me):
    theirs, parent = open_ledger(), open_ledger()
    theirs.add([make_job(name) for name in "abc"])
    dead = replace(me, pid=2**22 + 1)
    first, second = theirs.claim(dead, limit=2)
    assert Counter(record.claimant for record in parent.records()) == {dead: 2, None: 1}
    died = Outcome(key=first.key, state="failed", line="died")
    parent.settle([replace(died, key=second.key)], me)
    parent.settle([died], dead)
    parent.release(dead)
    assert parent.counts() == {"pending": 2, "running": 0, "done": 0, "failed": 1, "skipped": 0}
    assert [record.outcome for record in open_ledger().records() if record.outcome] == [died]


def test_a_host_that_falls_silent_loses_its_jobs_when_its_lease_ends(open_ledger, make_job, me):
    slow, silent = open_ledger(lease_seconds=5.0), time.monotonic()
    slow.add([make_job("a"), make_job("b")])
    taken = slow.claim(GONE, limit=1)
    alive = open_ledger(lease_seconds=5.0)
    kept = alive.claim(THEM, limit=1)
    while time.monotonic() - silent < 6.5:
        time.sleep(0.5)
        alive.beat(THEM)
    other = open_ledger(lease_seconds=5.0)
    assert other.claim(me, limit=9) == taken
    slow.settle([Outcome(key=taken[0].key, state="failed", line="late")], GONE)
    assert states(other) == {taken[0].name: "running", kept[0].name: "running"}
    other.settle([done(taken[0])], me)
    alive.settle([done(kept[0])], THEM)
    assert open_ledger().counts()["done"] == 2


def test_settled_jobs_may_be_tried_again(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job(name) for name in "abcd"])
    jobs = {job.name: job for job in ledger.claim(me, limit=3)}
    first, second, third = jobs.values()
    ledger.settle([done(first), Outcome(key=second.key, state="failed", line="torn")], me)
    ledger.settle([Outcome(key=third.key, state="skipped", line="empty")], me)
    other = open_ledger()
    assert other.retry(["failed", "skipped", "running", "pending"]) == 2
    assert other.retry(["failed"]) == 0
    assert other.reopen([first.name, "no such name"]) == 1
    assert other.counts()["pending"] == 4
    again = open_ledger()
    assert len(again.claim(THEM, limit=9)) == 4
    again.settle([done(second)], THEM)
    assert states(open_ledger())[second.name] == "done"


def test_times_are_told_of_all_that_is_not_pending(open_ledger, make_job, me):
    ledger = open_ledger()
    ledger.add([make_job(name) for name in "abc"])
    before = ledger.now()
    job, running = ledger.claim(me, limit=2)
    ledger.settle([done(job)], me)
    times = open_ledger().times()
    assert times.keys() == {job.name, running.name}
    assert all(before - 1.5 <= moment <= ledger.now() + 1.5 for moment in times.values())


def test_who_only_reads_changes_nothing(open_ledger, make_job, me, tmp_path):
    ledger = open_ledger()
    ledger.begin(RUN, replace=False)
    ledger.add([make_job("a")])
    ledger.claim(GONE, limit=1)
    reader = open_ledger(read_only=True)
    assert reader.run() == RUN
    assert states(reader) == {"a": "running"}
    assert reader.counts()["running"] == 1
    assert reader.times().keys() == {"a"}
    assert abs(reader.now() - time.time()) < 60.0
    ledger.settle([done(make_job("a"))], GONE)
    assert reader.counts()["done"] == 1


def small_job(name):
    return Job(
        name=name, items=(Item(name=name, raster=RasterAddress(address=name), identity={"path": name}),)
    )


class Accounting(RuleBasedStateMachine):
    """A ledger against a dict, with three claimants that never die: what each may do, in any order."""

    def open(self):
        raise NotImplementedError

    @initialize()
    def begin(self):
        self.ledger = self.open()
        self.state, self.owner = {}, {}
        self.who = [Claimant(host=f"host{i}#b#1", pid=i, started=1.0) for i in range(3)]

    @rule(names=st.lists(st.sampled_from("abcdefgh"), unique=True))
    def add(self, names):
        self.ledger.add([small_job(name) for name in names])
        self.state = self.state | {name: self.state.get(name, "pending") for name in names}

    @rule(who=st.integers(0, 2), limit=st.integers(1, 4))
    def claim(self, who, limit):
        names = [job.name for job in self.ledger.claim(self.who[who], limit=limit)]
        pending = [name for name, state in self.state.items() if state == "pending"]
        assert set(names) <= set(pending)
        assert len(names) == len(set(names)) == min(limit, len(pending))
        self.state |= dict.fromkeys(names, "running")
        self.owner |= dict.fromkeys(names, who)

    @rule(who=st.integers(0, 2), name=st.sampled_from("abcdefgh"), state=st.sampled_from(["done", "failed"]))
    def settle(self, who, name, state):
        self.ledger.settle([Outcome(key=small_job(name).key, state=state)], self.who[who])
        if self.state.get(name) == "running" and self.owner[name] == who:
            self.state[name] = state

    @rule(who=st.integers(0, 2))
    def release(self, who):
        self.ledger.release(self.who[who])
        for name, state in self.state.items():
            if state == "running" and self.owner[name] == who:
                self.state[name] = "pending"

    @rule(who=st.integers(0, 2))
    def beat(self, who):
        self.ledger.beat(self.who[who])

    @rule()
    def retry(self):
        failed = [name for name, state in self.state.items() if state == "failed"]
        assert self.ledger.retry(["failed"]) == len(failed)
        self.state |= dict.fromkeys(failed, "pending")

    @rule()
    def look(self):
        assert [(r.job.name, r.state) for r in self.ledger.records()] == list(self.state.items())
        assert {s: n for s, n in self.ledger.counts().items() if n} == Counter(self.state.values())

    def teardown(self):
        if hasattr(self, "ledger"):
            self.look()
            self.ledger.close()


@pytest.mark.parametrize("kind", ["sqlite", "claims"])
def test_any_order_of_calls_gives_what_a_dict_gives(kind, tmp_path):
    number = iter(range(10**6))

    class Machine(Accounting):
        def open(self):
            folder = tmp_path / str(next(number))
            if kind == "sqlite":
                folder.mkdir()
                return Manifest(folder / "manifest.sqlite")
            return Claims(FolderStore(folder), refresh_seconds=0.0)

    case = Machine.TestCase
    case.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
    case("runTest").runTest()


WORKER = """
import json, os, random, sys, time
from pathlib import Path
from geounet.batching.ledgers.claims import Claims
from geounet.batching.job import Outcome
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.liveness import start_of, this_host
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.storage.stores import FolderStore

kind, root = sys.argv[1], Path(sys.argv[2])
claims = kind == "claims" and Claims(FolderStore(root / "manifest"), refresh_seconds=0.05)
ledger = claims or Manifest(root / "manifest.sqlite")
me = Claimant(host=this_host(), pid=os.getpid(), started=start_of(os.getpid()))
print("ready", flush=True)
while True:
    jobs = ledger.claim(me, limit=random.randint(1, 5))
    if not jobs:
        counts = ledger.counts()
        if not counts["pending"] and not counts["running"]:
            break
        time.sleep(0.02)
    if random.random() < 0.05:
        ledger.release(me)
        continue
    for job in jobs:
        ledger.settle([Outcome(key=job.key, state="done", line=f"{os.getpid()}")], me)
        print(job.name, flush=True)
    if random.random() < 0.2:
        ledger.beat(me)
ledger.close()
"""


@pytest.mark.parametrize("kind", ["sqlite", "claims"])
def test_workers_that_are_killed_lose_no_job_and_settle_none_twice(kind, tmp_path):
    names = [f"job{i:03}" for i in range(150)]
    (tmp_path / "worker.py").write_text(WORKER)
    ledger = (
        Manifest(tmp_path / "manifest.sqlite")
        if kind == "sqlite"
        else Claims(FolderStore(tmp_path / "manifest"))
    )
    ledger.add([small_job(name) for name in names])
    command = [sys.executable, str(tmp_path / "worker.py"), kind, str(tmp_path)]
    finished = 0
    said = []
    for round_ in range(4):
        logs = [(tmp_path / f"{round_}-{worker}.log").open("wb") for worker in range(2)]
        workers = [subprocess.Popen(command, stdout=log) for log in logs]
        while not all(Path(log.name).read_bytes().count(b"\n") > 12 for log in logs) and round_ < 3:
            if all(worker.poll() is not None for worker in workers):
                break
            time.sleep(0.005)
        for worker in workers:
            if round_ < 3:
                worker.send_signal(signal.SIGKILL)
            finished += worker.wait(timeout=300) == 0
        for log in logs:
            log.close()
            said += Path(log.name).read_text().split("\n")[1:]
    assert finished, "the last two were left to finish"
    assert ledger.counts() == {"pending": 0, "running": 0, "done": len(names), "failed": 0, "skipped": 0}
    told = Counter(name for name in said if name in names)
    assert max(told.values()) == 1
    # One that was killed after it settled a job had no time to tell.
    assert len(names) - len(told) <= 6 * 5
    records = list(ledger.records())
    assert [record.job.name for record in records] == names
    assert all(json.loads(record.outcome.line) > 1 for record in records)
    ledger.close()
