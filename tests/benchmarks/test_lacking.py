"""A benchmark runs without the packages that only other ones need, and says in one line what it lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.lacking import lacking, require
from geounet.errors import MissingDependencyError

PROGRAM = """
import sys, types
sys.modules.update(dict.fromkeys(("uv", "skimage", "matplotlib")))  # not installed
started = types.ModuleType("benchmarks.start_rows")
started.rows = lambda folder, *, rounds: iter([])
sys.modules["benchmarks.start_rows"] = started
sys.argv = ["benchmarks", *sys.argv[1:]]
from benchmarks.__main__ import main
main()
"""
"""The benchmarks in a default install; of its parts, `start` takes no time."""

ROOT = Path(__file__).parents[2]


@pytest.fixture
def program(tmp_path):
    def run(*words):
        command = [sys.executable, "-c", PROGRAM, "--peers", str(tmp_path), *words]
        environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", cwd=ROOT, env=environment, check=False
        )

    return run


def test_help_needs_none_of_them(program):
    done = program("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--only" in done.stdout


def test_a_part_that_lacks_one_is_one_line_and_the_others_run(program):
    done = program("--quick", "--only", "start,roads,peers")
    assert done.stderr.splitlines() == [
        "peers: uv is not installed: pip install 'geounet[dev]'",
        "roads: skimage is not installed: pip install 'geounet[dev]'",
        "not measured, see above: peers, roads",
    ]
    assert "## Start-up" in done.stdout


def test_what_draws_is_asked_for_before_anything_is_measured(program, tmp_path):
    done = program("--quick", "--only", "start", "--out", str(tmp_path / "out"))
    assert done.stderr.splitlines()[0] == "start: matplotlib is not installed: pip install 'geounet[dev]'"
    assert "## Start-up" not in done.stdout


def test_other_errors_keep_their_traceback():
    assert lacking(ModuleNotFoundError("no", name="benchmarks.gone")) is None
    assert lacking(ValueError("uv")) is None
    assert lacking(MissingDependencyError("say so")) == "say so"


def test_a_program_ends_where_it_lacks_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    require("numpy")
    with pytest.raises(SystemExit, match=r"^skimage is not installed: pip install"):
        require("numpy", "skimage")
