"""Runs on dask's worker processes, of which one is killed; and jobs that come back from a cluster without an end."""

import importlib.util
import os
import re
import signal
import sys

import pytest

from geounet.batching import executing
from geounet.batching.executing import Course, work_on_cluster
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.machines.cluster import Answer
from geounet.batching.options import BatchOptions
from geounet.batching.watching import Watch

needs_dask = pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="needs [dask]")
posix = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")


@needs_dask
@posix
def test_a_cluster_that_loses_a_worker_half_way_does_each_scene_all_the_same(
    start_run, tiles, unbroken, layers, leftovers, wait_for, tmp_path
):
    out = tmp_path / "out"
    run = start_run([tiles], out, "--dask", "local:2").until(2, "progress")

    def at_work():
        """A worker process that has begun to write: its hidden folder is named for it."""
        folders = [
            re.match(r"\.geounet-(\d+)-", path.parent.parent.name) for path in out.glob(".geounet-*/*/*")
        ]
        return {int(folder[1]) for folder in folders if folder} - {run.process.pid}

    victim = wait_for(at_work, seconds=240).pop()
    os.kill(victim, signal.SIGKILL)
    run.ended(0)
    assert sorted(run.names()) == sorted(unbroken)
    assert layers(out) == unbroken
    assert leftovers(out) == []


@pytest.mark.parametrize("deadly", [set(), {"b"}, {"a", "c"}])
def test_jobs_whose_worker_died_go_to_the_cluster_again_one_by_one(make_jobs, tmp_path, monkeypatch, deadly):
    """Also where no other job is left to be claimed by then: the cluster takes all it can get at once."""

    def cluster(_address, tasks, _work, *, scratch):
        source, waiting = iter(tasks), []
        while True:
            for task in source:
                if task is None:
                    break
                waiting.append(task)
            if not waiting:
                return
            task = waiting.pop(0)
            names = {job["name"] for job in task["jobs"]}
            keys = [Job.from_dict(job).key for job in task["jobs"]]
            done = [Outcome(key=key, state="done").to_dict() for key in keys]
            yield Answer(task, error="the worker died") if names & deadly else Answer(task, done)

    monkeypatch.setattr(executing, "run_on_cluster", cluster)
    ledger = Manifest(tmp_path / "manifest.sqlite")
    ledger.add(make_jobs("abcd"))
    run = RunRecord(model="m", address="m", digest="")
    options = BatchOptions(dask="local:2")
    work_on_cluster(
        Course(
            out=str(tmp_path), place=None, ledger=ledger, run=run, options=options, names=None, watch=Watch()
        )
    )
    states = {record.job.name: record.state for record in ledger.records()}
    ledger.close()
    assert states == {name: "failed" if name in deadly else "done" for name in "abcd"}
