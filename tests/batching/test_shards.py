from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.machines.shards import in_shard, parse_shard, portion, shard_from_environment
from geounet.errors import OptionsError
from geounet.raster.address import RasterAddress


def job(name: str, *, needs: tuple[str, ...] = (), rows: tuple[int, int] | None = None) -> Job:
    return Job(
        name=name, items=(Item(name=name, raster=RasterAddress(address=name)),), needs=needs, rows=rows
    )


def array(number: int, *, count: int, first: int, step: int = 1, last: int | None = None) -> dict[str, str]:
    last = first + (count - 1) * step if last is None else last
    values = {"ID": number, "COUNT": count, "MIN": first, "MAX": last, "STEP": step}
    return {f"SLURM_ARRAY_TASK_{name}": str(value) for name, value in values.items()}


@pytest.mark.parametrize(("text", "shard"), [("0/1", (0, 1)), ("3/16", (3, 16)), (" 15 / 16 ", (15, 16))])
def test_a_shard_is_read_as_it_is_written(text, shard):
    assert parse_shard(text) == shard


@pytest.mark.parametrize("text", ["16/16", "0/0", "-1/4", "1", "1/4/8", "a/b", "1.0/2", "", "１/４"])
def test_what_is_no_shard_is_refused_and_says_where_counting_begins(text):
    with pytest.raises(OptionsError, match="i from 0 to n − 1, such as 0/16"):
        parse_shard(text)


@given(first=st.integers(0, 1000), step=st.integers(1, 7), count=st.integers(1, 50))
def test_tasks_of_an_array_are_numbered_from_0_whatever_its_ids(first, step, count):
    shards = [
        shard_from_environment(array(first + i * step, count=count, first=first, step=step))
        for i in range(count)
    ]
    assert shards == [(i, count) for i in range(count)]


def test_no_array_is_no_shard():
    assert shard_from_environment({}) is None
    assert shard_from_environment({"SLURM_JOB_ID": "5"}) is None


def test_one_task_submitted_again_alone_does_all_that_is_left():
    assert shard_from_environment(array(7, count=1, first=7)) == (0, 1)
    assert shard_from_environment(
        {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "1"}
    ) == (0, 1)  # fmt: skip


@pytest.mark.parametrize("number", [1, 2, 5])
def test_irregular_ids_are_refused_in_every_task(number):
    with pytest.raises(OptionsError, match=r"3 tasks from 1 to 5 .* pass --shard"):
        shard_from_environment(array(number, count=3, first=1, last=5))


def test_a_task_that_is_no_number_is_refused():
    with pytest.raises(OptionsError, match="SLURM_ARRAY_TASK_ID is 'x'"):
        shard_from_environment(array(0, count=2, first=0) | {"SLURM_ARRAY_TASK_ID": "x"})


@given(st.text(max_size=30), st.integers(1, 100))
def test_every_name_is_in_exactly_one_shard(name, count):
    assert sum(in_shard(name, (i, count)) for i in range(count)) == 1


def test_the_assignment_is_that_of_sha256_on_every_machine():
    # sha256("abc") = ba7816bf8f01cfea…, FIPS 180-2's own example
    assert in_shard("abc", (0xBA7816BF8F01CFEA % 16, 16))
    assert in_shard("abc", (0xBA7816BF8F01CFEA % 7, 7))


def test_shards_are_even_to_within_statistics():
    count, names = 16, [f"folder/tile_{row}_{column}" for row in range(100) for column in range(100)]
    sizes = Counter(next(i for i in range(count) if in_shard(name, (i, count))) for name in names)
    expected = len(names) / count
    chi_squared = sum((size - expected) ** 2 / expected for size in sizes.values())
    assert chi_squared < 37.7  # 15 degrees of freedom: exceeded once in a thousand times


def split_run() -> list[Job]:
    bands = [tuple(range(i * 100, i * 100 + 101, 100)) for i in range(20)]
    parts = [job(f"huge/rows_{a}", rows=(a, b)) for a, b in bands]
    whole = [job(f"scene_{i}") for i in range(50)]
    return [*parts, job("huge", needs=tuple(part.name for part in parts)), *whole]


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_portions_partition_the_jobs_and_none_waits_for_another(count):
    jobs = split_run()
    portions = [portion(jobs, (i, count)) for i in range(count)]
    assert sorted(name for one in portions for name in one.own) == sorted(one.name for one in jobs)
    needs = {one.name: one.needs for one in jobs}
    for one in portions:
        assert all(set(needs[name]) <= one.own for name in one.own)
        assert not one.own & one.others


def test_a_shard_without_the_scene_may_help_with_its_parts_alone():
    jobs = split_run()
    parts = {part for one in jobs for part in one.needs}
    for i in range(3):
        one = portion(jobs, (i, 3))
        assert one.others == (frozenset() if "huge" in one.own else parts)


def test_parts_are_as_stable_as_their_scene():
    jobs = split_run()
    assert portion(jobs, (1, 4)) == portion(reversed(jobs), (1, 4))
    assert all(a.rows[1] == b.rows[0] for a, b in pairwise(one for one in jobs if one.rows))
