"""Run a stage ahead of its consumer, in a thread of its own, by a bounded number of items."""

import queue
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")

POLL_SECONDS: Final = 0.2
"""How often a waiting thread looks whether it was stopped (a blocked lock is deaf to Ctrl-C on Windows)."""


class _StoppedError(BaseException):
    """Unwinds the thread of a stage that waits for another stage when all are stopped."""


@dataclass(frozen=True, slots=True)
class _End:
    """What a stage ended with: None, or the exception to raise in the consumer."""

    error: BaseException | None


@dataclass(frozen=True, slots=True)
class _Line(Generic[T]):
    """What a stage's thread and its consumer share."""

    room: threading.Semaphore
    stop: threading.Event
    """Shared with other stages: all of them end."""
    closed: threading.Event = field(default_factory=threading.Event)
    """Nobody takes this stage's items any more."""
    ready: "queue.SimpleQueue[T | _End]" = field(default_factory=queue.SimpleQueue)

    @property
    def over(self) -> bool:
        """Whether the stage is to end before its last item."""
        return self.stop.is_set() or self.closed.is_set()


@contextmanager
def ahead(
    items: Iterable[T], *, depth: int = 1, stop: threading.Event | None = None
) -> Iterator[Iterator[T]]:
    """Iterate `items` in a thread, at most `depth` items ahead, the one in the making included.

    Errors arise in the consumer. On leaving the context, for whatever reason, the thread is stopped and joined,
    and a generator is closed in the thread that ran it. Stages that feed one another share `stop`: whoever leaves
    the last of them early sets it first, so that none goes on working, or waiting, for one that has ended.
    """
    line: _Line[T] = _Line(threading.Semaphore(depth), stop or threading.Event())
    thread = threading.Thread(target=_produce, args=(items, line), daemon=True)
    thread.start()
    try:
        yield _consume(line)
    finally:
        line.closed.set()
        thread.join()


def several_ahead(
    streams: Iterable[Iterable[T]], *, width: int, depth: int = 1, stop: threading.Event
) -> Generator[T, None, None]:
    """The items of one stream after the other, while the next `width` − 1 streams begin in threads of their own."""
    begun: deque[tuple[ExitStack, Iterator[T]]] = deque()
    rest = iter(streams)
    try:
        while True:
            while len(begun) < width and (stream := next(rest, None)) is not None:
                thread = ExitStack()
                begun.append((thread, thread.enter_context(ahead(stream, depth=depth, stop=stop))))
            if not begun:
                return
            yield from begun[0][1]
            begun.popleft()[0].close()
    finally:
        for thread, _ in begun:
            thread.close()


def _consume(line: _Line[T]) -> Iterator[T]:
    while True:
        try:
            item = line.ready.get(timeout=POLL_SECONDS)
        except queue.Empty:
            item = None
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        if line.over:
            raise _StoppedError
        if item is None:
            continue
        line.room.release()
        yield item
        del item  # a waiting consumer must not hold what it has used


def _produce(items: Iterable[T], line: _Line[T]) -> None:
    end = _End(None)
    try:
        _hand_on(items, line)
    except BaseException as error:  # noqa: BLE001 (raised again in the consumer's thread)
        end = _End(error)
    finally:
        line.ready.put(end)


def _hand_on(items: Iterable[T], line: _Line[T]) -> None:
    iterator = iter(items)
    try:
        while _waited_for_room(line):
            try:
                item = next(iterator)
            except StopIteration:
                return
            line.ready.put(item)
            del item
    finally:
        if isinstance(iterator, Generator):
            iterator.close()


def _waited_for_room(line: _Line[T]) -> bool:
    """Wait for room for one more item; False when the stage was stopped instead."""
    while not line.over:
        if line.room.acquire(timeout=POLL_SECONDS):
            return not line.over
    return False
