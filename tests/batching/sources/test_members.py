"""What an archive may hold: names, kinds, sizes and headers."""

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.sources import members
from geounet.raster.untrusted import UNTRUSTED_DRIVERS


@pytest.mark.parametrize(
    "name",
    [
        "/etc/x.tif", "../x.tif", "a/../../x.tif", "a/..", "C:/x.tif", "c:x.tif", "a\\x.tif", "\\\\host\\x.tif", "a\0.tif",
        "a\nb.tif", "\x1b[2J.tif", "a//b.tif", "", ".", "./../x.tif", "a/./b.tif", "\udce9.tif",
    ],
)  # fmt: skip
def test_a_name_that_may_lead_elsewhere_is_refused(name):
    assert members.why_name_is_refused(name)


@pytest.mark.parametrize(
    "name",
    [
        "x.tif",
        "./x.tif",
        "a b/c.tif",
        "a{1}.tif",
        "50%.tif",
        "#1.tif",
        "é/東京/😀.tif",
        'it\'s "x".tif',
        "..x.tif",
        "a...tif",
    ],
)
def test_an_unusual_name_is_taken(name):
    assert members.why_name_is_refused(name) is None


@given(st.text(st.sampled_from("./\\a:C\0"), max_size=8))
def test_what_is_taken_lies_below_the_archive(name):
    if members.why_name_is_refused(name) is None:
        parts = name.removeprefix("./").split("/")
        assert not {"", ".", ".."} & set(parts)


@pytest.mark.parametrize("name", ["a/b.tif", "x.VRT", "inner.zip", "../x.tif", "C:\\x.tif", "a.ntf"])
def test_what_claims_to_be_a_raster_is_wanted(name):
    assert members.is_wanted(name)


@pytest.mark.parametrize(
    "name", ["readme.txt", "x.tfw", "__MACOSX/._x.tif", ".hidden/x.tif", "x.tif.aux.xml", ".tif", "tif"]
)
def test_the_rest_is_left_alone(name):
    assert not members.is_wanted(name)


@pytest.mark.parametrize("name", ["x.vrt", "x.img", "x.ntf", "inner.zip", "inner.tar.gz", "x.mrf"])
def test_kinds_that_may_read_other_files_are_refused(name):
    assert members.why_kind_is_refused(name)


@pytest.mark.parametrize("driver", ["GTiff", "PNG", "JPEG", "JP2OpenJPEG", "WEBP"])
def test_a_file_of_each_driver_is_known_by_its_beginning(tmp_path, driver):
    extension = next(end for end, name in members.DRIVERS.items() if name == driver)
    path = tmp_path / f"x.{extension}"
    with rasterio.open(path, "w", driver=driver, width=8, height=8, count=3, dtype="uint8") as dataset:
        dataset.write(np.zeros((3, 8, 8), np.uint8))
    assert members.driver_of(path.name, path.read_bytes()[:1024]) == driver


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("endian", ["LITTLE", "BIG"])
def test_every_tiff_is_known(tmp_path, big, endian):
    path = tmp_path / "x.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=1,
        dtype="uint8",
        BIGTIFF="YES" if big else "NO",
        ENDIANNESS=endian,
    ):
        pass
    assert members.driver_of("x.TIF", path.read_bytes()) == "GTiff"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("x.tif", b"<VRTDataset rasterXSize='1'>"),
        ("x.tif", b"\xff\xd8\xff\xe0"),
        ("x.tif", b""),
        ("x.png", b"II*\0"),
        ("x.jpg", b"\xff\xd8\xff\xfe\x40\x40<VRTDataset rasterXSize='1'>"),
        ("x.jpg", b"\xff\xd8\xff\xfe\x40\x40<GDAL_WMS>"),
    ],
)
def test_what_is_not_what_its_extension_says_has_no_driver(name, head):
    assert members.driver_of(name, head) is None


@pytest.mark.parametrize(
    ("unpacked", "packed", "fine"),
    [
        (10, 1, True),
        (members.BIG_BYTES - 1, 1, True),
        (members.BIG_BYTES, members.BIG_BYTES // 1000, False),
        (members.BIG_BYTES, members.BIG_BYTES // 999, True),
        (members.MAX_MEMBER_BYTES, members.MAX_MEMBER_BYTES, True),
        (members.MAX_MEMBER_BYTES + 1, members.MAX_MEMBER_BYTES, False),
    ],
)
def test_sizes_are_bounded(unpacked, packed, fine):
    assert (members.why_size_is_refused(unpacked=unpacked, packed=packed) is None) == fine


def test_a_name_is_shown_without_what_a_terminal_acts_on():
    assert members.shown_name("a\x1b[31m\u202eb.tif") == "a�[31m�b.tif"


def test_every_driver_reads_no_other_file():
    assert set(members.DRIVERS.values()) == UNTRUSTED_DRIVERS
