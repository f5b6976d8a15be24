"""Outputs exist whole or not at all."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geounet.errors import OutputError
from geounet.outputs import atomic_target, is_disk_full, require_room


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["out.gpkg", "two words.tif", "Größe äöü 地図.gpkg", "n" * 200 + ".tif"])
def test_what_is_written_takes_the_targets_place(tmp_path, name):
    with atomic_target(tmp_path / name, overwrite=False) as partial:
        partial.write_text("whole")
        assert not (tmp_path / name).exists()
        assert partial.name == name
    assert (tmp_path / name).read_text() == "whole"
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_an_error_leaves_nothing_and_the_old_file(tmp_path, error):
    target = tmp_path / "out.tif"
    target.write_text("old")

    def write_half():
        with atomic_target(target, overwrite=True) as partial:
            partial.write_text("half")
            raise error

    with pytest.raises(error):
        write_half()
    assert target.read_text() == "old"
    assert names(tmp_path) == ["out.tif"]


def test_a_killed_writer_leaves_no_target(tmp_path):
    code = (
        "import os, pathlib, sys\nfrom geounet.outputs import atomic_target\n"
        "with atomic_target(pathlib.Path(sys.argv[1]), overwrite=False) as partial:\n"
        "    partial.write_text('half')\n    os._exit(9)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "out.tif")], check=False)
    assert run.returncode == 9
    assert not (tmp_path / "out.tif").exists()
    with atomic_target(tmp_path / "out.tif", overwrite=False) as partial:
        partial.write_text("whole")
    assert (tmp_path / "out.tif").read_text() == "whole"


def test_an_existing_output_is_replaced_only_when_asked_for(tmp_path):
    target = tmp_path / "out.tif"
    target.write_text("old")
    with (
        pytest.raises(OutputError, match=r"exists; pass --overwrite"),
        atomic_target(target, overwrite=False),
    ):
        pass
    with atomic_target(target, overwrite=True) as partial:
        partial.write_text("new")
    assert target.read_text() == "new"


def test_side_files_of_the_replaced_one_go(tmp_path):
    target = tmp_path / "out.gpkg"
    kept = tmp_path / "other.gpkg-wal"
    for path in (
        target,
        tmp_path / "out.gpkg-wal",
        tmp_path / "out.gpkg-shm",
        tmp_path / "out.gpkg.aux.xml",
        kept,
    ):
        path.write_text("stale")
    with atomic_target(target, overwrite=True) as partial:
        partial.write_text("new")
    assert names(tmp_path) == ["other.gpkg-wal", "out.gpkg"]


def test_all_parts_of_a_shapefile_are_moved_and_stale_ones_removed(tmp_path):
    for end in (".shp", ".dbf", ".qix", ".cpg"):
        (tmp_path / f"out{end}").write_text("stale")
    with atomic_target(tmp_path / "out.shp", overwrite=True) as partial:
        for end in (".shp", ".dbf", ".shx"):
            partial.with_suffix(end).write_text("new")
    assert names(tmp_path) == ["out.dbf", "out.shp", "out.shx"]
    assert all(path.read_text() == "new" for path in tmp_path.iterdir())


def test_a_target_that_is_held_open_keeps_the_finished_file(tmp_path, monkeypatch):
    target = tmp_path / "out.gpkg"
    target.write_text("held open")
    (tmp_path / "out-1.gpkg").write_text("from last time")
    replace = Path.replace

    def refuse(self, to):
        if Path(to).name == "out.gpkg":
            raise PermissionError(errno.EACCES, "in use", str(to))
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", refuse)

    def write():
        with atomic_target(target, overwrite=True) as partial:
            partial.write_text("finished")

    with pytest.raises(OutputError, match=r"may hold it open; the finished file is kept as .*out-2\.gpkg$"):
        write()
    assert target.read_text() == "held open"
    assert (tmp_path / "out-2.gpkg").read_text() == "finished"
    assert names(tmp_path) == ["out-1.gpkg", "out-2.gpkg", "out.gpkg"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_target_that_appeared_meanwhile_is_replaced_only_when_asked_for(tmp_path, overwrite):
    target = tmp_path / "out.shp"

    def write():
        with atomic_target(target, overwrite=overwrite) as partial:
            partial.write_text("ours")
            partial.with_suffix(".dbf").write_text("ours")
            target.write_text("theirs")
            target.with_suffix(".qix").write_text("theirs")

    if overwrite:
        write()
        assert names(tmp_path) == ["out.dbf", "out.shp"]
        assert target.read_text() == "ours"
        return
    with pytest.raises(OutputError, match=r"made by another program .* kept as .*out-1\.shp$"):
        write()
    assert names(tmp_path) == ["out-1.dbf", "out-1.shp", "out.qix", "out.shp"]
    assert target.read_text() == target.with_suffix(".qix").read_text() == "theirs"
    assert (tmp_path / "out-1.shp").read_text() == (tmp_path / "out-1.dbf").read_text() == "ours"


def test_a_folder_that_takes_no_name_at_all_is_an_output_error(tmp_path, monkeypatch):
    def refuse(self, to):
        raise PermissionError(errno.EACCES, "in use", str(to))

    monkeypatch.setattr(Path, "replace", refuse)

    def write():
        with atomic_target(tmp_path / "out.gpkg", overwrite=False) as partial:
            partial.write_text("finished")

    with pytest.raises(
        OutputError, match=r"neither .*out\.gpkg nor out-1\.gpkg can be written \(permission denied\)"
    ):
        write()
    assert names(tmp_path) == []


def test_places_that_cannot_be_written_to_are_refused_at_once(tmp_path):
    with (
        pytest.raises(OutputError, match=r"there is no folder .*make it first"),
        atomic_target(tmp_path / "none" / "out.tif", overwrite=False),
    ):
        pass
    with pytest.raises(OutputError, match="is a folder"), atomic_target(tmp_path, overwrite=True):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_closed_folder_is_refused_at_once(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)  # permissions do not bind root, as which tests may run
    with (
        pytest.raises(OutputError, match="permission denied; choose a folder that you may write to"),
        atomic_target(tmp_path / "out.tif", overwrite=False),
    ):
        pass


def test_a_full_disk_is_an_output_error(tmp_path):
    def write():
        with atomic_target(tmp_path / "out.tif", overwrite=False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match="the disk is full; make room"):
        write()
    assert names(tmp_path) == []


def test_other_errors_of_the_system_stay_what_they_are(tmp_path):
    def write():
        with atomic_target(tmp_path / "out.tif", overwrite=False):
            raise FileNotFoundError(errno.ENOENT, "another file")

    with pytest.raises(FileNotFoundError):
        write()


def test_nothing_written_is_an_error(tmp_path):
    with (
        pytest.raises(OutputError, match="was not written"),
        atomic_target(tmp_path / "out.tif", overwrite=False),
    ):
        pass
    assert names(tmp_path) == []


def test_a_full_disk_is_seen_through_what_wraps_it():
    wrapped = ValueError("a library's own error")
    wrapped.__cause__ = OSError(errno.ENOSPC, "full")
    assert is_disk_full(wrapped)
    assert not is_disk_full(ValueError("other"))


def test_room_is_asked_for_before_it_is_used(tmp_path):
    require_room(tmp_path / "out.tif", 1)
    with pytest.raises(OutputError, match="the disk is full"):
        require_room(tmp_path / "out.tif", 1 << 62)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_a_link_is_written_through(tmp_path):
    (tmp_path / "disk").mkdir()
    real, link = tmp_path / "disk" / "real.tif", tmp_path / "link.tif"
    real.write_text("old")
    link.symlink_to(real)
    with atomic_target(link, overwrite=True) as partial:
        partial.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"
