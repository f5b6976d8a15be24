"""Worker processes of one machine: started, listened to, replaced when they die, ended with whoever started them.

Each is a command line that speaks JSON events on stdout and ends with its standard input, so that a machine's workers
are gone when this process is, whatever killed it.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from geounet.errors import GeounetError

GRACE_SECONDS: Final = 15.0
"""How long a worker may take to give its jobs back before it is killed."""

_LAST_LINES = 5
"""Lines of a worker's stderr that are kept, for when it dies."""

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(slots=True)
class Worker:
    """A process that was started."""

    process: "subprocess.Popen[str]"
    errand: str
    """What it was told to do, on the first line of its standard input; the rest of which is its lease."""
    words: list[str] = field(default_factory=list)
    """The last lines of its stderr."""
    ended_well: bool = False
    """Whether it said that it was done, or why it failed."""

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid


Hear = Callable[[Worker, Mapping[str, Any]], None]
"""Hears an event of a worker."""

Replace = Callable[[Worker], bool]
"""Asked about a worker that died without a word: whether to start another in its place."""


def run_fleet(command: Sequence[str], errands: Sequence[str], *, hear: Hear, replace: Replace) -> None:
    """Run a worker for each errand until all have ended; `hear` and `replace` are called in this thread.

    Raises GeounetError with what a worker that failed said last, once the others have ended too.
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
            worker.process.wait()
            if not worker.ended_well and replace(worker):
                workers.append(_start(command, worker.errand, lines))
                running += 1
        if failures:
            raise GeounetError(failures[0])


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
    if process.stdin is not None:
        process.stdin.write(errand + "\n")
        process.stdin.flush()
    threading.Thread(target=_listen, args=(worker, lines), daemon=True).start()
    threading.Thread(target=_keep_words, args=(worker,), daemon=True).start()
    return worker


def _listen(worker: Worker, lines: Any) -> None:  # noqa: ANN401 (a queue)
    stream = worker.process.stdout
    try:
        for line in stream or ():
            try:
                lines.put((worker, json.loads(line)))
            except ValueError:
                worker.words.append(line.rstrip())
    finally:
        lines.put((worker, None))


def _keep_words(worker: Worker) -> None:
    for line in worker.process.stderr or ():
        worker.words.append(line.rstrip())
        del worker.words[:-_LAST_LINES]


def _wait(worker: Worker) -> None:
    try:
        worker.process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        worker.process.wait()
    for stream in (worker.process.stdout, worker.process.stderr):
        if stream is not None:
            stream.close()
