"""Files, folders and patterns."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.sources.files import folder_files, natural_key, pattern_files
from geounet.errors import GeounetWarning, OptionsError, SceneError


@pytest.fixture
def plant(tmp_path):
    """Make empty files below a folder."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


def below(folder):
    return [found.name for found in folder_files(folder)]


def test_rasters_and_archives_in_a_persons_order(plant):
    folder = plant("t10.tif", "t2.TIF", "T1.jp2", "sub/x.png", "a.zip", "b.tar.gz", "z/deep/er/y.vrt")
    assert below(folder) == [
        "a.zip",
        "b.tar.gz",
        "sub/x.png",
        "T1.jp2",
        "t2.TIF",
        "t10.tif",
        "z/deep/er/y.vrt",
    ]


def test_what_hides_and_side_files_are_left_alone(plant):
    others = [
        "x.tif.aux.xml",
        "x.tif.ovr",
        "x.tif.msk",
        "x.tfw",
        "x.prj",
        "a.txt",
        ".x.tif",
        ".geounet-12-ab/x.tif",
        ".git/x.tif",
    ]
    assert below(plant("x.tif", *others)) == ["x.tif"]


def test_what_a_batch_wrote_is_nobodys_input(plant):
    folder = plant("x.tif", "out/manifest.sqlite", "out/x_class.tif", "out/sub/y_class.tif")
    assert below(folder) == ["x.tif"]
    assert below(folder / "out") == ["sub/y_class.tif", "x_class.tif"]  # unless it is what was asked for
    plant("shared/run.json", "shared/claims/x", "shared/z_class.tif")
    assert below(folder) == ["x.tif"]


@pytest.mark.parametrize("names", [[], ["a.txt"], [".x.tif"]])
def test_a_folder_without_a_raster_is_an_error(plant, names):
    with pytest.raises(SceneError, match="holds no raster; expected files such as"):
        below(plant(*names))


def test_links_are_followed_and_circles_are_not(plant):
    folder = plant("a/x.tif", "b/y.tif")
    (folder / "a" / "up").symlink_to(folder)
    (folder / "c").symlink_to(folder / "b")
    (folder / "d.tif").symlink_to(folder / "b" / "y.tif")
    assert below(folder) == ["a/x.tif", "b/y.tif", "d.tif"]
    found = {one.name: one.real for one in folder_files(folder)}
    assert found["d.tif"] == found["b/y.tif"]


def test_a_link_to_nothing_is_found(plant):
    folder = plant("x.tif")
    (folder / "y.tif").symlink_to(folder / "gone.tif")
    assert below(folder) == ["x.tif", "y.tif"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not stop this user")
def test_a_folder_that_may_not_be_read_is_told(plant):
    folder = plant("x.tif", "closed/y.tif")
    (folder / "closed").chmod(0)
    try:
        (closed, _) = folder_files(folder)
    finally:
        (folder / "closed").chmod(0o700)
    assert "cannot be read" in closed.line


def test_a_virtual_raster_of_what_lies_there_is_left_out(plant):
    folder = plant("a.tif", "b.tif")
    for name, source in (("m.vrt", "a.tif"), ("other.vrt", "../elsewhere.tif")):
        inner = f'<SourceFilename relativeToVRT="1">{source}</SourceFilename>'
        (folder / name).write_text(f"<VRTDataset>{inner}</VRTDataset>")
    with pytest.warns(GeounetWarning, match=r"m\.vrt is made of rasters in this folder"):
        assert below(folder) == ["a.tif", "b.tif", "other.vrt"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
def test_a_name_that_is_not_utf8_is_told(plant):
    folder = plant()
    (folder / os.fsdecode(b"\xe9.tif")).touch()
    (found,) = folder_files(folder)
    assert "is not UTF-8" in found.line
    found.line.encode()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.tif", ["t2.tif", "t10.tif"]),
        ("**/*.tif", ["sub/deep/z.tif", "sub/y.tif", "t2.tif", "t10.tif"]),
        ("**", ["data.png", "sub/deep/z.tif", "sub/y.tif", "t2.tif", "t10.tif"]),
        ("s*", ["sub/deep/z.tif", "sub/y.tif"]),
        ("*", ["data.png", "sub/deep/z.tif", "sub/y.tif", "t2.tif", "t10.tif"]),
        ("t[0-9].tif", ["t2.tif"]),
        ("t?.*", ["t2.tif"]),
        ("*.dat", ["odd.dat"]),
        ("sub/*/*.tif", ["deep/z.tif"]),
        ("./sub/../t2.*", ["t2.tif"]),
    ],
)
def test_patterns(plant, pattern, expected):
    folder = plant(
        "t10.tif", "t2.tif", "data.png", "t2.tfw", "odd.dat", "sub/y.tif", "sub/deep/z.tif", ".hidden/x.tif"
    )
    assert [found.name for found in pattern_files(pattern, folder)] == expected
    assert [found.name for found in pattern_files(str(folder / pattern), folder / "sub")] == expected


@pytest.mark.parametrize("pattern", ["*.jp2", "nowhere/*.tif", "*.t?t"])
def test_a_pattern_that_finds_nothing_is_an_error(plant, pattern):
    with pytest.raises(OptionsError, match="finds no raster; expected"):
        list(pattern_files(pattern, plant("x.tif", "x.txt")))


@given(st.lists(st.text(st.sampled_from("aA9120.é "), max_size=6)))
def test_the_order_is_one_for_all(names):
    assert sorted(names, key=natural_key) == sorted(sorted(names), key=natural_key)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_are_in_order_of_their_value(one, other):
    assert (natural_key(f"t{one}.tif") < natural_key(f"t{other}.tif")) == (one < other)
