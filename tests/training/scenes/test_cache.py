import errno
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pytest

from geounet.errors import DiskFullError, OutputError
from geounet.training import TrainConfig
from geounet.training.scenes.cache import SceneCache, files_identity


@pytest.fixture
def cache(tmp_path):
    return SceneCache(tmp_path, temporary=False)


def writes(text):
    return lambda folder: (folder / "what.txt").write_text(text, encoding="utf-8")


def test_what_follows_from_a_key_is_made_once(cache, tmp_path):
    first = cache.folder({"a": 1, "b": [2]}, writes("first"))
    again = SceneCache(tmp_path, temporary=False).folder({"b": [2], "a": 1}, writes("again"))
    other = cache.folder({"a": 2, "b": [2]}, writes("other"))
    assert first == again != other
    assert [(f / "what.txt").read_text(encoding="utf-8") for f in (again, other)] == ["first", "other"]


def test_a_maker_that_fails_leaves_nothing(cache, tmp_path):
    def fails(folder):
        (folder / "half.txt").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.folder({}, fails)
    assert list(tmp_path.iterdir()) == []
    assert (cache.folder({}, writes("whole")) / "what.txt").exists()


def test_a_full_disk_is_said_so(cache, tmp_path):
    def fills(_):
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(DiskFullError, match="the disk is full"):
        cache.folder({}, fills)
    assert list(tmp_path.iterdir()) == []


def test_runs_at_once_end_with_one_folder(cache, tmp_path):
    ready, found = threading.Barrier(4), []

    def make(folder):
        ready.wait(timeout=60)  # nobody is whole before all have begun
        (folder / "what.txt").write_text("whole", encoding="utf-8")

    runs = [threading.Thread(target=lambda: found.append(cache.folder({}, make))) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(found) == 4
    (folder,) = tmp_path.iterdir()
    assert set(found) == {folder}
    assert (folder / "what.txt").read_text(encoding="utf-8") == "whole"


PROGRAM = """
import sys, time
from pathlib import Path
from geounet.training import TrainConfig
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.cache import SceneCache

data = DataConfig(train=(SceneConfig(scene=Path("a"), labels=Path("b")),), cache=Path(sys.argv[2]) if sys.argv[2:] else None)
def work():
    cache = SceneCache.of(data)
    def make(folder):
        (folder / "half.txt").write_text("half")
        print("writing", flush=True)
        if sys.argv[1] == "wait":
            time.sleep(600)
        if sys.argv[1] == "fail":
            raise RuntimeError
    cache.folder({}, make)
    return cache
held = work()
"""


def start(tmp_path, *words):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("ending", ["done", "fail", "wait"])
def test_a_temporary_folder_ends_with_the_run_however_it_ends(tmp_path, ending):
    run = start(tmp_path, ending)
    assert run.stdout.readline() == b"writing\n"
    if ending == "wait":
        assert any(tmp_path.iterdir())
        run.send_signal(signal.SIGINT)
    run.communicate(timeout=120)
    assert (run.returncode == 0) == (ending == "done")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_not_read(tmp_path):
    kept = tmp_path / "kept"
    run = start(tmp_path, "wait", str(kept))
    assert run.stdout.readline() == b"writing\n"
    run.kill()
    run.communicate(timeout=120)
    (left,) = kept.iterdir()
    assert left.name.startswith(".geounet-")
    folder = SceneCache(kept, temporary=False).folder({}, writes("whole"))
    assert sorted(p.name for p in folder.iterdir()) == ["key.json", "what.txt"]


@pytest.mark.skipif(os.name == "nt", reason="nothing is locked there")
def test_what_a_killed_run_left_goes_with_the_next_but_nothing_of_one_that_lives(
    tables, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, alive = start(tmp_path, "wait"), start(tmp_path, "wait")
    for run in (killed, alive):
        assert run.stdout.readline() == b"writing\n"
    killed.kill()
    killed.communicate(timeout=120)
    data = TrainConfig.from_dict(tables).data
    for folder in tmp_path.glob(".geounet-*"):
        os.utime(folder)
    with SceneCache.of(data):
        assert len(list(tmp_path.glob(".geounet-*-scenes-*"))) == 3, "what is young may not be locked yet"
    for folder in tmp_path.glob(".geounet-*"):
        os.utime(folder, (time.time() - 100, time.time() - 100))
    with SceneCache.of(data) as cache:
        left = {path.name.split("-")[1] for path in tmp_path.glob(".geounet-*-scenes-*")}
        assert left == {str(alive.pid), cache.path.name.split("-")[1]}
    alive.send_signal(signal.SIGINT)
    alive.communicate(timeout=120)


def test_a_temporary_folder_is_gone_when_nothing_holds_it_but_not_with_a_child(tables):
    config = TrainConfig.from_dict(tables)
    cache = SceneCache.of(config.data)
    path = cache.path
    assert path.is_dir()
    if hasattr(os, "fork"):
        child = os.fork()
        if child == 0:
            cache.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert path.is_dir()
    del cache
    gc.collect()
    assert not path.exists()
    with SceneCache.of(config.data) as cache:
        assert cache.path.is_dir()
    assert not cache.path.exists()


def test_a_folder_that_cannot_be_made_is_one_line(tables, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    tables["data"] |= {"cache": str(tmp_path / "file" / "cache")}
    with pytest.raises(OutputError, match=r"set data.cache to another"):
        SceneCache.of(TrainConfig.from_dict(tables).data)


def test_a_file_is_another_when_it_or_what_lies_beside_it_changes(tmp_path):
    shape, table, other = (tmp_path / n for n in ("a[1].shp", "a[1].dbf", "ab.shp"))
    for path in (shape, table, other):
        path.write_text("one", encoding="utf-8")
    before = files_identity([shape])
    assert [entry[0] for entry in before] == sorted([str(shape), str(table)])
    other.write_text("longer", encoding="utf-8")
    assert files_identity([shape]) == before
    table.write_text("longer", encoding="utf-8")
    assert files_identity([shape]) != before
    after = files_identity([shape])
    os.utime(shape, (time.time() + 5, time.time() + 5))
    assert files_identity([shape]) != after


def test_what_is_no_file_is_never_known_again(tmp_path):
    assert files_identity([tmp_path / "none.tif"]) != files_identity([tmp_path / "none.tif"])


def test_a_folder_of_files_is_all_that_is_in_it(tmp_path):
    layer = tmp_path / "labels.gdb"
    (layer / "deep").mkdir(parents=True)
    (layer / "deep" / "table").write_text("one", encoding="utf-8")
    before = files_identity([layer])
    (layer / "deep" / "table").write_text("three", encoding="utf-8")
    assert files_identity([layer]) != before
