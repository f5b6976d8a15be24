"""What claims do beyond the ledgers' contract: requests, clocks, races. A store in memory, whose clock is set by hand."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from geounet.batching.job import Outcome, RunRecord
from geounet.batching.ledgers.claims import Claims
from geounet.batching.ledgers.ledger import LEASE_SECONDS, Claimant
from geounet.batching.ledgers.survey import CLAIMS, OUTCOMES, WORKERS
from geounet.batching.storage.buckets import BucketStore
from geounet.batching.storage.stores import Entry, FolderStore
from geounet.errors import OutputError


@dataclass
class MemoryStore:
    """Objects in a dict; `requests` counts what a server would be asked, a thousand objects of a listing at once."""

    time: float = 5e9
    objects: dict = field(default_factory=dict)
    requests: Counter = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put_new(self, key, content):
        with self.lock:
            self.requests["put_new"] += 1
            return self.objects.setdefault(key, (content, self.time))[0] is content

    def put(self, key, content):
        with self.lock:
            self.requests["put"] += 1
            self.objects[key] = (content, self.time)

    def get(self, key):
        self.requests["get"] += 1
        return self.objects.get(key, (None, 0.0))[0]

    def head(self, key):
        self.requests["head"] += 1
        content, modified = self.objects.get(key, (None, 0.0))
        return None if content is None else Entry(key, modified, len(content), content.hex())

    def list(self, prefix):
        with self.lock:
            found = [
                Entry(k, t, len(c), c.hex()) for k, (c, t) in self.objects.items() if k.startswith(prefix)
            ]
        self.requests["list"] += 1 + len(found) // 1000
        return iter(found)

    def delete(self, keys):
        self.requests["delete"] += -(-len(keys) // 1000)
        for key in keys:
            self.objects.pop(key, None)

    def keys(self, prefix):
        return sorted(key for key in self.objects if key.startswith(prefix))


def worker(number):
    return Claimant(host=f"machine{number}#boot#1", pid=number, started=1.0)


def done(job):
    return Outcome(key=job.key, state="done")


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def open_claims(store):
    opened = []

    def make():
        opened.append(Claims(store, refresh_seconds=0.0))
        return opened[-1]

    yield make
    for ledger in opened:
        ledger.close()


@pytest.mark.parametrize("workers", [1, 8])
def test_a_job_costs_a_few_requests_however_many_there_are(store, make_job, workers):
    jobs = [make_job(f"tile{i:04}") for i in range(4000)]
    first = Claims(store)
    first.add(jobs)
    ledgers = [Claims(store) for _ in range(workers)]
    store.requests.clear()

    def work(number):
        names = []
        while claimed := ledgers[number].claim(worker(number), limit=8):
            ledgers[number].settle([done(job) for job in claimed], worker(number))
            names += [job.name for job in claimed]
        return names

    with ThreadPoolExecutor(workers) as pool:
        names = [name for found in pool.map(work, range(workers)) for name in found]
    assert sorted(names) == [job.name for job in jobs]
    made = sum(store.requests.values())
    # A claim, an outcome, an eighth of a worker's word; the rest is surveys and what others had first.
    assert made / len(jobs) < 2.2 + 0.2 * workers
    assert store.requests["get"] < workers * (8 + 1 + 40 * workers)
    for ledger in [first, *ledgers]:
        ledger.close()


def test_only_the_stores_clock_counts(store, open_claims, make_job):
    ledger, other = open_claims(), open_claims()
    ledger.add([make_job("a")])
    claimed = ledger.claim(worker(1), limit=1)
    assert other.claim(worker(2), limit=1) == []  # this machine's clock is some decades behind the store's
    store.time += LEASE_SECONDS - 1.0
    ledger.beat(worker(1))
    store.time += LEASE_SECONDS - 1.0
    late = open_claims()
    assert late.claim(worker(3), limit=1) == []
    store.time += 2.0
    assert open_claims().claim(worker(4), limit=1) == claimed


def test_two_that_both_believe_a_job_is_theirs_leave_one_outcome(store, open_claims, make_job):
    asleep, awake = open_claims(), open_claims()
    asleep.add([make_job("a")])
    (job,) = asleep.claim(worker(1), limit=1)
    store.time += 2 * LEASE_SECONDS
    assert awake.claim(worker(2), limit=1) == [job]
    asleep.settle([Outcome(key=job.key, state="done", features=7)], worker(1))
    awake.settle([Outcome(key=job.key, state="done", features=7)], worker(2))
    assert store.keys(OUTCOMES) == [f"{OUTCOMES}{job.key}.done.json"]
    assert open_claims().counts()["done"] == 1


def test_done_counts_more_than_failed(store, open_claims, make_job):
    ledger, other = open_claims(), open_claims()
    ledger.add([make_job("a")])
    (job,) = ledger.claim(worker(1), limit=1)
    store.time += 2 * LEASE_SECONDS
    other.claim(worker(2), limit=1)
    other.settle([Outcome(key=job.key, state="failed", line="torn")], worker(2))
    ledger.settle([done(job)], worker(1))
    assert [record.state for record in open_claims().records()] == ["done"]


def test_a_claim_whose_answer_was_lost_is_free_again_after_a_lease(store, open_claims, make_job):
    ledger = open_claims()
    job = make_job("a")
    ledger.add([job])
    real = store.put_new
    store.put_new = lambda key, content: real(key, content) and not key.startswith(CLAIMS)
    assert ledger.claim(worker(1), limit=1) == []
    store.put_new = real
    assert open_claims().claim(worker(2), limit=1) == []
    store.time += LEASE_SECONDS + 1.0
    assert open_claims().claim(worker(2), limit=1) == [job]


def test_a_job_that_was_claimed_by_one_killed_before_it_said_so_is_free_at_once(
    store, open_claims, make_job, me
):
    ledger = open_claims()
    job = make_job("a")
    ledger.add([job])
    dead = Claimant(host=me.host, pid=2**22 + 1, started=1.0)
    ledger.claim(dead, limit=1)
    store.delete(store.keys(WORKERS))
    assert open_claims().claim(me, limit=1) == [job]


def test_a_word_that_a_listing_leaves_out_is_looked_for(store, open_claims, make_job):
    ledger, other = open_claims(), open_claims()
    ledger.add([make_job("a")])
    ledger.claim(worker(1), limit=1)
    assert other.counts()["running"] == 1
    store.time += LEASE_SECONDS - 1.0
    ledger.beat(worker(1))
    store.time += 10.0  # the claim itself is old now
    real = store.list
    store.list = lambda prefix: iter(()) if prefix == WORKERS else real(prefix)
    assert other.claim(worker(2), limit=1) == []


def test_words_of_workers_that_are_gone_are_cleared_away(store, open_claims, make_job):
    ledger = open_claims()
    ledger.add([make_job("a"), make_job("b")])
    claimed = ledger.claim(worker(1), limit=2)
    ledger.settle([done(claimed[0])], worker(1))
    store.time += 2 * LEASE_SECONDS
    other = open_claims()
    other.counts()
    assert len(store.keys(WORKERS)) == 1  # it may still say that it has the other
    other.settle([done(job) for job in other.claim(worker(2), limit=2)], worker(2))
    other.counts()
    assert len(store.keys(WORKERS)) == 1
    other.close()
    assert store.keys(WORKERS) == []


def test_what_a_worker_that_is_gone_said_is_not_true_of_a_later_claim(store, open_claims, make_job, me):
    """It died while it gave a job back: its claim was gone, its word was not."""
    ledger, other = open_claims(), open_claims()
    job = make_job("a")
    ledger.add([job])
    dead = Claimant(host=me.host, pid=2**22 + 1, started=1.0)
    ledger.claim(dead, limit=1)
    words = {key: store.objects[key] for key in store.keys(WORKERS)}
    store.delete(store.keys(CLAIMS))
    store.time += 1.0
    beat, other.beat = other.beat, lambda claimant: None
    assert other.claim(me, limit=1) == [job]
    store.objects |= words  # who claimed it had looked while the other still lived
    assert open_claims().claim(worker(2), limit=1) == [], "who claimed it has not yet said so"
    beat(me)
    assert open_claims().claim(worker(2), limit=1) == []


def test_a_word_is_taken_back_before_the_claims_are(store, open_claims, make_job):
    ledger = open_claims()
    ledger.add([make_job("a")])
    ledger.claim(worker(1), limit=1)
    real, left = store.delete, []
    store.delete = lambda keys: (left.append(len(store.keys(WORKERS))), real(keys))
    ledger.release(worker(1))
    assert left == [1, 0]


def test_a_server_that_writes_over_what_must_be_made_once_is_refused(store, open_claims):
    def put_new(key, content):
        store.put(key, content)
        return True

    store.put_new = put_new
    with pytest.raises(OutputError, match="If-None-Match"):
        open_claims().begin(RunRecord(model="m", address="m", digest=""), replace=False)


def test_many_may_write_down_the_same_jobs_at_once(store, make_job):
    jobs = [make_job(f"{i}") for i in range(1100)]
    ledgers = [Claims(store) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda ledger: ledger.add(jobs), ledgers))
    assert store.keys("jobs/") == ["jobs/00000.json", "jobs/00001.json", "jobs/00002.json"]
    reader = Claims(store)
    assert [record.job for record in reader.records()] == jobs
    for ledger in [*ledgers, reader]:
        ledger.close()


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_threads_of_many_workers_do_each_job_once(kind, request, tmp_path, make_job):
    def store():
        if kind == "folder":
            return FolderStore(tmp_path)
        return BucketStore(request.getfixturevalue("bucket"))

    shared = store()
    jobs = [make_job(f"{i}") for i in range(80)]
    ledgers = [Claims(shared, refresh_seconds=0.05) for _ in range(4)]
    ledgers[0].add(jobs)

    def work(number):
        names = []
        while claimed := ledgers[number].claim(worker(number), limit=3):
            names += [job.name for job in claimed]
            ledgers[number].beat(worker(number))
            ledgers[number].settle([done(job) for job in claimed], worker(number))
        return names

    with ThreadPoolExecutor(4) as pool:
        names = [name for found in pool.map(work, range(4)) for name in found]
    assert sorted(names) == sorted(job.name for job in jobs)
    assert {record.state for record in ledgers[3].records()} == {"done"}
    for ledger in ledgers:
        ledger.close()
