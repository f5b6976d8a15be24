"""A disk that gets full half-way: one line that says so, and nothing that has failed for it."""

import errno
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from geounet.batching import claiming
from geounet.batching.claiming import beating
from geounet.outputs import disk_full

needs_mount = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="mounts a small disk, which root may on Linux",
)


@pytest.fixture
def small_disk(tmp_path):
    """A folder of 16 MB on a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"root may not mount here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Leave no room."""
    filler = folder / "filler"
    for block in (1 << 16, 1 << 8, 1):
        with suppress(OSError), filler.open("ab", buffering=0) as file:
            while file.write(bytes(block)) == block:
                pass
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)), filler.open("ab", buffering=0) as file:
        file.write(b"x")
    return filler


@needs_mount
def test_a_run_ends_with_a_line_and_goes_on_when_there_is_room(
    start_run, tiles, unbroken, layers, leftovers, records, small_disk
):
    out = small_disk / "out"
    run = start_run([tiles], out).until(2)
    filler = fill(small_disk)
    run.ended(1)
    assert len(run.complaints) == 1, run.complaints
    assert "disk is full; make room" in run.complaints[0]
    filler.unlink()
    states = {name: record.state for name, record in records(out).items()}
    assert "failed" not in states.values()
    again = start_run([tiles], out).ended(0)
    assert not set(run.names()) & set(again.names())
    assert layers(out) == unbroken
    assert leftovers(out) == []


def test_a_beat_that_finds_no_room_is_made_up_for_by_the_next(monkeypatch, capsys, wait_for):
    class Ledger:
        beats = 0

        def beat(self, _):
            self.beats += 1
            if self.beats == 1:
                raise disk_full(Path("manifest.sqlite"))

    monkeypatch.setattr(claiming, "BEAT_SECONDS", 0.01)
    ledger = Ledger()
    with beating(ledger, None):
        assert wait_for(lambda: ledger.beats > 2)
    assert capsys.readouterr().err == ""
