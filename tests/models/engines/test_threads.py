"""Threads are those that were told, else real cores that this process may run on."""

import os

import psutil
import pytest

from geounet.models.engines.threads import machine_threads


@pytest.fixture(autouse=True)
def fresh() -> None:
    machine_threads.cache_clear()
    yield
    machine_threads.cache_clear()


@pytest.mark.parametrize(("told", "expected"), [("3", 3), ("2,4", 2), ("", 4), ("0", 4), ("many", 4)])
def test_openmp_is_told_by_its_own_variable(
    monkeypatch: pytest.MonkeyPatch, told: str, expected: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 8 if logical else 4)
    assert machine_threads() == expected


def test_no_more_than_the_process_may_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 5}, raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 16)
    assert machine_threads() == 2
