"""Do something again and again while other work goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def ticking(tick: Callable[[], object], *, seconds: float) -> Iterator[None]:
    """Call `tick` every so many seconds, from a thread of its own, for as long as the context lasts."""
    over = threading.Event()

    def call() -> None:
        while not over.wait(seconds):
            tick()

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
