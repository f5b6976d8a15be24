"""Worker processes of one machine: started, listened to, replaced when they die, ended with whoever started them.

Each is a command line that speaks JSON events on stdout and ends with its standard input, so that a machine's workers
are gone when this process is, whatever killed it.
"""

import json
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any, Final

from geounet.errors import GeounetError

GRACE_SECONDS: Final = 15.0
"""How long a worker may take to give its jobs back before it is killed."""

_READ_SECONDS = 2.0
"""How long the last words of a worker that has ended are waited for."""

_LAST_LINES = 5
"""Lines of a worker's stderr that are kept, for when it dies."""

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(slots=True)
class Worker:
    """A process that was started."""

    process: "subprocess.Popen[str]"
    errand: str
    """What it was told to do, on the first line of its standard input; the rest of which is its lease."""
    words: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))
    """The last lines of its stderr, and of its stdout what is no event."""
    ended_well: bool = False
    """Whether it said that it was done, or why it failed."""
    readers: list[threading.Thread] = field(default_factory=list)
    """They take what it says, until it has said all."""

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def last_words(self) -> str:
        """How it ended, and the last line that it said."""
        code = self.process.returncode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return f"{how}: {self.words[-1]}" if self.words else how


Hear = Callable[[Worker, Mapping[str, Any]], None]
"""Hears an event of a worker."""

Replace = Callable[[Worker], str | None]
"""Asked about a worker that died without a word: the errand of another in its place; None for none."""


def run_fleet(command: Sequence[str], errands: Sequence[str], *, hear: Hear, replace: Replace) -> None:
    """Run a worker for each errand until all have ended; `hear` and `replace` are called in this thread.

    Raises GeounetError with what a worker that failed said last, once the others have ended too, and where all died.
    """
    with _started(command, errands) as (workers, lines):
        running = len(workers)
        failures: list[str] = []
        while running:
            worker, event = lines.get()
            if event is not None:
                hear(worker, event)
                worker.ended_well = worker.ended_well or event.get("event") in ("done", "failed")
                if event.get("event") == "failed":
                    failures.append(str(event.get("message")))
                continue
            running -= 1
            _wait(worker)
            if not worker.ended_well and (errand := replace(worker)) is not None:
                workers.append(_start(command, errand, lines))
                running += 1
        if failures:
            raise GeounetError(failures[0])
        if not any(worker.ended_well for worker in workers):
            raise all_died(workers[-1])


def all_died(last: Worker) -> GeounetError:
    """The error that says that no worker is left, and how the last of them ended."""
    return GeounetError(
        f"the worker processes died ({last.last_words}); expected memory for all of them: try fewer --workers"
    )


Lines = "queue.SimpleQueue[tuple[Worker, Mapping[str, Any] | None]]"


@contextmanager
def _started(command: Sequence[str], errands: Sequence[str]) -> Iterator[tuple[list[Worker], Any]]:
    """Workers, and the queue of what they say; ended, whatever happens, when the context ends."""
    lines: queue.SimpleQueue[Any] = queue.SimpleQueue()
    workers: list[Worker] = []
    try:
        workers.extend(_start(command, errand, lines) for errand in errands)
        yield workers, lines
    finally:
        for worker in workers:
            if worker.process.stdin is not None:
                with suppress(BrokenPipeError):  # it died before it had read its errand
                    worker.process.stdin.close()
        for worker in workers:
            _wait(worker)


def _start(command: Sequence[str], errand: str, lines: Any) -> Worker:  # noqa: ANN401 (a queue)
    process = subprocess.Popen(  # noqa: S603 (this interpreter, with arguments of our own)
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        start_new_session=sys.platform != "win32",  # Ctrl-C is the parent's; it ends them by their stdin
        creationflags=_NO_WINDOW,
    )
    worker = Worker(process, errand)
    for read, told in ((_listen, (worker, lines)), (_keep_words, (worker,))):
        worker.readers.append(threading.Thread(target=read, args=told, daemon=True))
        worker.readers[-1].start()
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it died at once, which those who listen hear
            process.stdin.write(errand + "\n")
            process.stdin.flush()
    return worker


def _listen(worker: Worker, lines: Any) -> None:  # noqa: ANN401 (a queue)
    try:
        for line in _lines_of(worker.process.stdout):
            event = _event(line)
            if event is None:
                worker.words.append(line.rstrip())
            else:
                lines.put((worker, event))
    finally:
        lines.put((worker, None))


def _event(line: str) -> dict[str, Any] | None:
    """What a line says; None of one that is no event."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _keep_words(worker: Worker) -> None:
    for line in _lines_of(worker.process.stderr):
        worker.words.append(line.rstrip())


def _lines_of(stream: IO[str] | None) -> Iterator[str]:
    """All lines of a pipe, which is closed then."""
    if stream is not None:
        with stream:
            yield from stream


def _wait(worker: Worker) -> None:
    try:
        worker.process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        worker.process.wait()
    for reader in worker.readers:
        reader.join(timeout=_READ_SECONDS)
