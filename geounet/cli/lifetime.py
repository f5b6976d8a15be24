"""How a run ends before it is done: a signal, or with a lease the end of standard input, cancels it.

    Ctrl-C, SIGTERM, SIGHUP, Ctrl-Break ──┐
                                          ├─▶ KeyboardInterrupt in the main thread ─▶ context managers clean up ─▶ exit 130
    end of stdin, with --lease stdin ─────┘

The first of them counts and later ones are ignored, so that nothing interrupts the cleaning up. A main thread that a
native call keeps from it for longer than GRACE_SECONDS (a last, long copy of a raster) is not waited for: the process
exits with 130 all the same. What is unfinished then stays in a hidden folder, never under a final name.
"""

import _thread
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from geounet.interruption import asked_to_end

CANCELLED = 130
"""The exit code of a run that was cancelled."""

GRACE_SECONDS = 20.0
"""How long a cancelled run may take to clean up; longer than a batch waits for its workers before it kills them."""


class Cancellation:
    """Whether a run was cancelled, and what cancels it."""

    def __init__(self) -> None:
        self.requested = asked_to_end
        self.over = threading.Event()

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Handle a signal: cancel the run, once."""
        if self.requested.is_set():
            return
        self.requested.set()
        threading.Thread(target=self._last_resort, daemon=True).start()
        raise KeyboardInterrupt

    def at_end_of_stdin(self) -> None:
        """Wait for the end of standard input, and cancel the run then."""
        # os.read: a buffered reader would hold a lock at exit, which aborts the interpreter from 3.13 on.
        try:
            while os.read(0, 1):
                pass
        except OSError:
            pass  # a descriptor that was closed has come to its end too
        if not self.over.is_set():
            _interrupt_main()

    def _last_resort(self) -> None:
        if not self.over.wait(GRACE_SECONDS):
            os._exit(CANCELLED)


@contextmanager
def cancellable(*, lease: bool) -> Iterator[Cancellation]:
    """Within the block, whatever should end the run raises KeyboardInterrupt in the main thread.

    With `lease`, so does the end of standard input. Signals that the caller chose to ignore (nohup, a job of a
    shell script in the background) stay ignored. Outside the main thread nothing is changed: signals are its own.
    """
    cancellation = Cancellation()
    try:
        with _handling_signals(cancellation, lease=lease):
            yield cancellation
    finally:
        cancellation.requested.clear()


@contextmanager
def _handling_signals(cancellation: Cancellation, *, lease: bool) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _signals()}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, cancellation)
    if lease:
        threading.Thread(target=cancellation.at_end_of_stdin, daemon=True).start()
    try:
        yield
    finally:
        cancellation.over.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two are not on every system
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _interrupt_main() -> None:
    if sys.platform == "win32":
        _thread.interrupt_main(signal.SIGTERM)
    else:  # a real signal wakes a main thread that waits
        main = threading.main_thread().ident
        signal.pthread_kill(main or 0, signal.SIGTERM)
