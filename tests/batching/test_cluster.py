"""Tasks on real dask processes on loopback, of which some are killed."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path

import psutil
import pytest

import geounet
from geounet.batching.machines import cluster, handed
from geounet.batching.machines.cluster import Answer, run_on_cluster
from geounet.errors import DeviceError, GeounetWarning, MissingDependencyError

WORK = """
import os, signal, time

def work(task):
    time.sleep(task.get("sleep", 0))
    if task.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.get("raise"):
        raise ValueError("no\\nsuch thing")
    return {"square": task["n"] ** 2, "pid": os.getpid()}
"""
needs_dask = pytest.mark.skipif("not __import__('importlib.util').util.find_spec('distributed')")
posix = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A function of a module that other processes find."""
    folder = tmp_path / "modules"
    folder.mkdir()
    name = f"errands_{abs(hash(tmp_path))}"
    (folder / f"{name}.py").write_text(WORK)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return __import__(name).work


@contextmanager
def process(*words: str, **environment: str):
    """A process of dask's own command line, killed in the end."""
    command = [sys.executable, "-m", *words]
    started = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def scheduler(file: Path, port: int = 0):
    file.unlink(missing_ok=True)
    words = ("--host", "127.0.0.1", "--port", str(port), "--scheduler-file", str(file), "--no-dashboard")
    with process("distributed.cli.dask_scheduler", *words) as started:
        until = time.monotonic() + 120
        while not (file.exists() and file.read_text().strip()):
            assert time.monotonic() < until
            assert started.poll() is None
            time.sleep(0.05)
        yield started, json.loads(file.read_text())["address"]


def worker(address: str, folder: Path, **environment: str):
    words = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
    return process("distributed.cli.dask_worker", address, *words, **environment)


def squares(answers: list[Answer]) -> Counter:
    assert not [answer.error for answer in answers if answer.error]
    assert all(answer.result["square"] == answer.task["n"] ** 2 for answer in answers)
    return Counter(answer.task["n"] for answer in answers)


def each_once(count: int) -> Counter:
    return Counter(range(count))


@needs_dask
@posix
def test_local_processes_do_each_task_once_though_one_is_killed(work, tmp_path):
    answers, killed, until = [], set(), time.monotonic() + 120

    def others():
        """Who answered but for the killed one: the other, and later the one that replaced it."""
        return {answer.result["pid"] for answer in answers} - killed

    def tasks():
        for n in count():
            if n >= 60 and (len(others()) >= 2 or time.monotonic() > until):
                return
            yield {"n": n, "sleep": 0.02}

    with closing(run_on_cluster("local:2", tasks(), work, scratch=tmp_path)) as stream:
        for answer in stream:
            answers.append(answer)
            if len(answers) == 10:
                killed.add(answer.result["pid"])
                os.kill(answer.result["pid"], signal.SIGKILL)
    assert squares(answers) == each_once(len(answers))
    assert len(answers) >= 60
    assert len(others()) >= 2
    assert [path.name for path in tmp_path.iterdir()] == ["modules"]


@needs_dask
@posix
def test_a_task_that_kills_its_worker_is_given_up_and_the_others_are_done(work):
    tasks = [{"n": 0, "die": True}, {"n": 1, "raise": True}, *({"n": n} for n in range(2, 12))]
    answers = {answer.task["n"]: answer for answer in run_on_cluster("local:1", tasks, work, retries=1)}
    assert "died of it 2 times" in answers[0].error
    assert answers[1].error == "ValueError: no such thing"
    assert squares([answers[n] for n in range(2, 12)]) == Counter(range(2, 12))


@needs_dask
def test_tasks_are_taken_when_there_is_room_and_asked_for_again_after_none(work):
    taken, ahead = [], []

    def tasks():
        for n in range(12):
            taken.append(n)
            yield {"n": n}
            if n % 5 == 0:
                yield None

    done = 0
    for answer in run_on_cluster("local:1", tasks(), work):
        done += 1
        ahead.append(len(taken) - done)
        assert answer.error is None
    assert (done, len(taken)) == (12, 12)
    assert max(ahead) <= handed.AHEAD


@needs_dask
def test_closing_ends_busy_processes_at_once(work):
    tasks = [{"n": 0}, *({"n": n, "sleep": 600} for n in range(1, 5))]
    stream = run_on_cluster("local:2", tasks, work)
    pid = next(stream).result["pid"]
    children = psutil.Process().children(recursive=True)
    begun = time.monotonic()
    stream.close()
    assert time.monotonic() - begun < 60
    assert pid in [child.pid for child in children]
    _, alive = psutil.wait_procs(
        [child for child in children if "spawn_main" in "".join(_words(child))], timeout=60
    )
    assert not alive


def _words(child: psutil.Process) -> list[str]:
    try:
        return child.cmdline()
    except psutil.NoSuchProcess:
        return []


@needs_dask
@posix
def test_a_worker_is_added_and_one_killed_and_the_scheduler_restarted_meanwhile(work, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 120.0)
    file, answers = tmp_path / "scheduler.json", []
    with scheduler(file) as (first, address), worker(address, tmp_path), worker(address, tmp_path):
        tasks = [{"n": n, "sleep": 0.02} for n in range(90)]
        with closing(run_on_cluster(str(file), tasks, work)) as stream:
            for answer in stream:
                answers.append(answer)
                if len(answers) == 10:
                    os.kill(answer.result["pid"], signal.SIGKILL)
                if len(answers) == 30:
                    first.kill()
                    first.wait()
                    break
            with scheduler(file) as (_, new_address), worker(new_address, tmp_path):
                answers += stream
    assert squares(answers) == each_once(90)
    assert len({answer.result["pid"] for answer in answers}) == 3


@needs_dask
def test_a_worker_that_comes_late_is_used_and_a_person_told_that_there_is_none(work, tmp_path, monkeypatch):
    monkeypatch.setattr(handed, "UNMANNED_SECONDS", 0.0)
    with scheduler(tmp_path / "scheduler.json") as (_, address), ExitStack() as later:

        def tasks():
            yield {"n": 0}
            later.enter_context(worker(address, tmp_path))
            yield {"n": 1}

        with pytest.warns(GeounetWarning, match="has had no worker for"):
            assert squares(list(run_on_cluster(address, tasks(), work))) == each_once(2)


@needs_dask
@posix
def test_a_scheduler_that_stays_away_is_an_error_that_says_what_to_do(work, tmp_path, monkeypatch):
    with scheduler(tmp_path / "scheduler.json") as (started, address), worker(address, tmp_path):
        stream = run_on_cluster(address, [{"n": n, "sleep": 0.1} for n in range(50)], work)
        next(stream)
        monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1.0)
        monkeypatch.setattr("geounet.batching.machines.schedulers.CONNECT_SECONDS", 1.0)
        started.kill()
        with pytest.raises(DeviceError, match=f"{address} did not come back in 1 s; what is done is kept"):
            list(stream)


@needs_dask
def test_a_worker_with_another_geounet_ends_the_run(work, tmp_path, monkeypatch):
    with scheduler(tmp_path / "scheduler.json") as (_, address), worker(address, tmp_path):
        found = f"has geounet {geounet.__version__}, this run has another;"
        monkeypatch.setattr(geounet, "__version__", "another")
        with pytest.raises(DeviceError, match=found):
            list(run_on_cluster(address, [{"n": 1}], work))


@needs_dask
def test_nobody_at_the_address_is_an_error(work, monkeypatch):
    monkeypatch.setattr("geounet.batching.machines.schedulers.CONNECT_SECONDS", 0.5)
    with pytest.raises(DeviceError, match=r"no dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(run_on_cluster("tcp://127.0.0.1:9", [], work))


@needs_dask
def test_logs_are_as_loud_as_before(work):
    logging.getLogger("distributed").setLevel(logging.WARNING)
    list(run_on_cluster("local:1", [{"n": 1}], work))
    assert logging.getLogger("distributed").level == logging.WARNING


def test_without_dask_the_extra_is_named(work, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'geounet\[dask\]'"):
        list(run_on_cluster("local:1", [], work))
