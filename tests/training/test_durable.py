import errno
import os

import pytest

from geounet.errors import DiskFullError, OutputError
from geounet.training.durable import write_durably


def test_what_is_written_is_there_whole(tmp_path):
    path = tmp_path / "folder" / "file"
    for data in (b"old", b"new"):
        write_durably(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "no space"), DiskFullError),
        (OSError(errno.EIO, "input or output"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_could_not_be_written_leaves_nothing_but_the_old(tmp_path, monkeypatch, error, expected):
    path = tmp_path / "file"
    write_durably(path, b"old")

    def fsync(descriptor):
        os.fstat(descriptor)
        raise error

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(expected):
        write_durably(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("below", ["file", "folder/file"])
def test_a_place_below_a_file_is_one_line(tmp_path, below):
    (tmp_path / "taken").touch()
    with pytest.raises(OutputError, match="cannot write") as caught:
        write_durably(tmp_path / "taken" / below, b"new")
    assert "\n" not in str(caught.value)
