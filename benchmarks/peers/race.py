"""Tools over one scene in turns: seconds, memory and wrong pixels of each."""

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.peers.asking import Asked, FailedError, asked
from benchmarks.peers.serving import Setup
from benchmarks.peers.tools import Tool
from benchmarks.peers.wrong import Wrong, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """One scene, and what all run over it."""

    name: str
    scene: Path
    small: Path
    """What all warm up with."""
    pixels: int
    """Of the scene."""
    setup: Setup
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a tool."""

    tool: Tool
    version: str = ""
    seconds: float = 0.0
    """Median of the rounds."""
    memory: float = 0.0
    """Most MB on top of the loaded model."""
    wrong: Wrong | None = None
    failure: str = ""
    """Why nothing did."""


def run(race: Race, entrants: list[tuple[Tool, Path]], folder: Path) -> list[Ran]:
    """Every tool (with its interpreter) over the scene, in rounds; in the order given."""
    reference = _reference(race, folder)
    failures: dict[Tool, str] = {}
    with ExitStack() as stack:
        running: dict[Tool, Asked] = {}
        for tool, python in entrants:
            try:
                running[tool] = _ready(stack, tool, python, race=race, out=_out(folder, tool))
            except FailedError as error:
                failures[tool] = str(error)
        for _ in range(race.rounds):
            for tool in [*running]:
                try:
                    running[tool].run(race.scene, _out(folder, tool))
                except FailedError as error:
                    failures[tool] = str(error)
                    running.pop(tool)
    done = {tool: _ran(tool, one, wrong(_out(folder, tool), reference)) for tool, one in running.items()}
    return [done.get(tool) or Ran(tool=tool, failure=failures[tool]) for tool, _ in entrants]


def _out(folder: Path, tool: Tool) -> Path:
    return folder / f"peers {tool.name}.tif"


def _reference(race: Race, folder: Path) -> Path:
    """The whole scene at once, by a process that then gives its memory back."""
    out = folder / "peers reference.tif"
    with asked("the reference", sys.executable, "whole_scene") as reference:
        reference.begin(race.setup)
        reference.run(race.scene, out)
    return out


def _ready(stack: ExitStack, tool: Tool, python: Path, *, race: Race, out: Path) -> Asked:
    """A tool that has loaded its model and been over the small scene."""
    one = stack.enter_context(asked(tool.name, python, tool.module))
    overlap = race.setup.overlap if tool.overlap is None else tool.overlap
    one.begin(replace(race.setup, precision=tool.precision, overlap=overlap))
    one.warm(race.small, out)
    return one


def _ran(tool: Tool, one: Asked, mistakes: Wrong) -> Ran:
    return Ran(
        tool=tool, version=one.version, seconds=one.median_seconds, memory=max(one.memory), wrong=mistakes
    )
