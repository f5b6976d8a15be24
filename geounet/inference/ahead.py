"""Run a stage ahead of its consumer, in a thread of its own, by a bounded number of items."""

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
    """Iterate `items` in a thread, at most `depth` items ahead, the one in the making included.

    Errors arise in the consumer. On leaving the context, for whatever reason, the thread is stopped and joined,
    and a generator is closed in the thread that ran it.
    """
    ready: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    room = threading.Semaphore(depth)
    stopped = threading.Event()
    thread = threading.Thread(target=_produce, args=(items, ready, room, stopped), daemon=True)
    thread.start()
    try:
        yield _consume(ready, room)
    finally:
        stopped.set()
        thread.join()


def _consume(ready: "queue.SimpleQueue[T | _End]", room: threading.Semaphore) -> Iterator[T]:
    while True:
        try:
            item = ready.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        room.release()
        yield item
        del item  # a waiting consumer must not hold what it has used


def _produce(
    items: Iterable[T],
    ready: "queue.SimpleQueue[T | _End]",
    room: threading.Semaphore,
    stopped: threading.Event,
) -> None:
    end = _End(None)
    iterator = iter(items)
    try:
        while _waited_for(room, stopped):
            ready.put(next(iterator))
    except StopIteration:
        pass  # the items are at their end
    except BaseException as error:  # noqa: BLE001 (raised again in the consumer's thread)
        end = _End(error)
    finally:
        if isinstance(iterator, Generator):
            iterator.close()
    ready.put(end)


def _waited_for(room: threading.Semaphore, stopped: threading.Event) -> bool:
    """Wait for room for one more item; False when the stage was stopped instead."""
    while not stopped.is_set():
        if room.acquire(timeout=POLL_SECONDS):
            return not stopped.is_set()
    return False
