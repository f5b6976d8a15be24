"""One training a run folder, whichever process it is of."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from geounet.errors import OutputError
from geounet.training import TrainConfig, train
from geounet.training.fitting import occupied as occupied_module
from geounet.training.fitting.devices import RANK
from geounet.training.fitting.occupied import LOCK, occupied

HOLDER = """
import json, multiprocessing, sys, time
from geounet.training import TrainConfig
from geounet.training.fitting.occupied import occupied
with occupied(TrainConfig.from_dict(json.loads(sys.argv[1]))):
    child = multiprocessing.get_context(sys.argv[2]).Process(target=time.sleep, args=(600,))
    child.start()
    print(child.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


def is_free(config, *, within: float) -> bool:
    """Whether the folder becomes free: a worker that was just begun lets go of it in a moment."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with suppress(OutputError), occupied(config):
            return True
        time.sleep(0.05)
    return False


def test_a_second_training_is_refused_until_the_first_has_ended(config):
    for _ in range(2):
        with occupied(config):
            for _ in range(2):
                with (
                    pytest.raises(OutputError, match="in use by another training") as caught,
                    occupied(config),
                ):
                    pass
            assert "\n" not in str(caught.value)


def test_another_folder_is_free(config, tmp_path):
    other = dataclasses.replace(config, run=tmp_path / "other")
    with occupied(config), occupied(other):
        assert other.run_folder.is_dir()


def test_a_further_device_leaves_it_to_the_first(config, monkeypatch):
    with occupied(config):
        monkeypatch.setenv(RANK, "1")
        with occupied(config):
            pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_training_leaves_its_folder_though_a_worker_of_it_lives(config, tables):
    command = [sys.executable, "-c", HOLDER, json.dumps(tables), "fork"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        worker = int(holder.stdout.readline())
        try:
            with pytest.raises(OutputError, match="in use"), occupied(config):
                pass
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            assert is_free(config, within=60), "the worker holds it still"
            os.kill(worker, 0)
        finally:
            os.kill(worker, signal.SIGKILL)


def test_training_into_a_folder_that_is_in_use_is_refused(config, tables):
    with occupied(config):
        with pytest.raises(OutputError, match="in use by another training"):
            train(tables)
        assert [path.name for path in config.run_folder.iterdir()] == [LOCK]


@pytest.mark.parametrize("key", ["out", "run"])
@pytest.mark.parametrize("below", ["x", "x/y"])
@pytest.mark.parametrize("resume", [False, True])
def test_a_place_below_a_file_is_one_line(tables, tmp_path, key, below, resume):
    (tmp_path / "taken").touch()
    tables[key] = str(tmp_path / "taken" / below)
    with pytest.raises(OutputError, match="taken is a file; choose another folder"):
        train(tables, resume=resume)


def test_what_holds_nothing_else_is_removed(config):
    with occupied(config):
        assert config.run_folder.is_dir()
    assert not config.run_folder.exists()
    with occupied(config):
        (config.run_folder / "kept").touch()
    assert sorted(path.name for path in config.run_folder.iterdir()) == [LOCK, "kept"]


def test_a_lock_that_went_with_its_folder_is_none(config, monkeypatch):
    """Between opening and locking, the training that held the folder ends and removes it."""
    real, waited = occupied_module._take, []

    def take(lock, folder):
        if not waited:
            waited.append((folder / LOCK).unlink())
        real(lock, folder)

    monkeypatch.setattr(occupied_module, "_take", take)
    with occupied(config), pytest.raises(OutputError, match="in use"), occupied(config):
        pass
