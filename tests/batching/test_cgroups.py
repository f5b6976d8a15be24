from pathlib import Path

import pytest

from geounet.batching.machines.cgroups import cpu_quota, memory_limit

GIB = 1 << 30
V2 = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = (
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)
UNBOUND_V1 = "9223372036854771712"
"""What version 1 says where nothing limits: the largest whole number of pages in 63 bits."""


@pytest.fixture
def machine(tmp_path):
    """A file system with control groups: what the process is in, the mounts, and files below /sys/fs/cgroup."""

    def make(groups: str, mounts: str, **files: str) -> Path:
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(groups)
        (tmp_path / "proc/self/mountinfo").write_text("23 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + mounts)
        for name, text in files.items():
            path = tmp_path / "sys/fs/cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")
        return tmp_path

    return make


def test_version_2_takes_the_least_on_the_way_up(machine):
    root = machine(
        "0::/slurm/job_7/step_0\n", V2,
        **{
            "slurm/job_7/step_0/cpu.max": "max 100000", "slurm/job_7/step_0/memory.max": "max",
            "slurm/job_7/cpu.max": "350000 100000", "slurm/job_7/memory.max": str(8 * GIB),
            "slurm/cpu.max": "1600000 100000", "slurm/memory.max": str(64 * GIB),
            "slurm/memory.high": str(48 * GIB), "other/memory.max": "1",
        },
    )  # fmt: skip
    assert (cpu_quota(root), memory_limit(root)) == (3.5, 8 * GIB)


def test_version_2_heeds_the_brake_too(machine):
    root = machine("0::/a\n", V2, **{"a/memory.max": str(8 * GIB), "a/memory.high": str(6 * GIB)})
    assert memory_limit(root) == 6 * GIB


def test_version_1_has_a_hierarchy_for_each(machine):
    root = machine(
        "4:memory:/slurm/uid_1/job_7\n3:cpu,cpuacct:/jobs/7\n1:name=systemd:/\n", V1,
        **{
            "cpu,cpuacct/jobs/7/cpu.cfs_quota_us": "200000", "cpu,cpuacct/jobs/7/cpu.cfs_period_us": "100000",
            "cpu,cpuacct/cpu.cfs_quota_us": "-1", "cpu,cpuacct/cpu.cfs_period_us": "100000",
            "memory/slurm/uid_1/job_7/memory.limit_in_bytes": UNBOUND_V1,
            "memory/slurm/uid_1/memory.limit_in_bytes": str(4 * GIB),
            "memory/memory.limit_in_bytes": UNBOUND_V1,
        },
    )  # fmt: skip
    assert (cpu_quota(root), memory_limit(root)) == (2.0, 4 * GIB)


def test_both_versions_at_once(machine):
    unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    root = machine(
        "4:memory:/a\n0::/b\n", V1 + unified,
        **{"memory/a/memory.limit_in_bytes": str(4 * GIB), "unified/b/cpu.max": "100000 50000"},
    )  # fmt: skip
    assert (cpu_quota(root), memory_limit(root)) == (2.0, 4 * GIB)


@pytest.mark.parametrize("top", ["/docker/abc", "/docker/other"])
def test_a_container_sees_its_group_at_the_top_of_the_mount(machine, top):
    mount = f"35 31 0:32 {top} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
    root = machine("4:memory:/docker/abc\n", mount, **{"memory/memory.limit_in_bytes": str(2 * GIB)})
    assert memory_limit(root) == 2 * GIB


def test_a_mount_with_a_space_in_its_path(machine):
    mount = V2.replace("/sys/fs/cgroup", "/sys/fs/cgroup/my\\040groups")
    assert memory_limit(machine("0::/\n", mount, **{"my groups/memory.max": "77"})) == 77


def test_without_groups_there_is_no_limit(tmp_path, machine):
    assert (cpu_quota(tmp_path), memory_limit(tmp_path)) == (None, None)
    root = machine("0::/a\n", V2, **{"a/cpu.max": "max 100000", "a/memory.max": "max"})
    assert (cpu_quota(root), memory_limit(root)) == (None, None)
