"""Names of outputs: unique, and safe on every system."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geounet.batching.item import Item
from geounet.batching.sources.names import (
    DERIVED,
    LONGEST_NAME,
    LONGEST_PART,
    RESERVED,
    folded,
    safe_name,
    unique_names,
)
from geounet.raster.address import RasterAddress

WINDOWS = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)", re.IGNORECASE)
"""Devices, as Microsoft's `Naming Files, Paths, and Namespaces` has them."""


def item(name, address=None):
    return Item(name=name, raster=RasterAddress(address=address or f"/data/{name}"))


def names(*items):
    return [one.name for one in unique_names(one if isinstance(one, Item) else item(one) for one in items)]


def outputs(name):
    """Files that are written for a name, in every format."""
    return {f"{name}.{end}" for end in ("gpkg", "fgb", "parquet", "geojson", "shp", "tif")} | {
        f"{name}{end}.tif" for end in DERIVED
    }


ODD = st.text(
    st.one_of(st.sampled_from("ab.aA_/\\: \0?*cCoOnN1é\u0301ßſKk\u202e\udce9"), st.characters()), max_size=20
)
RAW = st.one_of(
    ODD,
    st.lists(
        st.sampled_from(
            ["a", "A", "a.tif", "a.png", "A.TIF", "a_class", "a_class.tif", "a_Probability", "con", "aux.tif", "report",
             "items", "x.zip", "a.tar.gz", "..", ".", "", "a.", " a", ".a", "a.gpkg", "e\u0301", "é", "y" * 300, "東" * 90],
        ),
        min_size=1,
        max_size=5,
    ).map("/".join),
)  # fmt: skip


@given(RAW)
@example("y/" * 300)
def test_a_name_is_safe_on_every_system(raw):
    name = safe_name(raw)
    assert name == unicodedata.normalize("NFC", name)
    assert len(name) <= LONGEST_NAME
    for part in name.split("/"):
        assert part not in ("", ".", "..")
        assert part[0] not in " ."
        assert part[-1] not in " ."
        assert len(part.encode()) <= LONGEST_PART + 1
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]', part)
        assert not WINDOWS.match(part)
    assert name.split("/")[0].split(".")[0].casefold() not in RESERVED


@given(RAW)
def test_a_safe_name_stays_as_it_is(raw):
    assert safe_name(safe_name(raw)) == safe_name(raw)


@given(st.lists(RAW, max_size=12))
@example(["a.tif", "a.png", "a.tif.jp2"])
@example(["a", "a_class", "a_class.tif", "a_class_class"])
@example(["a.tif", "a.tif", "a-2.tif"])
def test_no_two_outputs_are_one_file(raw):
    found = [folded(name) for name in names(*raw)]
    assert len(found) == len(raw)
    files = [one for name in found for one in outputs(name)]
    assert len(set(files)) == len(files)
    folders = {name.rsplit("/", depth)[0] for name in found for depth in range(1, name.count("/") + 1)}
    assert not folders & set(files)


@given(st.lists(RAW, max_size=8, unique=True), st.randoms())
def test_names_do_not_depend_on_the_order(raw, random):
    shuffled = random.sample(raw, len(raw))
    assert dict(zip(raw, names(*raw), strict=True)) == dict(zip(shuffled, names(*shuffled), strict=True))


def test_folders_stay_and_extensions_go():
    assert names("a/b.tif", "c/東京.JP2", "x.zip/d/e.tiff", "plain", "v1.2") == [
        "a/b",
        "c/東京",
        "x/d/e",
        "plain",
        "v1.2",
    ]


def test_extensions_stay_where_two_would_be_one():
    assert names("scene.tif", "scene.png", "other.tif") == ["scene.tif", "scene.png", "other"]
    assert names("Scene.tif", "scene.png") == ["Scene.tif", "scene.png"]


def test_folders_above_part_files_of_one_name():
    assert names(item("a.tif", "/data/2023/a.tif"), item("a.tif", "/data/2024/a.tif")) == ["2023/a", "2024/a"]
    pair = item("a.tif", "/data/x/s/a.tif"), item("a.tif", "/data/y/s/a.tif")
    assert names(*pair) == ["x/s/a", "y/s/a"]
    inside = "/vsizip/{/data/%s/t.zip}/a.tif"
    assert names(item("t.zip/a.tif", inside % 1), item("t.zip/a.tif", inside % 2)) == ["1/t/a", "2/t/a"]


def test_what_cannot_be_told_apart_is_numbered():
    assert names(item("a", "x"), item("a", "x"))[1].endswith("-2")


@pytest.mark.parametrize("raw", ["a_class.tif", "a_probability.png", "A_CLASS.tif"])
def test_a_name_is_not_that_of_anothers_raster(raw):
    assert names("a.tif", raw) == ["a", raw]
    assert names(raw) == [raw.partition(".")[0]]


def test_ten_thousand_names_are_quick():
    found = names(*(item(f"s{number // 100}/t{number}.tif") for number in range(10_000)))
    assert found[-1] == "s99/t9999"
