import json
import sys
from pathlib import Path

import pytest

from geounet_qgis.managed import environment
from geounet_qgis.managed.environment import Installed, current, point_at
from geounet_qgis.managed.locate import NotSetUpError, find_python


@pytest.fixture
def made(tmp_path):
    """An environment in `tmp_path`, as far as it takes to be found."""

    def make(version="0.1.0", *, protocol=1, name="1a2b"):
        python = environment.python_of(environment.root(tmp_path) / name)
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        installed = Installed(
            str(python), version, protocol, "cpu", "digest", "uv 0.13.9", "2026-01-01T00:00:00Z"
        )
        point_at(tmp_path, installed)
        return installed

    return make


def test_variable_then_choice_then_the_private_one(made, tmp_path):
    installed = made()
    folder = str(tmp_path)
    other = tmp_path / "other" / "bin" / "python"
    other.parent.mkdir(parents=True)
    other.symlink_to(sys.executable)

    assert find_python({}, chosen="", folder=folder) == installed.python
    assert find_python({}, chosen=sys.executable, folder=folder) == sys.executable
    assert find_python({"GEOUNET_PYTHON": str(other)}, chosen=sys.executable, folder=folder) == str(other)
    assert find_python({}, chosen=str(tmp_path / "other"), folder=folder) == str(other)


@pytest.mark.parametrize("folder", ["", "{tmp}"])
def test_nothing_is_set_up(tmp_path, folder):
    with pytest.raises(NotSetUpError, match=r"not set up yet.*Settings and environment") as refused:
        find_python({}, chosen="", folder=folder.format(tmp=tmp_path))
    assert (
        refused.value.on_page == "geounet is not set up yet. Press Install."
    )  # the page that all others name


def test_what_is_named_but_not_there_is_not_passed_over(made, tmp_path):
    made()
    plain = tmp_path / "plain.txt"
    plain.write_text("")
    for environ, chosen in (
        ({"GEOUNET_PYTHON": "/absent"}, ""),
        ({}, "/absent"),
        ({}, str(plain)),
        ({}, str(tmp_path)),
    ):
        with pytest.raises(NotSetUpError) as refused:
            find_python(environ, chosen=chosen, folder=str(tmp_path))
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("version", "protocol"), [("0.2.0", 1), ("0.0.9", 1), ("1.0", 1), ("0.1.5", 2), ("", 1)]
)
def test_an_environment_that_does_not_fit_asks_for_a_repair(made, tmp_path, version, protocol):
    made(version, protocol=protocol)
    with pytest.raises(NotSetUpError, match="Repair it in") as refused:
        find_python({}, chosen="", folder=str(tmp_path))
    assert refused.value.on_page.endswith("Press Repair.")


@pytest.mark.parametrize("version", ["0.1", "0.1.0", "0.1.99", "0.1.3rc1", "0.1.2+local"])
def test_every_release_of_the_series_fits(made, tmp_path, version):
    assert find_python({}, chosen="", folder=str(tmp_path)) if made(version) else None


def test_a_python_that_is_gone(made, tmp_path):
    Path(made().python).unlink()
    with pytest.raises(NotSetUpError, match="gone"):
        find_python({}, chosen="", folder=str(tmp_path))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 99}', '{"format": 1, "python": "x"}', '{"format": 1, "new": 2}']
)
def test_a_pointer_that_cannot_be_read_points_to_nothing(made, tmp_path, text):
    made()
    (environment.root(tmp_path) / "environment.json").write_text(text)
    assert current(tmp_path) is None


def test_the_folder_may_move(made, tmp_path):
    made()
    told = json.loads((environment.root(tmp_path) / "environment.json").read_text())
    assert not Path(told["python"]).is_absolute()
