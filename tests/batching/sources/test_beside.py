"""Several files of one ground as one item: by a rule about names, and by a table."""

import os
from pathlib import Path
from typing import Any

import pytest

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.sources.tables import scene_rows
from geounet.errors import OptionsError
from geounet.raster.beside import BesideRule


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tif: bytes) -> Path:
    """The working folder, with scenes in two files each."""
    for name in (
        "one/a_rgb.tif", "one/a_height.tif", "one/b_rgb.tif", "one/b_height.tif", "rgb/c.tif", "height/c.tif", "all.tif",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(tif)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(items: list[Item]) -> dict[str, list[str]]:
    """The files of each item, below the working folder."""
    return {item.name: [os.path.relpath(file.raster.address) for file in item.files] for item in items}


def test_a_rule_finds_files_and_they_are_no_scenes(folder: Path, find_local: Any) -> None:
    found = find_local("one", beside=("_rgb=_height",))
    assert shown(found) == {
        "a_rgb": ["one/a_rgb.tif", "one/a_height.tif"], "b_rgb": ["one/b_rgb.tif", "one/b_height.tif"],
    }  # fmt: skip
    assert found[0].title == "a_rgb.tif + a_height.tif"


def test_files_that_were_not_given_are_found_too_also_in_another_folder(
    folder: Path, find_local: Any
) -> None:
    assert shown(find_local("rgb", beside=("/rgb/=/height/",))) == {"c": ["rgb/c.tif", "height/c.tif"]}
    assert shown(find_local("one/*_rgb.tif", beside=("_rgb=_height", "all.tif"))) == {
        "a_rgb": ["one/a_rgb.tif", "one/a_height.tif", "all.tif"],
        "b_rgb": ["one/b_rgb.tif", "one/b_height.tif", "all.tif"],
    }


def test_the_last_of_several_is_replaced(tmp_path: Path) -> None:
    assert BesideRule.of("rgb=dsm", tmp_path).other("/rgb/x_rgb.tif") == "/rgb/x_dsm.tif"
    assert BesideRule.of("red=dsm", tmp_path).other("/rgb/x_rgb.tif") is None
    assert (
        BesideRule.of("_a=_b", tmp_path).other("/vsicurl/https://h/x_a.tif") == "/vsicurl/https://h/x_b.tif"
    )


def test_what_is_missing_or_meets_no_rule_is_refused_by_itself(folder: Path, find_local: Any) -> None:
    (folder / "one/b_height.tif").unlink()
    found = {item.name: item for item in find_local("one", "all.tif", beside=("_rgb=_height",))}
    assert list(found) == ["a_rgb", "b_rgb", "all"]
    assert "refused" not in found["a_rgb"].beside[0].identity
    assert "there is no file" in str(found["b_rgb"].beside[0].identity["refused"])
    assert "all.tif has no '_rgb' in its path" in str(found["all"].identity["refused"])


@pytest.mark.parametrize("text", ["=x", "x=x", " ", "="])
def test_rules_that_change_nothing_are_refused(folder: Path, find_local: Any, text: str) -> None:
    with pytest.raises(OptionsError, match="--beside"):
        find_local("one", beside=(text,))


def test_every_file_is_part_of_what_a_scene_is_known_by(folder: Path, find_local: Any) -> None:
    def key() -> str:
        (item,) = find_local("rgb", beside=("/rgb/=/height/",), digest="content")
        assert Item.from_dict(item.to_dict()) == item
        return Job(name=item.name, items=(item,)).key

    before, path = key(), folder / "height/c.tif"
    assert key() == before
    path.write_bytes(path.read_bytes() + b"\0")
    assert key() != before


def test_an_item_of_one_file_is_written_down_as_before(folder: Path, find_local: Any) -> None:
    (item,) = find_local("all.tif")
    assert set(item.to_dict()) == {"name", "raster", "identity", "shown", "date"}
    assert item.identities == dict(item.identity)


def test_a_table_has_a_scene_a_row(folder: Path, find_local: Any) -> None:
    (folder / "one/scenes.csv").write_text('rgb,height\n"a_rgb.tif","a_height.tif"\nb_rgb.tif,../all.tif\n')
    expected = {"a_rgb": ["one/a_rgb.tif", "one/a_height.tif"], "b_rgb": ["one/b_rgb.tif", "all.tif"]}
    assert shown(find_local("one/scenes.csv")) == expected
    assert shown(find_local("@one/scenes.csv")) == expected


def test_one_file_may_be_the_first_of_several_scenes(folder: Path, find_local: Any) -> None:
    (folder / "scenes.csv").write_text("all.tif,rgb/c.tif\nall.tif,height/c.tif\nall.tif,rgb/c.tif\n")
    found = shown(find_local("scenes.csv"))
    assert list(found.values()) == [["all.tif", "rgb/c.tif"], ["all.tif", "height/c.tif"]]
    assert len(found) == 2


def test_a_file_of_a_row_that_a_rule_finds_too_is_read_once(folder: Path, find_local: Any) -> None:
    (folder / "scenes.csv").write_text("one/a_rgb.tif,one/a_height.tif\none/b_rgb.tif,one/../all.tif\n")
    assert shown(find_local("scenes.csv", beside=("_rgb=_height", "all.tif"))) == {
        "a_rgb": ["one/a_rgb.tif", "one/a_height.tif", "all.tif"],
        "b_rgb": ["one/b_rgb.tif", "all.tif", "one/b_height.tif"],
    }


def test_a_cell_of_a_table_is_one_file(folder: Path, find_local: Any) -> None:
    (folder / "scenes.csv").write_text("rgb/c.tif,one\n")
    with pytest.raises(OptionsError, match="one stands for 4 rasters; expected one"):
        find_local("scenes.csv")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a.tif;b.tif\nc.tif;", [("a.tif", "b.tif"), ("c.tif",)]),
        ("a.tif\tb, c.tif", [("a.tif", "b, c.tif")]),
        ("before,after\n1/a,2/a\n", [("1/a", "2/a")]),
        ('"a, b.tif",c.tif\n,\n"d.tif","e.tif"', [("a, b.tif", "c.tif"), ("d.tif", "e.tif")]),
        ("", []),
    ],
)
def test_tables_are_read_however_programs_write_them(text: str, rows: list[tuple[str, ...]]) -> None:
    assert scene_rows(text.splitlines()) == rows
