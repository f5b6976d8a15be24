"""Runs of several worker processes, of which some, or the run itself, are killed."""

import os
import signal
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")

ROOT = Path(__file__).parents[3]

DEADLY = '''
"""In a worker process, opening deadly.tif is its end, as running out of memory would be."""
import importlib.machinery, os, signal, sys

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "rasterio":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            opened = module.open
            def deadly(file, *args, **kwargs):
                if str(file).endswith("deadly.tif"):
                    os.kill(os.getpid(), signal.SIGKILL)
                return opened(file, *args, **kwargs)
            module.open = deadly
        spec.loader.exec_module = exec_module
        return spec

if "batch-worker" in sys.orig_argv:
    sys.meta_path.insert(0, Finder)
'''


def gone(workers):
    return not [worker for worker in workers if worker.is_running() and worker.status() != "zombie"]


def test_the_jobs_of_a_worker_that_is_killed_are_anothers(
    start_run, tiles, unbroken, layers, leftovers, caught_at_work, tmp_path
):
    out = tmp_path / "out"
    run = start_run([tiles], out, workers=3).until(2, "progress")
    victim = caught_at_work(run, out)
    os.kill(
        victim, signal.SIGKILL
    )  # what it had goes to the worker in its place, or to another that is faster
    run.ended(0)
    assert sorted(run.names()) == sorted(unbroken)
    assert layers(out) == unbroken
    assert leftovers(out) == []


def test_workers_end_with_the_run_that_is_killed(
    start_run, tiles, unbroken, layers, leftovers, records, wait_for, tmp_path
):
    out = tmp_path / "out"
    run = start_run([tiles], out, workers=2)
    assert wait_for(lambda: len(run.workers()) == 2, seconds=240)
    workers = run.workers()
    run.until(1).kill()
    assert wait_for(lambda: gone(workers)), "workers outlive their run"
    states = [record.state for record in records(out).values()]
    assert states.count("done") >= 1
    again = start_run([tiles], out).ended(0)
    assert len(again.names()) == len(unbroken) - states.count("done")
    assert layers(out) == unbroken
    assert leftovers(out) == []


def test_a_scene_that_ends_its_worker_twice_has_failed_and_no_other(
    start_run, tiles, unbroken, layers, leftovers, tmp_path
):
    hook, inputs, out = tmp_path / "hook", tmp_path / "tiles", tmp_path / "out"
    hook.mkdir()
    inputs.mkdir()
    (hook / "sitecustomize.py").write_text(DEADLY)
    for tile in sorted(tiles.iterdir()):
        (inputs / tile.name.replace("t_11", "deadly")).symlink_to(tile)
    path = os.pathsep.join([str(hook), str(ROOT)])
    run = start_run([inputs], out, workers=2, environment={"PYTHONPATH": path}).ended(1)
    assert run.result["failures"].keys() == {"deadly"}
    assert "died, twice (signal 9)" in run.result["failures"]["deadly"]
    assert sorted(run.names()) == sorted({*unbroken, "deadly"} - {"t_11"})
    assert layers(out).keys() == unbroken.keys() - {"t_11"}
    assert leftovers(out) == []


def test_ctrl_c_ends_all_workers_and_gives_their_scenes_back(
    start_run, tiles, unbroken, layers, leftovers, records, wait_for, tmp_path
):
    out = tmp_path / "out"
    run = start_run([tiles], out, workers=2).until(1)
    workers = run.workers()
    os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does; workers are sessions of their own
    run.ended(130)
    assert wait_for(lambda: gone(workers))
    assert run.complaints == ["geounet: cancelled; nothing half-written is left"]
    found = {name: record.state for name, record in records(out).items()}
    assert set(found.values()) <= {"done", "pending"}, records(out)
    done = {name for name, state in found.items() if state == "done"}
    assert done <= layers(out).keys()  # what was written last may not be in the accounts yet
    assert layers(out).items() <= unbroken.items()
    assert leftovers(out) == []
