import json
import subprocess
import time

import pytest

import geounet
from geounet.cli.events import PROTOCOL


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_as_events(run):
    done = run("extract", "scene.tif", "-o", "b.gpkg", "--json-events")
    told = events(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    pid = told[0].pop("pid")
    assert pid > 1
    assert told[0] == {
        "event": "started",
        "protocol": PROTOCOL,
        "geounet": geounet.__version__,
        "command": "extract",
    }
    progress = [e for e in told if e["event"] == "progress"]
    assert (progress[0]["done"], progress[-1]["done"]) == (0, 100)
    assert {(e["total"], e["unit"], e["description"]) for e in progress} == {(100, "px", "scene.tif")}
    assert {"event": "output", "path": "b.gpkg", "kind": "layer"} in told
    assert any(e["event"] == "log" and e["message"].startswith("b.gpkg: 2 features") for e in told)
    assert told[-1]["event"] == "done"
    assert told[-1]["result"]["by_class"] == {"building": 2}


def test_a_failure_is_the_last_event_and_one_line_on_stderr_too(run):
    body = "from geounet.errors import SceneError\nraise SceneError('no scene at a.tif')"
    done = run("extract", "a.tif", "--json-events", body=body)
    assert done.returncode == 1
    told = events(done.stdout)
    assert [e["event"] for e in told] == ["started", "failed"]
    assert told[-1] == {"event": "failed", "error": "SceneError", "message": "no scene at a.tif"}
    assert done.stderr == "geounet: no scene at a.tif\n"


def test_started_names_the_process_and_its_hidden_folders_carry_its_number(child, tmp_path):
    body = """
import time
from geounet.outputs import atomic_target
with atomic_target(Path(out), overwrite=False):
    time.sleep(600)
"""
    process = child("extract", "a.tif", "-o", "b.gpkg", "--json-events", body=body)
    started = json.loads(process.stdout.readline())
    assert started["pid"] == process.pid
    deadline = time.monotonic() + 60
    while not (hidden := list(tmp_path.glob(f".geounet-{process.pid}-*"))):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert list(tmp_path.glob(".geounet-*")) == hidden


@pytest.mark.parametrize(
    ("argv", "said"),
    [(["extract"], "required: SCENE"), (["extract", "a.tif", "--tile", "x"], "--tile"), (["hover"], "hover")],
)
def test_a_command_line_that_is_not_understood_fails_as_an_event(run, argv, said):
    done = run(*argv, "--json-events")
    assert done.returncode == 2
    told = events(done.stdout)
    assert [e["event"] for e in told] == ["started", "failed"]
    assert told[0]["command"] == argv[0]
    assert told[1]["error"] == "OptionsError"
    assert said in told[1]["message"]


def test_warnings_are_events_and_not_lost_among_others(run):
    body = """
import warnings
from geounet.errors import GeounetWarning
warnings.warn("too coarse", GeounetWarning, stacklevel=2)
warnings.warn("a library's own")
raise ValueError("odd")
"""
    done = run("extract", "a.tif", "--json-events", body=body)
    assert {"event": "log", "level": "warning", "message": "too coarse"} in events(done.stdout)
    assert "a library's own" not in done.stdout + done.stderr
    assert "geounet: warning: too coarse" in run("extract", "a.tif", body=body).stderr


def test_nothing_else_reaches_stdout(run):
    body = """
import os
print("a library talks")
os.write(1, b"a native library talks\\n")
raise ValueError("odd")
"""
    done = run("extract", "a.tif", "--json-events", body=body)
    assert [e["event"] for e in events(done.stdout)] == ["started", "failed"]
    assert "a library talks" in done.stderr
    assert "a native library talks" in done.stderr


def test_many_small_moves_are_few_events(run):
    body = """
bar = progress(total=100_000, desc="", unit="px")
for _ in range(100_000):
    bar.update(1)
bar.close()
raise ValueError("enough")
"""
    progress = [
        e
        for e in events(run("extract", "a.tif", "--json-events", body=body).stdout)
        if e["event"] == "progress"
    ]
    assert len(progress) < 1000
    assert progress[-1]["done"] == 100_000
    assert [e["done"] for e in progress] == sorted({e["done"] for e in progress})


def test_odd_names_come_through(run):
    told = events(run("extract", "a.tif", "-o", "büro 東京.gpkg", "--json-events").stdout)
    assert [e["path"] for e in told if e["event"] == "output"] == ["büro 東京.gpkg"]


@pytest.mark.parametrize("argv", [["models", "list"], ["train", "no.toml"]])
def test_every_verb_speaks_events(run, argv):
    told = events(run(*argv, "--json-events").stdout)
    assert told[0]["command"] == argv[0]
    assert told[-1]["event"] in ("done", "failed")


def test_a_reader_that_went_away_ends_the_run(child):
    body = """
import time
bar = progress(total=10_000, desc="", unit="px")
for _ in range(2000):
    bar.update(1)
    time.sleep(0.1)
"""
    process = child("extract", "a.tif", "--json-events", body=body, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 1
    assert process.stderr.read() == ""
