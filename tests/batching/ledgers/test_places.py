import hashlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import rasterio

from geounet.batching.job import Outcome, RunRecord
from geounet.batching.ledgers.claims import Claims
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.places import folder as folder_place
from geounet.batching.places import mounts
from geounet.batching.places.leftovers import remove_leftovers, working_folder
from geounet.batching.places.mounts import file_system, is_shared
from geounet.batching.places.place import Bucket, Folder, open_place
from geounet.batching.places.verification import reopen_lost
from geounet.errors import OptionsError, OutputError
from geounet.outputs import atomic_target

RUN = RunRecord(model="m 1", address="m", digest="")


@pytest.fixture(params=["folder", "folder with scratch", "bucket"])
def place(request, tmp_path):
    scratch = tmp_path / "scratch"
    if request.param == "bucket":
        opened = open_place(request.getfixturevalue("bucket"), scratch=scratch)
        assert isinstance(opened, Bucket)
    else:
        opened = open_place(tmp_path / "out", scratch=scratch if "scratch" in request.param else None)
        assert isinstance(opened, Folder)
    yield opened
    opened.close()


@pytest.fixture
def network(monkeypatch, tmp_path):
    """The folder for tests, as if it were mounted from a server."""
    found = [
        SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=str(tmp_path), fstype="nfs4", opts="rw"),
    ]
    monkeypatch.setattr(mounts.psutil, "disk_partitions", lambda *, all: found)  # noqa: A006 psutil's word


def write(place, name, content):
    with place.working(name) as folder:
        path = folder / Path(name).name
        path.write_bytes(content)
        return place.publish(path, name)


def visible(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_published_is_there_under_its_name(place):
    assert not place.exists("town/a.gpkg")
    assert write(place, "town/a.gpkg", b"first") == hashlib.sha256(b"first").hexdigest()
    write(place, "town/a.gpkg", b"second")
    write(place, "b.tif", b"third")
    assert place.exists("town/a.gpkg")
    assert place.sizes() == {"town/a.gpkg": 6, "b.tif": 5}
    assert place.fetch("town/a.gpkg").read_bytes() == b"second"
    assert place.fetch("town/a.gpkg").name == "a.gpkg"


def test_all_parts_of_a_shapefile_go_together_the_main_one_last(place, monkeypatch):
    order = []
    if isinstance(place, Bucket):
        real = place._store.upload
        monkeypatch.setattr(place._store, "upload", lambda file, key: (order.append(key), real(file, key)))
    with place.working("a.b") as folder:
        for end in ("shp", "dbf", "shx", "prj", "cpg"):
            (folder / f"a.b.{end}").write_text(end)
        (folder / "a.bc.dbf").write_text("another's")
        digest = place.publish(folder / "a.b.shp", "x/a.b.shp")
    assert sorted(place.sizes()) == [f"x/a.b.{end}" for end in ("cpg", "dbf", "prj", "shp", "shx")]
    assert order == [] or order[-1] == "x/a.b.shp"
    fetched = place.fetch("x/a.b.shp")
    assert {path.name for path in fetched.parent.iterdir()} == {
        f"a.b.{end}" for end in ("cpg", "dbf", "prj", "shp", "shx")
    }
    with place.working("other") as folder:
        for end in ("shp", "dbf", "shx", "prj", "cpg"):
            (folder / f"other.{end}").write_text(end)
        assert place.publish(folder / "other.shp", "other.shp") == digest
        (folder / "other.dbf").write_text("changed")
        (folder / "other.shp").write_text("shp")
        assert place.publish(folder / "other.shp", "other.shp") != digest


def test_a_file_may_be_published_under_another_name(place):
    with place.working("a") as folder:
        (folder / "made.part").write_bytes(b"1")
        place.publish(folder / "made.part", "b/c.bin")
    assert place.sizes() == {"b/c.bin": 1}


def test_gdal_opens_the_address(place, s3_server, monkeypatch):
    with place.working("a") as folder:
        profile = {"driver": "GTiff", "width": 4, "height": 3, "count": 1, "dtype": "uint8"}
        with (
            pytest.warns(rasterio.errors.NotGeoreferencedWarning),
            rasterio.open(folder / "a.tif", "w", **profile) as made,
        ):
            made.write(np.full((1, 3, 4), 7, np.uint8))
        place.publish(folder / "a.tif", "some where/a.tif")
    address = place.address("some where/a.tif")
    assert place.address("") in address
    settings = {
        "AWS_S3_ENDPOINT": s3_server.removeprefix("http://"),
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
    }
    with (
        rasterio.Env(**settings),
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(address) as opened,
    ):
        assert (opened.read() == 7).all()


def test_nothing_is_left_of_a_working_folder_or_of_copies(place, tmp_path):
    with pytest.raises(IsADirectoryError), place.working("town/a") as folder:
        folder.write_bytes(b"half")
    assert place.sizes() == {}
    write(place, "a.gpkg", b"1")
    copy = place.fetch("a.gpkg")
    place.close()
    assert copy.exists() == isinstance(place, Folder)
    assert visible(tmp_path) in ([], ["out/a.gpkg"])


@pytest.mark.parametrize("name", ["../a.gpkg", "a/../../b", "/etc/a", "a//b", "C:/a", "a\\b"])
def test_names_that_lead_out_are_refused(place, name, tmp_path):
    (tmp_path / "made").write_bytes(b"1")
    for ask in (
        place.exists,
        place.fetch,
        place.address,
        lambda name: place.publish(tmp_path / "made", name),
    ):
        with pytest.raises(OutputError, match="no name of an output"):
            ask(name)


def test_an_output_that_is_replaced_is_there_at_every_moment(tmp_path, monkeypatch):
    place = Folder(tmp_path, scratch=tmp_path / "elsewhere")
    write(place, "a.gpkg", b"old")

    def torn(*_):
        assert (tmp_path / "a.gpkg").read_bytes() == b"old"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_place, "_move", torn)
    with pytest.raises(OutputError, match="disk is full"):
        write(place, "a.gpkg", b"new")
    assert visible(tmp_path) == ["a.gpkg"]
    assert (tmp_path / "a.gpkg").read_bytes() == b"old"


def test_another_disk_is_copied_from(tmp_path, monkeypatch):
    real = Path.replace

    def across(self, target):
        if "elsewhere" in str(self):
            raise OSError(18, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", across)
    write(Folder(tmp_path / "out", scratch=tmp_path / "elsewhere"), "a", b"content")
    assert (tmp_path / "out" / "a").read_bytes() == b"content"


def test_accounts_on_a_disk_of_this_machine_are_sqlite(tmp_path):
    ledger = Folder(tmp_path / "out").open_ledger()
    assert isinstance(ledger, Manifest)
    ledger.close()
    assert (tmp_path / "out" / "manifest.sqlite").exists()


def test_accounts_on_a_server_are_claims(tmp_path, network):
    place = Folder(tmp_path / "out")
    ledger = place.open_ledger()
    assert isinstance(ledger, Claims)
    ledger.begin(RUN, replace=False)
    ledger.close()
    assert place.sizes() == {}


def test_a_folder_keeps_the_kind_of_its_accounts(tmp_path):
    place = Folder(tmp_path)
    ledger = place.open_ledger("claims")
    ledger.begin(RUN, replace=False)
    ledger.close()
    again = place.open_ledger()
    assert again.run() == RUN
    again.close()
    with pytest.raises(OptionsError, match="as claims, not sqlite"):
        place.open_ledger("sqlite")


def test_sqlite_that_was_made_elsewhere_is_not_written_to_over_the_network(tmp_path, network):
    place = Folder(tmp_path)
    place.open_ledger("sqlite").close()
    with pytest.raises(OutputError, match="lies on nfs4"):
        place.open_ledger()
    place.open_ledger(read_only=True).close()
    place.open_ledger("sqlite").close()


def test_a_bucket_has_claims_alone(bucket):
    place = Bucket(bucket)
    with pytest.raises(OptionsError, match="holds no SQLite"):
        place.open_ledger("sqlite")
    with pytest.raises(OutputError, match="has no accounts"):
        place.open_ledger(read_only=True)
    ledger = place.open_ledger()
    ledger.begin(RUN, replace=False)
    ledger.close()
    reader = place.open_ledger(read_only=True)
    assert reader.run() == RUN
    reader.close()
    assert place.sizes() == {}


def test_status_of_a_folder_without_a_batch_makes_nothing(tmp_path):
    with pytest.raises(OutputError, match="has no accounts"):
        Folder(tmp_path / "out").open_ledger(read_only=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kind", "shared"),
    [("ext4", False), ("apfs", False),
     ("ntfs", False), ("tmpfs", False), ("fuseblk", False), ("fuse.mergerfs", False),
     ("nfs", True), ("nfs4", True), ("cifs", True), ("lustre", True), ("9p", True), ("fuse.sshfs", True),
     ("fuse.s3fs", True)],
)  # fmt: skip
def test_which_file_systems_are_shared(kind, shared, tmp_path, monkeypatch):
    found = [
        SimpleNamespace(mountpoint=str(tmp_path), fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=str(tmp_path / "share"), fstype=kind, opts="rw"),
        SimpleNamespace(mountpoint=str(tmp_path / "share" / "other"), fstype="nfs", opts="rw"),
        SimpleNamespace(mountpoint="/", fstype="overlay", opts="rw"),
    ]
    monkeypatch.setattr(mounts.psutil, "disk_partitions", lambda *, all: found)  # noqa: A006 psutil's word
    assert is_shared(tmp_path / "share" / "not" / "yet") == shared
    assert file_system(tmp_path / "shared") == "ext4"
    (tmp_path / "link").symlink_to(tmp_path / "share")
    assert is_shared(tmp_path / "link" / "x") == shared


def test_the_last_of_two_mounts_on_one_place_counts(tmp_path, monkeypatch):
    found = [SimpleNamespace(mountpoint=str(tmp_path), fstype=kind, opts="rw") for kind in ("autofs", "nfs4")]
    monkeypatch.setattr(mounts.psutil, "disk_partitions", lambda *, all: found)  # noqa: A006 psutil's word
    assert file_system(tmp_path) == "nfs4"


def test_this_machine_knows_where_its_temporary_files_are(tmp_path):
    assert file_system(tmp_path)
    assert not is_shared(tmp_path)


def test_only_what_killed_processes_of_this_machine_left_is_removed(tmp_path):
    script = (
        "import sys; from pathlib import Path; from geounet.batching.places.leftovers import working_folder\n"
        "with working_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').write_text('x'); print(folder, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "town")]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    killed, living = (Path(child.stdout.readline().strip()) for child in children)
    children[0].kill()
    for other in ("half", ".geounet-99999999", ".hidden"):
        (tmp_path / other).mkdir()
    foreign = tmp_path / "town" / killed.name.replace(killed.name.split("-")[2], "0" * 12)
    foreign.mkdir()
    (tmp_path / "away").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "away")
    (tmp_path / ".geounet-1-link").symlink_to(tmp_path / "away")
    children[0].wait()
    with working_folder(tmp_path) as own:
        assert remove_leftovers(tmp_path, levels=1) == []
        assert remove_leftovers(tmp_path, levels=2) == [killed]
        assert own.is_dir()
    assert not killed.exists()
    assert (living / "half").exists()
    assert foreign.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["half", ".geounet-99999999", ".hidden", "town", "away", "link", ".geounet-1-link"]
    )
    children[1].communicate("")
    assert not living.exists()
    assert remove_leftovers(tmp_path) == []
    for child in children:
        child.stdin.close()
        child.stdout.close()


def test_what_was_left_of_a_plain_output_is_removed_when_it_is_old(tmp_path, monkeypatch):
    gone = next(number for number in range(300_000, 400_000) if not psutil.pid_exists(number))
    for pid, name in ((gone, "old"), (gone, "new"), (os.getpid(), "own")):
        folder = tmp_path / f".geounet-{pid}-{name:_>8}"
        folder.mkdir()
        (folder / "half.gpkg").touch()
        if name != "new":
            for path in (folder / "half.gpkg", folder):
                os.utime(path, (0, 0))
    left = {path.name.split("_")[-1] for path in tmp_path.iterdir()}
    assert left == {"old", "new", "own"}
    monkeypatch.setattr("geounet.batching.places.leftovers.is_shared", lambda _: True)
    assert remove_leftovers(tmp_path) == []
    monkeypatch.setattr("geounet.batching.places.leftovers.is_shared", lambda _: False)
    assert [path.name.split("_")[-1] for path in remove_leftovers(tmp_path)] == ["old"]
    with atomic_target(tmp_path / "a", overwrite=False) as target:
        assert remove_leftovers(tmp_path) == []
        target.write_text("whole")


def test_outputs_that_were_lost_are_made_again(place, make_job, me):
    ledger = place.open_ledger()
    ledger.add([make_job(name) for name in "abcd"])
    for job in ledger.claim(me, limit=3):
        name = f"{job.name}.gpkg"
        digest = write(place, name, b"" if job.name == "b" else b"content")
        ledger.settle(
            [Outcome(key=job.key, state="done", outputs={"layer": name}, digests={name: digest})], me
        )
    done = {record.job.name for record in ledger.records() if record.state == "done"}
    empty = done & {"b"}
    assert reopen_lost(ledger, place) == sorted(empty)
    (first, *_) = sorted(done - empty)
    if isinstance(place, Bucket):
        place._store.delete([f"{first}.gpkg"])
    else:
        (place.root / f"{first}.gpkg").unlink()
    assert reopen_lost(ledger, place) == [first]
    assert reopen_lost(ledger, place) == []
    assert {record.job.name for record in ledger.records() if record.state == "done"} == done - empty - {
        first
    }
    ledger.close()
