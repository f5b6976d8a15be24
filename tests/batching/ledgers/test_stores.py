import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geounet.batching.storage import stores
from geounet.batching.storage.buckets import BucketStore, check_address, gdal_path, is_bucket
from geounet.batching.storage.stores import UNFINISHED, FolderStore
from geounet.errors import MissingDependencyError, OptionsError, OutputError


@pytest.fixture(params=["folder", "folder without links", "bucket"])
def store(request, tmp_path, monkeypatch):
    if request.param == "bucket":
        return BucketStore(request.getfixturevalue("bucket"))
    if request.param == "folder without links":

        def refuse(*_):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    return FolderStore(tmp_path / "store")


def test_what_was_put_is_there(store):
    assert store.get("a/b") is None
    assert store.head("a/b") is None
    store.put("a/b", b"one")
    store.put("a/b", b"three")
    assert store.get("a/b") == b"three"
    assert store.head("a/b").size == 5
    store.put("empty", b"")
    assert store.get("empty") == b""


def test_an_object_is_made_once(store):
    assert store.put_new("a/b", b"first")
    assert not store.put_new("a/b", b"second")
    assert store.get("a/b") == b"first"
    store.delete(["a/b"])
    assert store.put_new("a/b", b"third")


def test_of_many_writers_one_hears_that_it_was_first(store):
    start = threading.Barrier(6)

    def write(writer):
        start.wait()
        return [key for key in range(20) if store.put_new(f"k/{key}", b"%d" % writer)]

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(write, range(6)))
    assert sorted(key for keys in won for key in keys) == list(range(20))
    assert all(store.get(f"k/{key}") == b"%d" % writer for writer, keys in enumerate(won) for key in keys)


def test_a_listing_has_all_below_its_prefix_and_nothing_else(store):
    for key in ("a/1", "a/b/2", "ab/3", "4"):
        store.put(key, key.encode())
    assert {entry.key for entry in store.list("a/")} == {"a/1", "a/b/2"}
    assert {entry.key: entry.size for entry in store.list("")} == {"a/1": 3, "a/b/2": 5, "ab/3": 4, "4": 1}
    assert list(store.list("none/")) == []


def test_times_are_the_stores_and_go_on(store):
    store.put("a", b"1")
    first = store.head("a").modified
    assert abs(first - time.time()) < 60.0  # one machine here
    time.sleep(1.1)  # a bucket counts whole seconds
    store.put("a", b"1")
    assert [entry.modified for entry in store.list("")] == [store.head("a").modified]
    assert store.head("a").modified > first


def test_a_version_tells_contents_apart_that_were_written_at_one_time(store):
    versions = []
    for content in (b"1", b"2", b"3"):
        store.put("a", content)
        versions.append(store.head("a").version)
        assert [entry.version for entry in store.list("")] == versions[-1:]
    assert len(set(versions)) == 3


def test_what_is_deleted_is_gone_and_may_be_so_already(store):
    store.put("a", b"1")
    store.delete(["a", "never/there"])
    store.delete([])
    assert store.get("a") is None


def test_files_go_up_and_come_down_whole(store, tmp_path):
    content = os.urandom(6 << 20)  # more than one part of an upload
    (tmp_path / "up").write_bytes(content)
    store.upload(tmp_path / "up", "deep/er")
    store.download("deep/er", tmp_path / "down")
    assert (tmp_path / "down").read_bytes() == content
    with pytest.raises(OutputError, match="never"):
        store.download("never", tmp_path / "none")


def test_a_folder_without_links_takes_over_what_a_killed_writer_left_empty(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    store = FolderStore(tmp_path)
    (tmp_path / "left").touch()
    assert not store.put_new("left", b"too early")
    os.utime(tmp_path / "left", (0, time.time() - 2 * stores.ABANDONED_SECONDS))
    assert store.put_new("left", b"whole")
    assert store.get("left") == b"whole"


def test_a_link_whose_answer_was_lost_is_known_as_ones_own(tmp_path, monkeypatch):
    real = Path.hardlink_to

    def twice(self, target):
        real(self, target)
        real(self, target)  # the client asks again

    monkeypatch.setattr(Path, "hardlink_to", twice)
    assert FolderStore(tmp_path).put_new("a", b"mine")


def test_nothing_unfinished_is_left_or_listed(tmp_path):
    store = FolderStore(tmp_path)
    store.put_new("a", b"1")
    store.put_new("a", b"2")
    store.put("b", b"3")
    assert list((tmp_path / UNFINISHED).iterdir()) == []
    (tmp_path / UNFINISHED / "torn").write_bytes(b"half")
    assert {entry.key for entry in store.list("")} == {"a", "b"}


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    store = FolderStore(tmp_path)
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError, match="disk is full"):
        store.put("a", b"1")


@pytest.mark.parametrize(
    "address",
    ["s3:///prefix", "http://host/x", "/a/folder", "s3://key:hush@bucket/x", "s3://bucket/x?sig=hush"],
)
def test_addresses_with_secrets_or_of_no_bucket_are_refused_without_showing_them(address):
    with pytest.raises(OptionsError) as refused:
        check_address(address)
    assert "hush" not in str(refused.value)


def test_addresses_as_gdal_has_them():
    assert gdal_path("s3://bucket/some/where") == "/vsis3/bucket/some/where"
    assert gdal_path("gs://bucket") == "/vsigs/bucket"
    assert gdal_path("az://container/x") == "/vsiaz/container/x"
    assert is_bucket("s3://b/x")
    assert not is_bucket("C:/folder")


def test_a_server_that_refuses_is_told_without_what_was_sent(bucket, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    store = BucketStore(bucket.replace("bucket-", "nowhere-"))
    with pytest.raises(OutputError) as told:
        store.put("a", b"1")
    message = str(told.value)
    assert "nowhere-" in message
    assert not any(secret in message for secret in ("hush", "someone", "http://", "<"))
    assert "\n" not in message


def test_without_obstore_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(MissingDependencyError, match=r"geounet\[cloud\]"):
        BucketStore("s3://bucket/x")
