"""What says that an input is the same as before."""

import hashlib
import os

import pytest

from geounet.batching.sources.identity import (
    content_identity,
    file_identity,
    member_identity,
    missing_identity,
    stat_identity,
)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.tif"
    path.write_bytes(b"pixels" * 1000)
    return path


def vrt(path, *sources, relative="1"):
    inner = "".join(
        f'<SimpleSource><SourceFilename relativeToVRT="{relative}">{source}</SourceFilename></SimpleSource>'
        for source in sources
    )
    path.write_text(f"<VRTDataset><VRTRasterBand>{inner}</VRTRasterBand></VRTDataset>")
    return path


def test_place_size_and_time(scene):
    status = scene.stat()
    assert stat_identity(scene) == {"path": str(scene), "size": 6000, "mtime_ns": status.st_mtime_ns}
    assert file_identity(scene, "stat") == stat_identity(scene)


def test_it_is_the_same_from_any_folder_and_through_a_link(scene, tmp_path, monkeypatch):
    (tmp_path / "link.tif").symlink_to(scene)
    monkeypatch.chdir(tmp_path)
    whole = stat_identity(scene)
    assert stat_identity(tmp_path / "link.tif") == stat_identity(scene.relative_to(tmp_path)) == whole


def test_a_change_of_time_or_size_is_another(scene):
    before = stat_identity(scene)
    os.utime(scene, ns=(0, 5))
    assert stat_identity(scene) != before


def test_content_is_sha256_wherever_it_lies(scene, tmp_path):
    assert content_identity(scene) == {"digest": hashlib.sha256(scene.read_bytes()).hexdigest()}
    before = file_identity(scene, "content")
    assert content_identity(scene.rename(tmp_path / "moved.tif")) == before


@pytest.mark.parametrize("side", ["scene.tfw", "scene.tifw", "scene.wld", "scene.tif.msk"])
@pytest.mark.parametrize("identity", [stat_identity, content_identity])
def test_a_world_file_and_a_mask_belong_to_it(scene, side, identity):
    bare = identity(scene)
    (scene.parent / side).write_text("1")
    with_side = identity(scene)
    (scene.parent / side).write_text("22")
    assert len({str(one) for one in (bare, with_side, identity(scene))}) == 3


@pytest.mark.parametrize("side", ["scene.tif.aux.xml", "scene.tif.ovr"])
def test_what_viewers_write_does_not(scene, side):
    bare = stat_identity(scene)
    (scene.parent / side).write_text("1")
    assert stat_identity(scene) == bare


@pytest.mark.parametrize("identity", [stat_identity, content_identity])
@pytest.mark.parametrize("relative", ["0", "1"])
def test_a_virtual_raster_changes_with_its_sources(scene, tmp_path, identity, relative):
    inner = vrt(tmp_path / "inner.vrt", "scene.tif")
    outer = vrt(tmp_path / "outer.vrt", "inner.vrt" if relative == "1" else inner, relative=relative)
    before = identity(outer)
    assert identity(outer) == before
    scene.write_bytes(b"others" * 1001)
    assert identity(outer) != before


def test_a_virtual_raster_that_names_itself_or_nothing_has_an_identity(tmp_path):
    circle = vrt(
        tmp_path / "a.vrt",
        "a.vrt",
        "missing.tif",
        "/vsicurl/https://host/x.tif?sig=secret",
        "https://host/x?sig=secret",
    )
    assert set(stat_identity(circle)) == set(stat_identity(circle)) | {"with"}
    broken = tmp_path / "b.vrt"
    broken.write_text("<VRTDataset")
    assert "with" not in stat_identity(broken)


def test_a_member_is_its_archives_name_and_its_own(scene):
    archive = stat_identity(scene)
    member = member_identity(archive, "a/b.tif", crc=5)
    assert member == archive | {"member": "a/b.tif", "crc": 5}
    assert member_identity({"digest": "x"}, "a/b.tif", crc=5, offset=7) == {
        "digest": "x",
        "member": "a/b.tif",
    }


def test_a_missing_file_is_told_and_is_another_once_it_is_there(scene):
    missing = missing_identity(scene, "no such file")
    assert missing == {"path": str(scene), "missing": 1, "refused": "no such file"}
    assert missing != stat_identity(scene)
