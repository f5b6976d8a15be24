"""What a person has chosen is kept in QGIS's settings, and rubbish there does no harm."""

from dataclasses import fields
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsSettings

from geounet_qgis.settings import Settings, data_folder, own_models_folder


@pytest.fixture(autouse=True)
def _fresh(qgis_app):
    QgsSettings().remove("geounet")
    yield
    QgsSettings().remove("geounet")


CHOSEN = Settings(
    python="/opt/é env/bin/python",
    folder="/data/geo unet",
    models_folder="/data/models",
    build="cu128",
    wheels="/media/usb/wheels",
    requirement="geounet==0.1.3",
    train=True,
    base_python="/usr/bin/python3.12",
)


def test_nothing_stored_is_the_defaults():
    assert Settings.load() == Settings()


def test_what_is_saved_comes_back():
    assert all(getattr(CHOSEN, field.name) != field.default for field in fields(Settings))
    CHOSEN.save()
    assert Settings.load() == CHOSEN


def test_a_default_is_not_stored_and_an_old_value_goes():
    CHOSEN.save()
    Settings(build="cpu").save()
    stored = QgsSettings()
    stored.beginGroup("geounet")
    assert stored.childKeys() == ["build"]


@pytest.mark.parametrize("rubbish", [42, ["a", "b"], {"a": 1}, None, b"x", 1.5])
@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_rubbish_counts_as_not_set(field, rubbish):
    QgsSettings().setValue(f"geounet/{field.name}", rubbish)
    assert getattr(Settings.load(), field.name) == field.default


@pytest.mark.parametrize(
    ("stored", "read"), [("true", True), ("false", False), (True, True), ("yes", False), ("", False)]
)
def test_a_boolean_comes_back_from_qgis_s_text(stored, read):
    QgsSettings().setValue("geounet/train", stored)
    assert Settings.load().train is read


def test_an_unknown_build_is_automatic():
    QgsSettings().setValue("geounet/build", "rocm")
    assert Settings.load().build == "auto"


def test_a_fields_spaces_do_not_count():
    QgsSettings().setValue("geounet/python", "  /usr/bin/python3 ")
    assert Settings.load().python == "/usr/bin/python3"


def test_folders_are_in_the_profile_unless_chosen():
    profile = Path(QgsApplication.qgisSettingsDirPath())
    assert data_folder() == profile / "geounet"
    assert Settings().environment_folder == profile / "geounet"
    assert Settings(folder="/data/x").environment_folder == Path("/data/x")
    assert own_models_folder(Settings()) == profile / "geounet" / "models"
    assert own_models_folder(Settings(models_folder="/m")) == Path("/m")
