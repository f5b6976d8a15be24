"""Worker processes of a few lines: what is heard of them, who takes the place of one that died, and that all end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from geounet.batching.machines import fleet
from geounet.batching.machines.fleet import run_fleet
from geounet.errors import GeounetError

posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")

HEAD = """
import json, os, signal, sys, time
def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)
errand = sys.stdin.readline().strip()
"""


def run(script, errands, replace=lambda _: None, *, head=HEAD):
    """The (errand, event) pairs that a fleet of this script was heard to say."""
    heard = []

    def hear(worker, event):
        heard.append((worker.errand, event))

    run_fleet(("-c", head + script), errands, hear=hear, replace=replace)
    return heard


def test_each_worker_has_its_errand_and_is_heard():
    heard = run("say('outcome', n=int(errand) ** 2)\nsay('done')", ["2", "3", "4"])
    assert sorted((e, event["n"]) for e, event in heard if event["event"] == "outcome") == [
        ("2", 4),
        ("3", 9),
        ("4", 16),
    ]


def test_lines_that_are_no_events_are_passed_over():
    script = """
for line in ("a warning", "[1]", "null", "3", '"done"', "{", "\\xff\\xfe"):
    print(line, flush=True)
say("outcome", n=1)
say("done")
"""
    assert [event["event"] for _, event in run(script, ["-"])] == ["outcome", "done"]


def test_what_a_worker_that_fails_says_is_raised_when_the_others_have_ended():
    script = """
if errand == "bad":
    say("failed", error="OutputError", message="the disk is full; make room")
    sys.exit(1)
time.sleep(0.5)
say("outcome")
say("done")
"""
    heard = []
    with pytest.raises(GeounetError, match=r"^the disk is full; make room$"):
        run_fleet(
            ("-c", HEAD + script), ["bad", "good"], hear=lambda w, _: heard.append(w.errand), replace=print
        )
    assert heard.count("good") == 2


@posix
def test_another_takes_the_place_of_a_worker_that_died_without_a_word():
    script = """
if errand != "again":
    print("Killed by nobody", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
say("done")
"""
    died = []

    def replace(worker):
        died.append((worker.errand, worker.last_words))
        return "again"

    assert [errand for errand, _ in run(script, ["first"], replace)] == ["again"]
    assert died == [("first", "signal 9: Killed by nobody")]


def test_workers_that_all_die_are_an_error_and_one_that_is_left_is_none():
    script = "if errand != 'good': sys.exit('no memory')\nsay('done')"
    with pytest.raises(GeounetError, match=r"exit code 1: no memory"):
        run(script, ["one", "two"])
    assert len(run(script, ["one", "good"])) == 1


def test_a_long_errand_of_a_worker_that_does_not_read_it_is_no_obstacle():
    with pytest.raises(GeounetError, match="exit code 7"):
        run("import sys; sys.exit(7)", ["x" * (1 << 20)], head="")


@posix
def test_whatever_ends_the_run_ends_its_workers():
    script = """
say("outcome", pid=os.getpid())
for _ in range(2000):
    say("moved")
sys.stdin.read()
"""
    pids, before = [], set(threading.enumerate())

    def hear(_, event):
        if event["event"] == "outcome":
            pids.append(event["pid"])
        if len(pids) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_fleet(("-c", HEAD + script), ["a", "b", "c"], hear=hear, replace=lambda _: None)
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert set(threading.enumerate()) <= before


@posix
def test_a_worker_that_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(fleet, "GRACE_SECONDS", 0.3)
    script = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsay('outcome', pid=os.getpid())\ntime.sleep(600)"
    pids = []

    def hear(_, event):
        pids.append(event["pid"])
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_fleet(("-c", HEAD + script), ["-"], hear=hear, replace=lambda _: None)
    assert time.monotonic() - began < 120
    assert not psutil.pid_exists(pids[0])


@posix
def test_workers_are_gone_when_their_run_is_killed(tmp_path, wait_for):
    worker = HEAD + "say('outcome', pid=os.getpid())\nsys.stdin.read()"
    script = f"""
from geounet.batching.machines.fleet import run_fleet
run_fleet(("-c", {worker!r}), ["a", "b"], hear=lambda w, e: print(e["pid"], flush=True), replace=lambda w: None)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        pids = [json.loads(parent.stdout.readline()) for _ in range(2)]
        os.kill(parent.pid, signal.SIGKILL)
    assert wait_for(lambda: not any(lives(pid) for pid in pids))


def lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
