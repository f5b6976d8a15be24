"""Run a stage ahead of its consumer, in a thread of its own, through a bounded queue."""

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

POLL_SECONDS: Final = 0.2
"""How often a waiting thread looks whether it was stopped (a blocked lock is deaf to Ctrl-C on Windows)."""


@dataclass(frozen=True, slots=True)
class _End:
    """What a stage ended with: None, or the exception to raise in the consumer."""

    error: BaseException | None


@contextmanager
def ahead(items: Iterable[T], *, depth: int = 1) -> Iterator[Iterator[T]]:
    """Iterate `items` in a thread, at most `depth` items ahead; errors arise in the consumer.

    On leaving the context, for whatever reason, the thread is stopped and joined, and a generator is closed
    in the thread that ran it.
    """
    ready: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
    stopped = threading.Event()
    thread = threading.Thread(target=_produce, args=(items, ready, stopped), daemon=True)
    thread.start()
    try:
        yield _consume(ready)
    finally:
        stopped.set()
        thread.join()


def _consume(ready: "queue.Queue[T | _End]") -> Iterator[T]:
    while True:
        try:
            item = ready.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        yield item
        del item  # a waiting consumer must not hold what it has used


def _produce(items: Iterable[T], ready: "queue.Queue[T | _End]", stopped: threading.Event) -> None:
    end = _End(None)
    iterator = iter(items)
    try:
        for item in iterator:
            if not _offer(ready, item, stopped):
                break
            del item
    except BaseException as error:  # noqa: BLE001 (raised again in the consumer's thread)
        end = _End(error)
    finally:
        if isinstance(iterator, Generator):
            iterator.close()
    _offer(ready, end, stopped)


def _offer(ready: "queue.Queue[T | _End]", item: "T | _End", stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            ready.put(item, timeout=POLL_SECONDS)
        except queue.Full:
            continue
        return True
    return False
