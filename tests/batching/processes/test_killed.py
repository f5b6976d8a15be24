"""A run of one process that is killed, asked to end, or joined by another: what is done is done, once, and to the byte."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")


def test_a_run_that_is_killed_thrice_does_each_scene_once(
    start_run, archive, unbroken, layers, leftovers, records, tmp_path
):
    out, told, written = tmp_path / "out", Counter(), {}
    for count in (3, 6, 6):
        run = start_run(archive, out, word_by_word=True).until(count).kill()
        told.update(run.names())
        done = [name for name, record in records(out).items() if record.state == "done"]
        written.update({name: (out / f"{name}.fgb").stat().st_mtime_ns for name in done})
        assert len(done) < len(unbroken)
    last = start_run(archive, out).ended(1)
    told.update(last.names())
    assert set(told.values()) == {1}
    assert (last.result["done"], last.result["pending"]) == (len(unbroken), 0)
    assert last.result["failures"].keys() == {"cut", "empty"}
    assert all(f"{name}.tif" in line for name, line in last.result["failures"].items())
    assert last.complaints[-1].startswith("geounet: 2 of the scenes could not be done")
    assert len(written) >= 12
    assert {name: (out / f"{name}.fgb").stat().st_mtime_ns for name in written} == written
    assert layers(out) == unbroken
    assert leftovers(out) == []


def test_a_run_that_is_asked_to_end_gives_its_scenes_back(
    start_run, tiles, unbroken, layers, leftovers, tmp_path
):
    out = tmp_path / "out"
    run = start_run([tiles], out).until(2)
    os.killpg(run.process.pid, signal.SIGTERM)
    run.ended(130)
    assert run.complaints == ["geounet: cancelled; nothing half-written is left"]
    words = [sys.executable, "-m", "geounet", "batch", "status", str(out), "--json"]
    status = json.loads(subprocess.check_output(words))
    counts = status["counts"]
    assert (counts["running"], counts["failed"]) == (0, 0)
    assert 2 <= counts["done"] < len(unbroken)
    assert counts["pending"] == len(unbroken) - counts["done"]
    assert len(layers(out)) >= counts["done"]  # what was written last may not be in the accounts yet
    assert layers(out).items() <= unbroken.items()
    assert leftovers(out) == []


def test_two_runs_at_once_share_the_work(start_run, tiles, unbroken, layers, leftovers, records, tmp_path):
    out = tmp_path / "out"
    first, second = start_run([tiles], out), start_run([tiles], out)
    first.until(1)
    second.until(1)  # the first waits meanwhile, for want of a listener
    second.ended(0)
    first.ended(0)
    assert sorted(first.names() + second.names()) == sorted(unbroken)
    assert {record.attempts for record in records(out).values()} == {1}
    assert layers(out) == unbroken
    assert leftovers(out) == []
