"""Children that run the command line with the library's work replaced by a few lines."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(Path(__file__).parents[2]),  # this checkout, whatever is installed
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "",  # as a person runs it
}
"""A child's."""

_CHILD = """
import sys, types
from pathlib import Path

def replaced(scene, model, out, *, options=None, progress=None):
{body}

pipeline = types.ModuleType("geounet.pipeline")
pipeline.extract = replaced
sys.modules["geounet.pipeline"] = pipeline
from geounet.cli import main
sys.exit(main(sys.argv[1:]))
"""

EXTRACTION = """
from geounet.results import Extraction
bar = progress(total=100, desc="scene.tif", unit="px")
bar.update(60)
bar.update(40)
bar.close()
return Extraction(out=Path(out), features=2, by_class={"building": 2}, pixels=100, valid_pixels=90, seconds=0.5)
"""
"""The body of an extraction that succeeds."""


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a child."""
    return ENVIRONMENT


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """Write the child as a script, and give the command that runs it."""

    def write(body: str) -> list[str]:
        path = tmp_path / "child.py"
        path.write_text(_CHILD.format(body=textwrap.indent(body, "    ")), encoding="utf-8")
        return [sys.executable, str(path)]

    return write


@pytest.fixture
def child(
    script: Callable[[str], list[str]], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line in a process of its own; `body` is what stands in for geounet.extract."""
    with ExitStack() as stack:

        def start(*argv: str, body: str = EXTRACTION, **kwargs: Any) -> subprocess.Popen[str]:
            pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            process = subprocess.Popen(
                [*script(body), *argv],
                text=True,
                encoding="utf-8",
                env=ENVIRONMENT,
                cwd=tmp_path,
                **(pipes | kwargs),
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def run(child: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line to its end."""

    def finish(*argv: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        process = child(*argv, **kwargs)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    return finish
