import os
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.machines.limits import Fleet, cores, free_memory, memory, workers_for
from geounet.errors import OptionsError

GIB = 1 << 30


@pytest.fixture
def grouped(tmp_path):
    """A file system whose control group sets these limits."""

    def make(**files: str) -> Path:
        for name, text in {
            "proc/self/cgroup": "0::/a\n",
            "proc/self/mountinfo": "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
            **{f"sys/fs/cgroup/a/{name}": text for name, text in files.items()},
        }.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return make


def test_cores_are_those_of_the_affinity(tmp_path):
    affinity = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    assert cores({}, root=tmp_path) == affinity
    assert cores({"OMP_NUM_THREADS": "1"}, root=tmp_path) == affinity


def test_cores_follow_scheduler_and_quota_but_never_below_one(grouped, monkeypatch):
    monkeypatch.setattr("geounet.batching.machines.limits._schedulable", lambda: 16)
    root = grouped(**{"cpu.max": "650000 100000"})
    assert cores({}, root=root) == 6
    assert cores({"SLURM_CPUS_PER_TASK": "4"}, root=root) == 4
    assert cores({"SLURM_CPUS_PER_TASK": "64"}, root=root) == 6
    (root / "sys/fs/cgroup/a/cpu.max").write_text("50000 100000")
    assert cores({}, root=root) == 1


def test_memory_is_the_machines_where_nothing_limits_it(tmp_path, monkeypatch):
    monkeypatch.setattr("geounet.batching.machines.limits._address_space", lambda: iter(()))
    assert memory({}, root=tmp_path) == psutil.virtual_memory().total
    assert memory({"SLURM_MEM_PER_NODE": "0"}, root=tmp_path) == psutil.virtual_memory().total
    assert 0 < free_memory({}, root=tmp_path) <= memory({}, root=tmp_path)


def test_memory_follows_groups_and_scheduler(grouped):
    root = grouped(**{"memory.max": str(GIB)})
    assert memory({}, root=root) == free_memory({}, root=root) == GIB
    assert memory({"SLURM_MEM_PER_NODE": "512"}, root=root) == GIB // 2
    assert memory({"SLURM_MEM_PER_CPU": "100", "SLURM_CPUS_ON_NODE": "4"}, root=root) == 400 << 20
    assert memory({"SLURM_MEM_PER_CPU": "100", "SLURM_CPUS_PER_TASK": "1"}, root=root) == 100 << 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_memory_follows_the_limit_of_the_address_space(tmp_path, monkeypatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (12345, resource.RLIM_INFINITY))
    assert memory({}, root=tmp_path) == 12345


@pytest.mark.parametrize(
    ("jobs", "gpus", "processors", "gibibytes", "fleet"),
    [
        (2000, 0, 16, 64, Fleet(16, 1)),  # small archive tiles: a process a core
        (2000, 0, 16, 8, Fleet(4, 4)),  # memory for four
        (3, 0, 16, 64, Fleet(3, 5)),  # few scenes share the cores
        (1, 0, 16, 64, Fleet(1, 16)),
        (2000, 0, 2, 1, Fleet(1, 2)),  # too little for one is one all the same
        (0, 0, 4, 64, Fleet(1, 4)),
        (2000, 4, 32, 256, Fleet(4, 8)),  # a process a GPU
        (2, 4, 32, 256, Fleet(2, 16)),
    ],
)
def test_workers_by_cores_memory_jobs_and_gpus(jobs, gpus, processors, gibibytes, fleet):
    found = workers_for(
        job_count=jobs, gpus=gpus, memory_per_worker=2 * GIB, cores=processors, memory=gibibytes * GIB
    )
    assert found == fleet


@given(
    jobs=st.integers(0, 10**6), gpus=st.integers(0, 16), processors=st.integers(1, 512),
    room=st.integers(0, 600), each=st.integers(1, 9),
)  # fmt: skip
def test_no_core_is_promised_twice_unless_there_are_more_gpus(jobs, gpus, processors, room, each):
    found = workers_for(job_count=jobs, gpus=gpus, memory_per_worker=each, cores=processors, memory=room)
    assert found.workers * found.threads <= max(processors, gpus)
    assert found.workers == 1 or found.workers * each <= room


def test_what_is_free_right_now_lowers_workers_and_never_threads():
    assert Fleet(8, 2).within(5 * GIB, 2 * GIB) == Fleet(2, 2)
    assert Fleet(8, 2).within(GIB, 2 * GIB) == Fleet(1, 2)
    assert Fleet(8, 2).within(100 * GIB, 2 * GIB) == Fleet(8, 2)


def test_a_fleet_has_someone_in_it():
    with pytest.raises(OptionsError, match="workers is 0"):
        Fleet(0, 1)
