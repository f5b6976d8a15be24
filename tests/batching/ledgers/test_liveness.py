import multiprocessing
import os
import subprocess
import sys
import time

import psutil
import pytest

from geounet.batching.ledgers import liveness
from geounet.batching.ledgers.liveness import host_name, is_gone, start_of, this_host

HERE = this_host()


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def test_a_process_that_lives_is_not_gone(sleeper):
    assert not is_gone(HERE, sleeper.pid, start_of(sleeper.pid))
    assert not is_gone(HERE, os.getpid(), start_of(os.getpid()))


def test_a_killed_process_is_gone_before_its_parent_has_asked_how_it_ended(sleeper):
    started = start_of(sleeper.pid)
    sleeper.kill()
    while psutil.Process(sleeper.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert psutil.pid_exists(sleeper.pid)
    assert is_gone(HERE, sleeper.pid, started)
    assert start_of(sleeper.pid) is None
    sleeper.wait()
    assert is_gone(HERE, sleeper.pid, started)


def test_another_process_of_the_same_number_is_not_the_one_that_was(sleeper):
    assert is_gone(HERE, sleeper.pid, start_of(sleeper.pid) - 10.0)


def test_nothing_is_said_of_another_host_even_of_the_same_name(sleeper):
    started = start_of(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    name = host_name(HERE)
    assert not is_gone("elsewhere", sleeper.pid, started)
    assert not is_gone(name, sleeper.pid, started)
    assert not is_gone(f"{name}#another-boot#4026531836", sleeper.pid, started)


def test_a_process_that_may_not_be_looked_at_is_not_gone(sleeper, monkeypatch):
    def refuse(*_):
        raise psutil.AccessDenied

    monkeypatch.setattr(liveness.psutil.Process, "status", refuse)
    assert start_of(sleeper.pid) is None
    assert not is_gone(HERE, sleeper.pid, 0.0)


def test_processes_of_one_machine_give_it_one_name():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(this_host) == HERE
    assert host_name(HERE)
    assert "#" not in host_name(HERE)


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5)")
def test_starts_are_those_of_the_system_whatever_the_clock_says(sleeper):
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert since_boot - 600 < start_of(sleeper.pid) <= since_boot
    assert start_of(os.getpid()) < start_of(sleeper.pid)
