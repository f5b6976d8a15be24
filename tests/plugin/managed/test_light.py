"""The small environment: packages first, then geounet without what it depends on."""

import json
import subprocess
from pathlib import Path

import pytest

from geounet_qgis.managed import builds, environment, install, light
from geounet_qgis.managed.locate import VARIABLE
from geounet_qgis.managed.plan import Plan, digest, requirement

ROOT = Path(__file__).parents[3]


def test_its_packages_are_the_projects_own_list():
    lines = (ROOT / "requirements" / "light.txt").read_text(encoding="utf-8").splitlines()
    assert list(light.PACKAGES) == [line for line in lines if line and not line.startswith("#")]


def test_an_environment_without_torch(
    geounet_wheel, write_wheel, tmp_path, environ, follower, use_uv, monkeypatch
):
    wheel = geounet_wheel(needs=["torch>=2.5", "small-thing"])
    write_wheel(wheel.parent, "small_thing", "1.0", {"small_thing.py": ""})
    monkeypatch.setattr(light, "PACKAGES", ("small-thing>=1",))
    plan = Plan(tmp_path / "f", wheels=str(wheel.parent), build=builds.LIGHT, use_uv=use_uv, train=True)

    installed = install.install(plan, follower, environ=environ)

    assert installed.build == builds.LIGHT
    assert environment.current(plan.folder) == installed
    found = subprocess.run(
        [
            installed.python,
            "-c",
            "import importlib.metadata as m; print(*(d.name for d in m.distributions()))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"geounet", "small-thing"} <= set(found.stdout.replace("_", "-").split())
    assert "torch" not in found.stdout.split()
    assert follower.steps == [(number, 6) for number in range(1, 7)]
    assert not (Path(installed.python).parent.parent / "requirement.txt").exists()


def test_a_package_that_is_not_there_ends_it(geounet_wheel, tmp_path, environ, follower, monkeypatch):
    wheel = geounet_wheel()
    monkeypatch.setattr(light, "PACKAGES", ("not-there>=1",))
    plan = Plan(tmp_path / "f", wheels=str(wheel.parent), build=builds.LIGHT)
    with pytest.raises(install.InstallError, match="The packages that geounet needs were not all found"):
        install.install(plan, follower, environ=environ)
    assert environment.current(plan.folder) is None


def test_it_brings_no_extras_and_is_another_wish(tmp_path):
    small = Plan(tmp_path, build=builds.LIGHT, train=True)
    assert "train" not in requirement(small)
    assert digest(small) != digest(Plan(tmp_path))


def test_it_needs_no_torch_for_an_intel_mac(geounet_wheel, tmp_path, environ, follower, monkeypatch):
    wheel = geounet_wheel()
    monkeypatch.setattr(light, "PACKAGES", ())
    monkeypatch.setattr(builds, "intel_mac", lambda: True)
    plan = Plan(tmp_path / "f", wheels=str(wheel.parent), build=builds.LIGHT)
    assert install.install(plan, follower, environ=environ).build == builds.LIGHT


@pytest.mark.parametrize(("build", "expected"), [("light", True), ("cpu", False)])
def test_whether_it_is_in_use(tmp_path, build, expected):
    root = environment.root(tmp_path)
    root.mkdir()
    told = {
        "format": environment.FORMAT, "python": "aaaa/bin/python", "geounet": "0.1.0", "protocol": 1, "build": build,
        "requirement": "", "tool": "", "made": "",
    }  # fmt: skip
    assert not light.is_in_use({}, chosen="", folder=tmp_path)
    (root / "environment.json").write_text(json.dumps(told), encoding="utf-8")
    assert light.is_in_use({}, chosen="", folder=tmp_path) is expected
    assert not light.is_in_use({}, chosen="/usr/bin/python3", folder=tmp_path)
    assert not light.is_in_use({VARIABLE: "/usr/bin/python3"}, chosen="", folder=tmp_path)
