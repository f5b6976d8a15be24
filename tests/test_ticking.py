"""A tick now and then, and none after the end."""

import threading

import pytest

from geounet.ticking import ticking


def test_it_ticks_until_the_context_ends_and_leaves_no_thread():
    ticks, enough = [], threading.Event()

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            enough.set()

    before = set(threading.enumerate())
    with ticking(tick, seconds=0.01):
        assert enough.wait(60)
    seen = len(ticks)
    assert set(threading.enumerate()) <= before
    assert not enough.wait(0.05) or len(ticks) == seen


def test_an_error_of_the_work_comes_out():
    with pytest.raises(ValueError, match="no"), ticking(lambda: None, seconds=0.01):
        raise ValueError("no")
