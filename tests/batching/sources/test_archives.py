"""Archives read in place, and what is refused in them."""

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import RasterioError

from geounet.batching.options import SourceOptions
from geounet.batching.sources import archives, members, tars
from geounet.batching.sources.archives import archive_items
from geounet.batching.sources.files import found_file

ODD = [
    "with space/a b.tif", "brace{1}.tif", "un{bal.tif", "un}bal.tif", "pct%20.tif", "hash#.tif", "é.tif", "東京/😀.tif",
    'quo"te\'s.tif', "q?x=1&y.tif", "semi;,.tif", "./dot.tif", "x.zip/in.tif", "L" * 120 + "/" + "M" * 140 + ".tif",
]  # fmt: skip
VRT = """<VRTDataset rasterXSize="16" rasterYSize="16"><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">
<SourceFilename>/etc/passwd</SourceFilename><ImageOffset>0</ImageOffset></VRTRasterBand></VRTDataset>"""


def items(found, **options):
    return list(archive_items(found, SourceOptions(**options)))


def refused(found):
    """Lines of what is refused, and nothing else may be there."""
    found = items(found)
    assert all("refused" in item.identity and item.raster.drivers == () for item in found)
    return [item.identity["refused"] for item in found]


def value(item):
    """The first pixel of an item, opened as it says."""
    (driver,) = item.raster.drivers
    with rasterio.Env(**item.raster.settings()), rasterio.open(item.raster.address, driver=driver) as dataset:
        return int(dataset.read(1)[0, 0])


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "A.ZIP"])
def test_members_are_read_in_place_under_any_name(make_zip, make_tar, tif, name):
    make = make_zip if name.lower().endswith("zip") else make_tar
    found = make([(member, tif) for member in ODD], name)
    read = items(found)
    assert [item.shown for item in read] == [f"{name}/{member}" for member in ODD]
    assert [value(item) for item in read] == [7] * len(ODD)
    assert sorted(path.name for path in found.path.parent.iterdir()) == [name]  # GDAL left nothing beside it


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_format_of_tar_is_read(make_tar, tif, tar_format):
    assert [
        value(item) for item in items(make_tar([(member, tif) for member in ODD], tar_format=tar_format))
    ] == [7] * len(ODD)


@pytest.mark.parametrize(
    "name", ["s p.zip", "b{1}.zip", "un{b.zip", "un}b.zip", "}{.zip", "é#%.zip", "q'\".zip", "sub.zip/in.zip"]
)
def test_an_archive_has_any_name(make_zip, tif, name):
    assert [value(item) for item in items(make_zip([("d/x.tif", tif)], name))] == [7]


def test_only_rasters_are_items(make_zip, tif):
    found = make_zip(
        [("readme.txt", b"x"), ("x.tif", tif), ("__MACOSX/._x.tif", b"x"), ("x.tfw", b"1"), ("d/", b"")]
    )
    assert [item.name for item in items(found)] == ["a.zip/x.tif"]


@pytest.mark.parametrize(
    "name",
    ["../../x.tif", "/etc/x.tif", "C:\\x.tif", "C:/x.tif", "..\\x.tif", "a/../../x.tif", "a.tif\0.txt"],
)
def test_a_name_that_leaves_the_archive_is_refused(make_zip, make_tar, tif, name):
    info = zipfile.ZipInfo("x.tif")
    info.filename = name  # zipfile cleans what its constructor is given
    lines = refused(make_zip([(info, tif)])) + ([] if "\0" in name else refused(make_tar([(name, tif)])))
    assert all(line.startswith("a.") and "unpack it yourself" in line for line in lines)
    assert len(lines) == (1 if "\0" in name else 2)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE]
)
def test_links_and_devices_in_a_tar_are_refused(make_tar, kind):
    info = tarfile.TarInfo("passwd.tif")
    info.type, info.linkname = kind, "/etc/passwd"
    assert ["is a link, a device or a sparse file" in line for line in refused(make_tar([(info, b"")]))] == [
        True
    ]


def test_a_link_in_a_zip_is_refused(make_zip):
    info = zipfile.ZipInfo("passwd.tif")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    assert ["is a link or a device" in line for line in refused(make_zip([(info, b"/etc/passwd")]))] == [True]


@pytest.mark.parametrize("name", ["x.vrt", "x.tif", "x.png", "x.jp2"])
def test_a_virtual_raster_is_refused_under_any_name(make_zip, make_tar, name):
    for found in (make_zip([(name, VRT)]), make_tar([(name, VRT.encode())])):
        assert len(refused(found)) == 1


@pytest.mark.skipif(not Path("/etc/passwd").exists(), reason="no such file to read here")
def test_the_virtual_raster_would_have_read_the_file(tmp_path):
    (tmp_path / "x.vrt").write_text(VRT)
    with (
        rasterio.Env(GDAL_VRT_RAWRASTERBAND_ALLOWED_SOURCE="ALL"),
        rasterio.open(tmp_path / "x.vrt") as dataset,
    ):
        assert bytes(dataset.read(1)[0, :4]) == Path("/etc/passwd").read_bytes()[:4]


@pytest.mark.parametrize("driver", ["GTiff", "PNG", "JPEG", "JP2OpenJPEG", "WEBP"])
def test_nothing_beside_a_member_is_read(make_zip, tmp_path, driver):
    secret = tmp_path / "secret.tif"
    profile = {"width": 8, "height": 8, "count": 3, "dtype": "uint8"}
    extension = next(end for end, name in members.DRIVERS.items() if name == driver)
    for path, kind in ((secret, "GTiff"), (tmp_path / f"x.{extension}", driver)):
        with rasterio.open(path, "w", driver=kind, **profile) as dataset:
            dataset.write(np.zeros((3, 8, 8), np.uint8))
    side = VRT.replace("/etc/passwd", str(secret))
    statistics = f"""<PAMDataset><SRS>EPSG:4326</SRS><Metadata domain="OVERVIEWS">
    <MDI key="OVERVIEW_FILE">{secret}</MDI></Metadata></PAMDataset>"""
    content = (tmp_path / f"x.{extension}").read_bytes()
    names = {
        f"x.{extension}": content,
        f"x.{extension}.ovr": side,
        f"x.{extension}.msk": side,
        "x.wld": "1\n0\n0\n-1\n5\n5\n",
    }
    (item,) = items(make_zip([*names.items(), (f"x.{extension}.aux.xml", statistics)]))
    with rasterio.Env(**item.raster.settings()), rasterio.open(item.raster.address, driver=driver) as dataset:
        assert dataset.files == [item.raster.address]
        assert (dataset.crs, dataset.overviews(1), dataset.mask_flag_enums[0][0].name) == (
            None,
            [],
            "all_valid",
        )


def test_what_is_no_raster_at_all_does_not_open_as_one(make_zip, tif):
    (item,) = items(make_zip([("x.tif", tif[:8] + b"junk" * 99)]))
    with pytest.raises(RasterioError):
        value(item)


def test_an_archive_in_an_archive_is_not_entered(make_zip, tif):
    inner = make_zip([("x.tif", tif)], "inner.zip").path.read_bytes()
    assert [
        "is an archive within an archive" in line for line in refused(make_zip([("inner.zip", inner)]))
    ] == [True]


def test_a_bomb_by_ratio_is_refused(make_zip, monkeypatch):
    monkeypatch.setattr(members, "BIG_BYTES", 1 << 20)
    monkeypatch.setattr(members, "MAX_RATIO", 500)
    assert [
        "else it is a bomb" in line for line in refused(make_zip([("x.tif", b"II*\0" + bytes(1 << 21))]))
    ] == [True]


def test_a_bomb_by_its_declared_size_is_refused(make_zip, tif):
    found = make_zip([("x.tif", tif)])
    content = bytearray(found.path.read_bytes())
    at = content.rfind(b"PK\1\2")
    struct.pack_into("<L", content, at + 24, 0xFFFFFFF0)  # unpacked bytes, in the table of contents
    found.path.write_bytes(content)
    assert ["else it is a bomb" in line for line in refused(found)] == [True]


def test_a_size_that_is_not_what_is_packed_is_an_error_when_opened_at_most(make_zip, tif):
    found = make_zip([("x.tif", tif)])
    content = bytearray(found.path.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\1\2") + 24, 100)
    found.path.write_bytes(content)
    (item,) = items(found)
    if "refused" not in item.identity:
        with pytest.raises(RasterioError):
            value(item)


def overlapping(path, kernel, count):
    """A zip whose members are all the same bytes (Fifield 2019), written by hand."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(kernel) + packer.flush()
    sizes = struct.pack("<LLL", zlib.crc32(kernel), len(packed), len(kernel))
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 5, 0) + b"0.tif"
    table = b"".join(
        b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        + struct.pack("<HHHHHLL", 5, 0, 0, 0, 0, 0, 0) + f"{number}.tif".encode()
        for number in range(count)
    )  # fmt: skip
    end = b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(table), len(local) + len(packed), 0)
    path.write_bytes(local + packed + table + end)


def test_members_that_overlap_are_a_bomb(tmp_path, tif):
    overlapping(tmp_path / "one.zip", tif, 1)
    assert [value(item) for item in items(found_file(tmp_path / "one.zip"))] == [7]
    overlapping(tmp_path / "a.zip", tif, 9)
    assert ["overlap" in line.lower() for line in refused(found_file(tmp_path / "a.zip"))] == [True]


def test_more_members_than_are_listed_are_refused(make_zip, make_tar, tif, monkeypatch):
    monkeypatch.setattr(members, "MAX_MEMBERS", 3)
    monkeypatch.setattr(tars, "MAX_MEMBERS", 3)
    names = [(f"{number}.tif", tif) for number in range(4)]
    assert len(refused(make_zip(names))) == 1
    last = items(make_tar(names))[-1]
    assert "as many as are listed" in last.identity["refused"]


def test_a_table_of_contents_that_is_too_large_is_not_read(make_zip, tif, monkeypatch):
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", 100)
    monkeypatch.setattr(archives, "ZipFile", None)
    assert [
        "its table of contents has" in line for line in refused(make_zip([("x.tif", tif), ("y.tif", tif)]))
    ] == [True]


@pytest.mark.parametrize("raw", ["é東.tif".encode(), b"\x82t\x82.tif", "日本.tif".encode("cp932")])
def test_a_name_in_any_alphabet_is_read(make_zip, tif, raw):
    found = make_zip([("X" * len(raw), tif)])
    found.path.write_bytes(found.path.read_bytes().replace(b"X" * len(raw), raw))
    (item,) = items(found)
    assert value(item) == 7
    if raw[0] == 0xC3:
        assert item.shown == "a.zip/é東.tif"


def test_a_zip64_is_read(tmp_path, tif):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file, file.open("x.tif", "w", force_zip64=True) as stream:
        stream.write(tif)
    assert [value(item) for item in items(found_file(path))] == [7]


def test_encrypted_and_unknown_packing_are_refused(make_zip, tif):
    assert [
        "is packed by method 14" in line
        for line in refused(make_zip([("x.tif", tif)], compression=zipfile.ZIP_LZMA))
    ] == [True]
    found = make_zip([("x.tif", tif)])
    content = bytearray(found.path.read_bytes())
    content[content.rfind(b"PK\1\2") + 8] |= 1
    found.path.write_bytes(content)
    assert ["is encrypted" in line for line in refused(found)] == [True]


def test_a_name_that_comes_twice_is_read_once(make_tar, tif):
    first, second = items(make_tar([("x.tif", tif), ("x.tif", tif)]))
    assert "refused" not in first.identity
    assert "comes twice" in second.identity["refused"]


@pytest.mark.parametrize("content", [b"", b"PK\5\6", b"not a zip at all", b"\x1f\x8b" + bytes(50)])
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_a_broken_archive_is_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    (line,) = refused(found_file(tmp_path / name))
    assert line.startswith(f"{name} cannot be read (")
    assert "\n" not in line


def test_an_archive_that_was_cut_off_keeps_what_is_whole(make_zip, make_tar, tif):
    whole = [(f"{number}.tif", tif) for number in range(5)]
    zipped = make_zip(whole).path
    zipped.write_bytes(zipped.read_bytes()[:-30])
    assert len(refused(found_file(zipped))) == 1
    for name in ("a.tar", "a.tar.gz"):
        found = make_tar(whole, name)
        found.path.write_bytes(found.path.read_bytes()[: found.path.stat().st_size // 2])
        *good, last = items(found)
        assert "expected a whole archive" in last.identity["refused"]
        assert all("refused" not in item.identity for item in good)


@pytest.mark.parametrize("name", ["a.tar.bz2", "a.tar.xz"])
def test_packing_that_gdal_cannot_read_is_told(make_tar, tif, name):
    assert ["pack it again" in line for line in refused(make_tar([("x.tif", tif)], name))] == [True]


def test_a_packed_tar_is_not_unpacked_without_end(make_tar, tif, monkeypatch):
    monkeypatch.setattr(tars, "MIN_STREAM_BYTES", 1 << 20)
    *good, last = items(
        make_tar([("x.tif", tif), ("y.tif", b"II*\0" + bytes(50 << 20)), ("z.tif", tif)], "a.tar.gz")
    )
    assert len(good) <= 2
    assert "as a bomb does" in last.identity["refused"]


def test_a_header_of_a_tar_is_not_read_without_end(tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + bytes(4096))
    (line,) = refused(found_file(tmp_path / "a.tar"))
    assert "a header of it is larger" in line


def test_a_tar_of_a_negative_size_ends(tmp_path):
    info = tarfile.TarInfo("x.tif")
    info.size = -1024
    with io.BytesIO(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096)) as content:
        (tmp_path / "a.tar").write_bytes(content.getvalue())
    assert len(refused(found_file(tmp_path / "a.tar"))) == 1


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_identity_is_that_of_archive_and_member(make_zip, make_tar, tif, name):
    make = make_zip if name == "a.zip" else make_tar
    found = make([("x.tif", tif), ("y.tif", tif)], name)
    first, second = items(found)
    assert first.identity != second.identity
    assert first.identity["path"] == str(found.path.resolve())
    moved = found.path.rename(found.path.parent / f"moved-{name}")
    again = items(found_file(moved), digest="content")
    assert set(again[0].identity) == {"digest", "member"}
    moved.rename(found.path)
    assert [item.identity for item in items(found, digest="content")] == [item.identity for item in again]
