"""What was handed in to a dask scheduler over one connection, and what comes back over it."""

import json
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import geounet
from geounet.batching.machines.errand import perform
from geounet.errors import DeviceError, GeounetWarning

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2
"""Tasks under way for each of the cluster's threads: one that runs, and one that is there when it ends."""

LOOK_SECONDS = 1.0
"""How often the cluster is asked how many workers it has, and whether it is still there."""

UNMANNED_SECONDS = 60.0
"""After how long without any worker a person is told."""

Ticket = TypeVar("Ticket")
"""What the caller knows a task by."""


class SchedulerLostError(Exception):
    """The connection is gone, and with it what was under way."""


@dataclass(slots=True)
class Handed(Generic[Ticket]):
    """Tasks that were handed in and have not come back."""

    client: "Client"
    function: str
    """`module:name` of what the workers do."""
    under_way: dict[str, Ticket] = field(default_factory=dict)
    """Tickets by dask's key of each, in the order in which they were handed in."""
    _futures: dict[str, "Future"] = field(default_factory=dict)
    _ended: "SimpleQueue[Future]" = field(default_factory=SimpleQueue)
    _threads: int = 0
    _looked: float = float("-inf")
    _manned: float = field(default_factory=time.monotonic)

    def has_room(self) -> bool:
        """Whether another task should be handed in: workers come and go, so the cluster is looked at now and then."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            if self.client.status != "running":
                raise SchedulerLostError
            with _connection():
                self._threads = sum(self.client.nthreads().values())
            self._looked = time.monotonic()
            self._mind_workers()
        return len(self.under_way) < AHEAD * max(1, self._threads)

    def hand_in(self, ticket: Ticket, task: object) -> None:
        """Ask the cluster to do a task; SchedulerLostError where it cannot be reached."""
        key = f"geounet-{uuid.uuid4().hex}"
        self.under_way[key] = ticket
        with _connection():
            future = self.client.submit(
                perform, self.function, json.dumps(task), geounet.__version__, key=key, pure=False
            )
        self._futures[key] = future
        future.add_done_callback(self._ended.put)

    def ended(self) -> Iterator[tuple[Ticket, dict[str, Any] | None]]:
        """One that has ended, if one does within LOOK_SECONDS: its ticket, and what `perform` said.

        That is None where the worker died. Raises SchedulerLostError where the connection is gone, and DeviceError
        where the cluster cannot run geounet.
        """
        try:
            future = self._ended.get(timeout=LOOK_SECONDS)
        except Empty:
            return
        if future.status not in ("finished", "error", "cancelled"):
            future.add_done_callback(self._ended.put)  # its result died with a worker, and it is done again
            return
        reply = _reply(future)
        del self._futures[future.key]
        yield self.under_way.pop(future.key), reply

    def _mind_workers(self) -> None:
        """Tell a person when there has been no worker for long: they may come yet, and nothing is lost."""
        now = time.monotonic()
        if not self._threads and now - self._manned >= UNMANNED_SECONDS:
            warnings.warn(
                f"the dask cluster has had no worker for {now - self._manned:.0f} s; waiting for one: start `dask worker`",
                GeounetWarning,
                stacklevel=2,
            )
        if self._threads or now - self._manned >= UNMANNED_SECONDS:
            self._manned = now


def _reply(future: "Future") -> dict[str, Any] | None:
    """What `perform` said; None where it could not say anything."""
    from distributed import CancelledError, KilledWorker

    try:
        with _connection():
            reply: dict[str, Any] = json.loads(future.result())
    except KilledWorker:
        return None
    except CancelledError as error:
        raise SchedulerLostError from error
    except (ImportError, AttributeError, RuntimeError) as error:  # dask's, when a function cannot be found
        reason = " ".join(str(error).split())[:300]
        raise DeviceError(
            f"the dask cluster cannot run geounet ({type(error).__name__}: {reason}); "
            f"expected geounet {geounet.__version__} with its scheduler and all workers: install it there"
        ) from error
    return reply


@contextmanager
def _connection() -> Iterator[None]:
    """What fails in the block for want of a connection says that the scheduler is lost."""
    try:
        yield
    except OSError as error:  # dask's CommClosedError and timeouts among them
        raise SchedulerLostError from error
