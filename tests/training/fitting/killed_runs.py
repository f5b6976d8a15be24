"""Runs in processes of their own, of which some are killed: `python killed_runs.py RUNS.json SEED`.

RUNS.json has the tables of each run by its name, and how often it is to be killed. Everything is imported once; each part of
a run is a fork. Half of the parts end at a moment drawn at random, half as one of their files is written. Prints the steps
at which each run went on, as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

import geounet.training.fitting.loop  # noqa: F401 (loaded once, for every fork)
from geounet.training import TrainConfig, train
from geounet.training.fitting.checkpoint import read
from geounet.training.fitting.keeper import checkpoint_folder
from geounet.training.reporting import carried


def die_at_write(number: int) -> None:
    """Have this process killed as it writes its `number`th file."""
    real, count = os.fsync, 0

    def fsync(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        real(descriptor)

    os.fsync = fsync


def part(tables: dict, *, die_at: int | None) -> int:
    """Run in a fork, from the last checkpoint on; its process id."""
    pid = os.fork()
    if pid:
        return pid
    if die_at is not None:
        die_at_write(die_at)
    try:
        train(tables, resume=True)
    except BaseException as error:  # noqa: BLE001 (a fork must not go on into the parent's code)
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def whole_run(tables: dict, kills: int, draw: random.Random) -> list[int]:
    """Run to the end, killed at most so often; the steps at which it went on."""
    folder = checkpoint_folder(TrainConfig.from_dict(tables))
    went_on, began = [], time.monotonic()
    for kill in range(kills + 1):
        last, by_clock = kill == kills, kill % 2
        pid = part(tables, die_at=None if last or by_clock else draw.randint(3, 12))  # of 18 at least
        if not last and by_clock:
            time.sleep(draw.uniform(0.3, 1.0) * (time.monotonic() - began) / kill)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            break
        found = read(folder)
        went_on.append(0 if found is None else found.step)
    assert os.waitstatus_to_exitcode(status) == 0
    return went_on


def main(path: str, seed: str) -> None:
    torch.set_num_threads(1)
    carried.carry_graph = lambda _: None  # it takes torch seconds, after all that is looked at here
    draw = random.Random(int(seed))  # noqa: S311 (moments to kill at)
    runs = json.loads(Path(path).read_text(encoding="utf-8"))
    went_on = {name: whole_run(tables, kills, draw) for name, (tables, kills) in runs.items()}
    sys.stdout.write(json.dumps(went_on))


if __name__ == "__main__":
    main(*sys.argv[1:])
