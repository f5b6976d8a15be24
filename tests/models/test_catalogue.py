"""A model is found by what names it, and what names none is refused with what there is."""

import shlex
from pathlib import Path

import pytest

from geounet.errors import ModelError
from geounet.models import catalogue
from geounet.models.bundle import Bundle
from geounet.models.catalogue import find, shipped


def test_shipped_models_are_bundles_by_their_folders_names() -> None:
    for name, folder in shipped().items():
        bundle = find(name)
        assert bundle.folder == folder
        assert bundle.card.name == name


def test_a_folder_is_found_by_its_path(tiny: Bundle) -> None:
    assert find(tiny.folder) == find(str(tiny.folder)) == tiny


def test_a_shipped_name_wins_over_a_folder_and_a_path_says_the_folder(
    tiny: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tiny.folder.parent / "other").mkdir()
    monkeypatch.chdir(tiny.folder.parent)
    monkeypatch.setattr(catalogue, "shipped", lambda: {"other": tiny.folder})
    assert find("other") == tiny
    with pytest.raises(ModelError, match=r"has no card.json"):
        find("./other/")


def test_an_unknown_name_is_answered_with_what_there_is(
    tiny: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "shipped", lambda: {"buildings": tiny.folder, "roads": tiny.folder})
    with pytest.raises(
        ModelError, match=r"'bulidings' is not known; shipped models: buildings, roads; or pass.*smp:ID"
    ):
        find("bulidings")


def test_a_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "unet.pth").write_bytes(b"")
    with pytest.raises(ModelError, match=r"is a file; expected a bundle's folder.*geounet models import"):
        find(tmp_path / "unet.pth")


def test_what_is_advised_can_be_typed_whatever_the_path(tmp_path: Path) -> None:
    path = tmp_path / "my models" / "exp ü.pth"
    path.parent.mkdir()
    path.write_bytes(b"")
    with pytest.raises(ModelError, match="make a bundle with ") as caught:
        find(path)
    words = shlex.split(str(caught.value).partition("make a bundle with ")[2])
    assert words == ["geounet", "models", "import", str(path), "--card", "card.json", "-o", "exp ü"]


def test_a_network_of_another_program_is_not_sent_to_be_imported(tmp_path: Path) -> None:
    (tmp_path / "exp ü.XML").write_text("<net/>", encoding="utf-8")
    with pytest.raises(
        ModelError, match=r"of OpenVINO, for OpenVINO's own programs; pass .* its ONNX"
    ) as caught:
        find(tmp_path / "exp ü.XML")
    assert "geounet models import" not in str(caught.value)
