"""What a person gave → items."""

import time
from pathlib import Path

import pytest

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources import find
from geounet.errors import OptionsError, SceneError
from geounet.raster.address import RasterAddress

ODD = [
    "a b.tif",
    "brace{1}.tif",
    "50%.tif",
    "#1.tif",
    "é.tif",
    "東京.tif",
    "😀.tif",
    "it's.tif",
    "[1].tif",
    "@x.tif",
    "q&a;.tif",
]


@pytest.fixture
def folder(tmp_path, monkeypatch, tif):
    """The working folder, with a few rasters in it."""
    for name in ("a.tif", "sub/b.tif", "sub/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(tif)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(items):
    return [item.name for item in items]


def test_a_file(folder, find_local):
    (item,) = find_local("a.tif")
    assert item.name == "a"
    assert item.shown == "a.tif"
    assert item.raster == RasterAddress(address=str(folder / "a.tif"))
    assert item.identity["path"] == str((folder / "a.tif").resolve())


def test_a_folder_a_pattern_and_a_path(folder, find_local):
    assert names(find_local("sub")) == ["b", "c"]
    assert names(find_local("s*/*.png", Path("a.tif"))) == ["sub/c", "a"]
    assert names(find_local(folder)) == ["a", "sub/b", "sub/c"]


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_found(folder, find_local, name):
    for where in ("", "d/"):
        path = folder / f"{where}{name}"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    given = name if name[0] != "@" else f"./{name}"
    assert [Path(item.raster.address).name for item in find_local(given, "d")] == [name, name]


def test_each_file_comes_once(folder, find_local):
    (folder / "link.tif").symlink_to(folder / "a.tif")
    assert len(find_local("a.tif", "a.tif", ".", "*.tif", "link.tif", "./sub/../a.tif")) == 3


def test_the_order_is_that_of_the_inputs(folder, find_local):
    assert names(find_local("sub/c.png", "a.tif", "sub")) == ["c", "a", "b"]


def test_archives_among_files(folder, find_local, make_zip, make_tar, tif):
    make_zip([("x.tif", tif), ("../y.tif", tif)], "sub/z.zip")
    make_tar([("t.tif", tif)], "sub/u.tar.gz")
    (folder / "sub" / "docs.zip").write_bytes(make_zip([("readme.txt", b"")], "e.zip").path.read_bytes())
    items = {item.shown: item for item in find_local("sub", "sub/z.zip")}
    assert list(items) == ["b.tif", "c.png", "u.tar.gz/t.tif", "z.zip/x.tif", "z.zip/../y.tif"]
    assert [shown for shown, item in items.items() if "refused" in item.identity] == ["z.zip/../y.tif"]
    assert items["z.zip/../y.tif"].name == "z/_/y"


def test_an_archive_without_a_raster_that_was_given_is_told(folder, find_local, make_zip):
    make_zip([("readme.txt", b"")], "e.zip")
    (item,) = find_local("e.zip")
    assert "holds no raster" in item.identity["refused"]


@pytest.mark.parametrize("digest", ["stat", "content"])
def test_a_missing_file_is_told_and_the_rest_goes_on(folder, find_local, digest):
    missing, there = find_local("gone.tif", "a.tif", digest=digest)
    assert missing.identity["missing"] == 1
    assert "there is no file" in missing.identity["refused"]
    assert "refused" not in there.identity
    assert [Item.from_dict(item.to_dict()) for item in (missing, there)] == [missing, there]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("given", ["sub/list.txt", "sub/list.lst", "@sub/odd.list"])
def test_a_list_is_relative_to_its_own_folder(folder, find_local, given, encoding):
    text = '# tiles\r\nb.tif\r\n\r\n  "../é#.tif"  \r\n*.png\nmore.txt\n'
    (folder / given.lstrip("@")).write_text(text, encoding)
    (folder / "sub" / "more.txt").write_text("..\n")
    (folder / "é#.tif").touch()
    assert names(find_local(given)) == ["b", "é#", "c", "a"]


def test_lists_that_name_one_another_are_an_error(folder, find_local):
    (folder / "x.txt").write_text("y.txt")
    (folder / "y.txt").write_text("x.txt")
    with pytest.raises(OptionsError, match="is named by lists that it names"):
        find_local("x.txt")
    for number in range(find.DEEPEST + 1):
        (folder / f"{number}.txt").write_text(f"{number + 1}.txt")
    with pytest.raises(OptionsError, match="in one another"):
        find_local("0.txt")


@pytest.mark.parametrize("content", [b"", b"# nothing\n"])
def test_an_empty_list_is_an_error(folder, find_local, content):
    (folder / "x.txt").write_bytes(content)
    with pytest.raises(SceneError, match="is empty"):
        find_local("x.txt")


def test_a_list_that_is_no_text_or_not_there_is_an_error(folder, find_local):
    (folder / "x.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionsError, match="no text in UTF-8"):
        find_local("x.txt")
    with pytest.raises(OptionsError, match="cannot read the list"):
        find_local("gone.txt")


@pytest.mark.parametrize("inputs", [[], [""], ["  "], ["*.jp2"]])
def test_inputs_that_mean_nothing_are_an_error(folder, find_local, inputs):
    with pytest.raises(OptionsError, match="expected"):
        find_local(*inputs)


@pytest.mark.parametrize("text", ["ftps://host/x.tif?sig=secret", "no\0path.tif"])
def test_what_is_no_path_is_an_error_without_its_signature(folder, find_local, text):
    with pytest.raises(OptionsError, match="expected") as caught:
        find_local(text)
    assert "secret" not in str(caught.value)


def test_a_path_that_no_disk_takes_is_told(folder, find_local):
    (item,) = find_local("x" * 5000 + ".tif")
    assert "cannot be read" in item.identity["refused"]


def test_a_file_address_is_a_path(folder, find_local):
    assert names(find_local((folder / "sub" / "c.png").as_uri())) == ["c"]


def test_services_are_asked_in_order_before_files(folder, monkeypatch):
    asked = []

    def service(word):
        def is_one(text):
            asked.append(word)
            return text.startswith(word)

        return is_one, lambda text, options: [Item(name=text, raster=RasterAddress(address=text))] * 2

    monkeypatch.setattr(find, "_services", lambda: [service("tile"), service("stac")])
    assert names(find.find_items(["stac:x", "a.tif"], SourceOptions())) == ["stac_x", "a"]
    assert asked == ["tile", "stac", "tile", "stac"]


def test_the_services_that_are_there(folder):
    assert names(find.find_items(["a.tif", "sub"], SourceOptions())) == ["a", "b", "c"]


def test_three_thousand_files_are_found_quickly(tmp_path, find_local):
    for number in range(3000):
        (tmp_path / f"t{number}.tif").touch()
    start = time.perf_counter()
    assert names(find_local(tmp_path))[:3] == ["t0", "t1", "t2"]
    assert time.perf_counter() - start < 60
