import json
from pathlib import Path

import pytest

from geounet.models.bundle import read
from geounet.models.catalogue import shipped
from geounet_qgis import models

CARD = {
    "format": 1, "name": "ponds", "version": "0.2.0", "description": "Ponds.", "task": "areas",
    "bands": ["nir", "red"], "classes": ["background", "pond"], "gsd_m": None,
}  # fmt: skip


def bundle(folder: Path, name: str, **changes) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "card.json").write_text(json.dumps(CARD | changes), encoding="utf-8")
    (folder / name / "weights.safetensors").write_bytes(b"")
    return folder / name


def test_what_is_known_by_heart_is_what_ships():
    cards = [read(folder).card for folder in shipped().values()]
    assert [
        (c.name, c.version, c.task, c.description, c.gsd_m, c.bands, c.classes, c.threshold) for c in cards
    ] == [
        (m.name, m.version, m.task, m.description, m.gsd_m, m.bands, m.classes, m.threshold)
        for m in models.BUILT_IN
    ]


def test_the_list_that_geounet_gave_is_kept(tmp_path):
    cache = tmp_path / "new folder" / "models.json"
    models.save(cache, {"models": [CARD]})
    assert models.shipped(cache) == [
        models.Model("ponds", "0.2.0", "areas", "Ponds.", None, ("nir", "red"), ("background", "pond"), None)
    ]
    assert [path.name for path in cache.parent.iterdir()] == ["models.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"models": 3}', '{"models": [{"name": "x"}]}', "\udcff"])
def test_a_broken_list_is_as_none(tmp_path, text):
    cache = tmp_path / "models.json"
    cache.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert models.shipped(cache) == list(models.BUILT_IN)


def test_a_list_that_is_none_is_not_kept(tmp_path):
    with pytest.raises(ValueError, match="models list"):
        models.save(tmp_path / "models.json", {"checks": []})
    assert not list(tmp_path.iterdir())


def test_bundles_come_after_the_shipped_ones_and_broken_ones_say_why(tmp_path):
    good = bundle(tmp_path, "ponds-2")
    bundle(tmp_path, "threshold", threshold="high")
    bundle(tmp_path, "no classes", classes=[])
    (bundle(tmp_path, "no json") / "card.json").write_text("{", encoding="utf-8")
    (bundle(tmp_path, "a list") / "card.json").write_text("[1]", encoding="utf-8")
    (bundle(tmp_path, "no weights") / "weights.safetensors").unlink()
    (tmp_path / "no bundle").mkdir()
    listed = models.available(tmp_path / "none.json", str(tmp_path))
    assert [m.name for m in listed] == ["buildings", "roads", "ponds"]
    assert listed[-1].folder == listed[-1].word == str(good)
    assert listed[0].word == "buildings"
    broken = models.bundles(str(tmp_path))[1]
    assert [Path(b.folder).name for b in broken] == [
        "a list",
        "no classes",
        "no json",
        "no weights",
        "threshold",
    ]
    assert all(b.reason for b in broken)
    assert "'high' is no number" in broken[-1].reason
    assert broken[-2].reason == "weights.safetensors is missing"


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_no_folder_has_no_bundles(tmp_path, folder):
    assert models.bundles(folder and str(tmp_path / folder)) == ([], [])


def test_a_bundle_is_named_by_its_folder_or_its_card(tmp_path):
    folder = bundle(tmp_path, "ponds")
    assert models.read_bundle(folder) == models.read_bundle(folder / "card.json")
    with pytest.raises(OSError, match=r"card\.json"):
        models.read_bundle(tmp_path)
