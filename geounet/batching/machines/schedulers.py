"""What `--dask` names: a cluster that is there already, or processes of this machine for as long as a run lasts."""

import importlib.util
import json
import logging
import os
import re
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import DeviceError, GeounetWarning, MissingDependencyError, OptionsError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

CONNECT_SECONDS = 10.0
"""How long a scheduler may take to answer."""

CLOSE_SECONDS = 3.0
"""How long workers of this machine may take to end by themselves."""

_LOOPBACK = re.compile(r"tcp://(localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+", re.ASCII)
_NOISY = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
_SETTINGS = {
    # Who dies with its worker is counted by whoever asked for it, and nobody else waits at that worker.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


@dataclass(frozen=True, slots=True)
class SchedulerAddress:
    """Where tasks are handed in; exactly one of these is set."""

    workers: int | None = None
    """So many processes of this machine, which are started and ended with the run."""
    address: str | None = None
    """A scheduler's own address, `tcp://…` or `tls://…`."""
    file: Path | None = None
    """A file that a scheduler wrote its address to (`dask scheduler --scheduler-file`)."""

    @property
    def shown(self) -> str:
        """What a person gave."""
        return f"local:{self.workers}" if self.workers else str(self.address or self.file)


def parse_scheduler(text: str) -> SchedulerAddress:
    """What `local:N`, `tcp://HOST:PORT`, `tls://HOST:PORT` or a scheduler file's path mean; OptionsError else."""
    local = re.fullmatch(r"local:([1-9]\d*)", text, re.ASCII)
    if local:
        return SchedulerAddress(workers=int(local[1]))
    if re.fullmatch(r"(tcp|tls)://\S+:\d+", text, re.ASCII):
        return SchedulerAddress(address=text)
    if "://" not in text and Path(text).is_file():
        return SchedulerAddress(file=Path(text))
    raise OptionsError(
        f"dask is {text!r}; expected local:N, tcp://HOST:PORT, tls://HOST:PORT or a scheduler file that exists"
    )


@contextmanager
def connected(scheduler: SchedulerAddress, *, scratch: Path | None) -> Iterator["Client"]:
    """A client of the scheduler; what was started for it is ended with the block.

    Warns of an address that others can reach and that is not encrypted. Raises DeviceError where nobody answers, or
    processes cannot be started, and MissingDependencyError without dask.
    """
    if importlib.util.find_spec("distributed") is None:
        raise MissingDependencyError(
            "dask.distributed is not installed; --dask needs it: pip install 'geounet[dask]'"
        )
    import dask
    import distributed  # noqa: F401 -- its settings must be there before they are changed for a while

    with quiet(), dask.config.set({"distributed.comm.timeouts.connect": CONNECT_SECONDS}):
        if scheduler.workers is None:
            with _closing(_client(scheduler)) as client:
                yield client
        else:
            with (
                _local_cluster(scheduler.workers, scratch) as cluster,
                _closing(cluster.get_client()) as client,
            ):
                yield client


@contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of lost connections and dead workers: what comes of them is told where it matters."""
    before = {name: logging.getLogger(name).level for name in _NOISY}
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _client(scheduler: SchedulerAddress) -> "Client":
    """A client of a scheduler that runs already."""
    from distributed import Client

    try:
        address = scheduler.address or str(json.loads(Path(scheduler.file or "").read_text())["address"])
        _warn_if_open(address)
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, LookupError) as error:
        raise DeviceError(
            f"no dask scheduler answers at {scheduler.shown} ({' '.join(str(error).split())[:200]}); "
            "expected one that runs there: start it with `dask scheduler`, or check the address"
        ) from error


def _warn_if_open(address: str) -> None:
    if address.startswith("tcp:") and not _LOOPBACK.fullmatch(address):
        warnings.warn(
            f"{address} is not encrypted, and whoever reaches it runs code as you; use tls:// beyond this machine",
            GeounetWarning,
            stacklevel=2,
        )


@contextmanager
def _closing(client: "Client") -> Iterator["Client"]:
    """The client until the block ends; the scheduler then forgets what it asked for and is not yet running."""
    try:
        yield client
    finally:
        with suppress(TimeoutError):  # a scheduler that is gone says no goodbye
            client.close(timeout=CLOSE_SECONDS)


@contextmanager
def _local_cluster(workers: int, scratch: Path | None) -> Iterator["LocalCluster"]:
    """A scheduler in this process, on loopback, and workers of one thread each.

    Where `cryptography` is installed they speak TLS with keys made for this run: other people on this machine can
    reach its loopback too.
    """
    import dask

    keys = True if importlib.util.find_spec("cryptography") else None
    with (
        tempfile.TemporaryDirectory(
            prefix="geounet-dask-", dir=scratch, ignore_cleanup_errors=True
        ) as folder,
        dask.config.set(_SETTINGS),
    ):
        cluster = _started(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", memory_limit=0,
            dashboard_address=None, scheduler_kwargs={"dashboard_address": "127.0.0.1:0"}, security=keys,
            local_directory=folder, silence_logs=logging.CRITICAL,
        )  # fmt: skip
        try:
            yield cluster
        except BaseException:
            _kill_workers(cluster)  # they may be busy for minutes, and nobody wants what comes of it
            raise
        finally:
            with suppress(TimeoutError):
                cluster.close(timeout=CLOSE_SECONDS)


def _started(**settings: object) -> "LocalCluster":
    from distributed import LocalCluster

    try:
        return LocalCluster(**settings)
    except (OSError, RuntimeError) as error:  # dask's, when a process does not come up
        raise DeviceError(
            f"dask cannot start {settings['n_workers']} processes here ({' '.join(str(error).split())[:200]}); "
            "expected to on any machine with memory for them: try fewer, or run without --dask"
        ) from error


def _kill_workers(cluster: "LocalCluster") -> None:
    for nanny in cluster.workers.values():
        if nanny.pid is not None:
            with suppress(ProcessLookupError):  # dead already
                os.kill(nanny.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
