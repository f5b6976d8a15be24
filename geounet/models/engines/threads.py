"""How many threads a network runs with on a CPU, unless someone chose."""

import os
from functools import cache

import psutil


@cache
def machine_threads() -> int:
    """`OMP_NUM_THREADS`, else the cores that this process may run on."""
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if told.isdigit() and int(told):
        return int(told)
    return allowed_cores()


def allowed_cores() -> int:
    """The cores that this process may run on: real ones, two threads on one gain nothing."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))
