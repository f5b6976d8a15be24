import errno
from pathlib import Path

import numpy as np
import pytest

from geounet.errors import OutputError
from geounet.vector.separation.basins import Basins
from geounet.vector.separation.closing import NONE
from geounet.vector.separation.graph import Fragments
from geounet.vector.separation.spool import IN_MEMORY, Spool


def basins(values, first):
    values = np.array(values, np.int32)
    count = max(int(values.max()) - 1, 0)
    numbers = np.arange(first, first + count)
    zeros = np.zeros(count, np.int64)
    fragments = Fragments(
        number=numbers, label=zeros.astype(np.uint8), pixels=zeros, peak=zeros.astype(np.int16), summit=zeros
    )
    return Basins(map=values, first=first, fragments=fragments, contacts=NONE.contacts)


def test_slabs_wait_for_their_codes_and_leave_in_order(tmp_path):
    rng = np.random.default_rng(0)
    spool, expected = Spool(tmp_path), []
    slabs = 3 * IN_MEMORY
    table = rng.integers(1, 255, 10 * slabs).astype(np.uint8)
    for k in range(slabs):
        values = rng.integers(0, 12, (2, 4, 6))
        values[:, 0, 0] = 11
        confidence = rng.integers(0, 256, values.shape).astype(np.uint8)
        spool.put(4 * k, [basins(band, 10 * k) for band in values], confidence)
        codes = np.concatenate([[0, 255], table[10 * k : 10 * k + 10]])
        expected.append((4 * k, codes[values], confidence))
    assert list(spool.ready()) == []
    assert len(list(tmp_path.iterdir())) == slabs - IN_MEMORY
    numbers = np.arange(1, 10 * slabs)
    for band in range(2):
        spool.set_codes(band, numbers, table[1:])
        assert list(spool.ready()) == []
        spool.set_codes(band, np.zeros(1, np.int64), table[:1])
    found = list(spool.ready())
    assert len(found) == slabs
    for strip, (first_row, labels, confidence) in zip(found, expected, strict=True):
        assert strip.first_row == first_row
        np.testing.assert_array_equal(strip.labels, labels)
        np.testing.assert_array_equal(strip.confidence, confidence)
    assert list(tmp_path.iterdir()) == []


def test_a_slab_without_fragments_does_not_wait(tmp_path):
    spool = Spool(tmp_path)
    spool.put(0, [basins([[0, 1], [1, 0]], 0)], None)
    (strip,) = spool.ready()
    assert strip.labels.tolist() == [[[0, 255], [255, 0]]]
    assert strip.confidence is None


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "no space")

    spool = Spool(tmp_path)
    monkeypatch.setattr(Path, "open", full)
    for k in range(IN_MEMORY):
        spool.put(k, [basins([[2]], k)], None)
    with pytest.raises(OutputError, match="disk is full"):
        spool.put(IN_MEMORY, [basins([[2]], IN_MEMORY)], None)
