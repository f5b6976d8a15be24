import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geounet.vector.merging.order import KEY, Sorter


def batches(keys, sizes):
    texts = [f"{key:o}" * (key % 7) for key in keys]
    table = pa.table({"text": texts, KEY: pa.array(keys, pa.uint64())})
    for size in sizes:
        yield from table.slice(0, size).to_batches()
        table = table.slice(size)
    yield from table.to_batches()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    keys=st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=200),
    sizes=st.lists(st.integers(0, 40), max_size=8),
    run=st.sampled_from([1, 200, 1 << 20]),
    block=st.sampled_from([1, 100, 1 << 20]),
    fan_in=st.sampled_from([2, 3, 64]),
)
def test_records_come_in_the_order_of_their_keys(tmp_path, keys, sizes, run, block, fan_in):
    sorter = Sorter(tmp_path, run_bytes=run, block_bytes=block, fan_in=fan_in)
    found = [row for table in sorter.sorted(batches(keys, sizes)) for row in table.to_pylist()]
    assert [row[KEY] for row in found] == sorted(keys)
    assert [row["text"] for row in found] == [f"{key:o}" * (key % 7) for key in sorted(keys)]
    assert list(tmp_path.iterdir()) == []


def test_little_is_in_memory_at_a_time(tmp_path):
    keys = np.random.default_rng(0).permutation(40_000).tolist()
    sorter = Sorter(tmp_path, run_bytes=50_000, block_bytes=2_000, fan_in=8)
    before, most = pa.total_allocated_bytes(), 0
    source = (batch for first in range(0, len(keys), 500) for batch in batches(keys[first : first + 500], []))
    for table in sorter.sorted(source):
        assert table.nbytes < 100_000
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 1_000_000


def test_what_the_records_raise_comes_out(tmp_path):
    def failing():
        yield from batches([3, 1, 2], [])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Sorter(tmp_path, run_bytes=1).sorted(failing()))
