"""Tasks on a dask cluster: handed in a few at a time, each answered exactly once, whoever dies meanwhile.

tasks ──▶ waiting ──hand in──▶ under way (2 × the cluster's threads) ──▶ answers
             ▲                      │
             ├─── its worker died ──┤  up to `retries` times, then the answer is an error
             └─── scheduler lost ───┘  all of them, once it answers again
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geounet
from geounet.batching.machines.errand import name_of
from geounet.batching.machines.handed import LOOK_SECONDS, Handed, SchedulerLostError
from geounet.batching.machines.schedulers import SchedulerAddress, connected, parse_scheduler
from geounet.errors import DeviceError

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_SECONDS = 60.0
"""How long a scheduler that was lost may take to come back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task."""

    task: Any
    """As it was given."""
    result: Any = None
    """What the function returned, after a round trip through JSON; None with an error."""
    error: str | None = None
    """Why there is no result, in one line."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """A task on its way."""

    task: Any
    deaths: int = 0
    """How often its worker died."""


@dataclass(slots=True)
class _Waiting:
    """What is to be handed in: first what came back, then what is new."""

    new: Iterator[Any]
    again: deque[_Errand] = field(default_factory=deque)
    over: bool = False
    """Whether there are no new ones any more."""

    def next(self) -> _Errand | None:
        """The next, if there is one right now."""
        if self.again:
            return self.again.popleft()
        task = None if self.over else next(self.new, self)
        self.over = self.over or task is self
        return None if self.over or task is None else _Errand(task)


def run_on_cluster(
    address: str,
    tasks: Iterable[Any],
    work: Callable[[Any], Any],
    *,
    retries: int = 3,
    scratch: Path | None = None,
) -> Generator[Answer, None, None]:
    """Do every task on the cluster at `address` (`parse_scheduler` says which there are), and yield answers as they come.

    `work` is a function of a module; what it takes and returns is what JSON can say. Tasks are taken from their
    iterator in this thread and only when there is room for them; a task that is None says that there is none right
    now, and the iterator is asked again after the next answer, or a second later. What `work` raises, and a task
    whose workers died once more than `retries`, is an answer with an error. A worker may have done a task, and died
    before it could say so: doing one twice must do no harm. Closing the iterator ends the run: what waits is
    forgotten, processes of this machine are killed, and those elsewhere finish what they have begun.

    Raises OptionsError for an address that is none, DeviceError where no scheduler answers, where one was lost and
    does not come back, or where the cluster has another geounet, and MissingDependencyError without dask.
    """
    scheduler, waiting, function = parse_scheduler(address), _Waiting(iter(tasks)), name_of(work)
    lost_in_a_row = 0
    while lost_in_a_row <= retries:
        with _connected_in_time(
            scheduler, scratch, patience=PATIENCE_SECONDS if lost_in_a_row else 0.0
        ) as client:
            try:
                for answer in _answers(client, waiting, function=function, retries=retries):
                    lost_in_a_row = 0
                    yield answer
            except SchedulerLostError:
                lost_in_a_row += 1
            else:
                return
    raise _gone(scheduler, f"was lost {lost_in_a_row} times in a row")


@contextmanager
def _connected_in_time(
    scheduler: SchedulerAddress, scratch: Path | None, *, patience: float
) -> Iterator["Client"]:
    """A client; with patience, of a scheduler that was lost and may need that many seconds to come back."""
    until = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                client = stack.enter_context(connected(scheduler, scratch=scratch))
                break
            except DeviceError as error:
                if not patience:
                    raise
                if time.monotonic() >= until:
                    raise _gone(scheduler, f"did not come back in {patience:.0f} s") from error
                time.sleep(LOOK_SECONDS)
        yield client


def _answers(client: "Client", waiting: _Waiting, *, function: str, retries: int) -> Iterator[Answer]:
    """Answers over one connection, until nothing waits; when it is lost, all that was under way waits again."""
    handed: Handed[_Errand] = Handed(client, function)
    try:
        while True:
            while handed.has_room() and (errand := waiting.next()) is not None:
                handed.hand_in(errand, errand.task)
            if not handed.under_way:
                if waiting.over:
                    return
                time.sleep(LOOK_SECONDS)
                continue
            for errand, reply in handed.ended():
                if reply is None and errand.deaths < retries:
                    waiting.again.append(replace(errand, deaths=errand.deaths + 1))
                else:
                    yield _answer(errand, reply)
    except SchedulerLostError:
        waiting.again.extendleft(reversed(handed.under_way.values()))
        raise


def _answer(errand: _Errand, reply: Mapping[str, Any] | None) -> Answer:
    """What a worker said as an answer; DeviceError where it has another geounet."""
    if reply is None:
        times = "once" if errand.deaths == 0 else f"{errand.deaths + 1} times"
        return Answer(
            errand.task,
            error=f"the worker's process died of it {times} (killed, out of memory, or a crash); "
            "see the worker's log, and give it more memory",
        )
    if "version" in reply:
        raise DeviceError(
            f"a dask worker on {reply['host']} has geounet {reply['version']}, this run has {geounet.__version__}; "
            "expected the same everywhere: install it there"
        )
    return Answer(errand.task, reply.get("result"), reply.get("error"))


def _gone(scheduler: SchedulerAddress, what: str) -> DeviceError:
    return DeviceError(
        f"the dask scheduler at {scheduler.shown} {what}; what is done is kept: start it, and run the same command again"
    )
