"""A stage that runs ahead: order, bounds, errors, and an end that leaves no thread."""

import threading
import time
from collections.abc import Iterator

import pytest

from geounet.inference.ahead import ahead


def test_items_come_in_order() -> None:
    with ahead(iter(range(100)), depth=3) as items:
        assert list(items) == list(range(100))


def test_it_is_never_further_ahead_than_its_depth() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    with ahead(numbers(), depth=2) as items:
        for taken in items:
            time.sleep(0.001)
            assert made[-1] <= taken + 2


def test_an_error_arises_in_the_consumer_after_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("found, expected, remedy")

    with ahead(failing()) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="found, expected, remedy"):
            next(items)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_leaving_early_joins_the_thread_and_closes_the_generator_in_it(error: type[BaseException]) -> None:
    closed_in: list[threading.Thread] = []

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed_in.append(threading.current_thread())

    before = set(threading.enumerate())

    def interrupted() -> None:
        with ahead(endless()) as items:
            next(items)
            raise error

    with pytest.raises(error):
        interrupted()
    assert set(threading.enumerate()) <= before
    assert closed_in != [threading.main_thread()]
    assert len(closed_in) == 1


def test_stages_stop_one_after_another() -> None:
    with ahead(iter(range(10**9))) as first, ahead(n + 1 for n in first) as second:
        assert next(second) == 1


def test_an_iterable_that_cannot_begin_or_cannot_close_is_an_error_and_no_hang() -> None:
    class Broken:
        def __iter__(self) -> Iterator[int]:
            raise ValueError("cannot begin")

    def unclosable() -> Iterator[int]:
        try:
            yield 1
        finally:
            raise ValueError("cannot close")

    with ahead(Broken()) as items, pytest.raises(ValueError, match="cannot begin"):
        next(items)
    with ahead(unclosable()) as items, pytest.raises(ValueError, match="cannot close"):
        list(items)
