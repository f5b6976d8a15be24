"""The processes that a run's devices are driven by: this one, and one more for each further device.

Rank 0 starts the others itself, so that a run in a notebook, in a script and on the command line start alike; Lightning
finds its processes started. They read the config from the run folder, hear by their standard input when rank 0 is gone,
and write nothing but a log.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from geounet.errors import TrainingError
from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.durable import write_durably

RANK = "LOCAL_RANK"
"""The environment variable by which Lightning knows which of several processes one is."""

_TOLD = "told.toml"
_MODULE = "geounet.training.fitting.companion"


def rank() -> int:
    """This process's number among those that train together."""
    return int(os.environ.get(RANK, "0"))


@contextmanager
def companions(config: TrainConfig, *, resume: bool) -> Iterator[None]:
    """The other devices' processes, for as long as the context lasts; none for one device, or in one of them.

    Raises TrainingError where one of them ended with an error.
    """
    if config.devices == 1 or rank():
        yield
        return
    folder = config.run_folder / "devices"
    write_durably(folder / _TOLD, to_toml(config).encode())
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "NODE_RANK": "0"}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(_companion(folder, shared | {RANK: str(number)}, resume=resume))
            for number in range(1, config.devices)
        ]
        stack.enter_context(_environment(shared | {RANK: "0"}))
        try:
            yield
        except Exception as error:
            _blame(processes, folder, error)
            raise


@contextmanager
def _companion(
    folder: Path, variables: dict[str, str], *, resume: bool
) -> Iterator["subprocess.Popen[bytes]"]:
    """One more process; the end of its standard input ends it."""
    log = folder / f"device-{variables[RANK]}.log"
    command = [sys.executable, "-m", _MODULE, str(folder / _TOLD), *(["--resume"] if resume else [])]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (this library's own module)
            command, env=os.environ | variables, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
    with process:
        try:
            yield process
        finally:
            process.terminate() if process.poll() is None else None


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Variables of this process, as they were before afterwards."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _blame(processes: list["subprocess.Popen[bytes]"], folder: Path, error: Exception) -> None:
    """Raise TrainingError where a companion's end is what an error comes from."""
    for number, process in enumerate(processes, start=1):
        if process.poll():
            raise TrainingError(
                f"the process of device {number} ended with exit code {process.returncode}; "
                f"{folder / f'device-{number}.log'} says why"
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
