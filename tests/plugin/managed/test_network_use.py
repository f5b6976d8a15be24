"""What reaches uv, and what becomes of its failures, with a uv that keeps what it was told."""

import os
import platform
import sys
import types

import pytest

from geounet_qgis.managed import environment, pythons, uvs
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.gpus import Found
from geounet_qgis.managed.install import install
from geounet_qgis.managed.plan import Plan
from geounet_qgis.managed.uvs import find_uv


@pytest.fixture
def installed(geounet_wheel, tmp_path, environ, follower, fake_uv):
    """Installs with a fake uv; gives its calls."""

    def run(*, trouble=None, version="0.13.9", variables=None, **plan):
        uv = fake_uv(trouble=trouble, version=version)
        path = {"PATH": f"{uv.folder}{os.pathsep}{environ['PATH']}"}
        plan = {"folder": tmp_path / "f", "requirement": str(geounet_wheel()), "build": "cpu", **plan}
        try:
            result = install(Plan(**plan), follower, environ={**environ, **path, **(variables or {})})
        finally:
            run.calls = uv.calls
        return result

    return run


def backends(calls):
    installs = [call["words"] for call in calls if "install" in call["words"]]
    return [[word for word in words if word.startswith("--torch-backend")] for words in installs]


@pytest.mark.parametrize("build", ["cpu", "cu126", "cu128"])
def test_uv_is_told_which_build(installed, build):
    assert installed(build=build).build == build
    assert backends(installed.calls) == [[f"--torch-backend={build}"]]


def test_the_indexs_own_build(installed):
    assert installed(build="index").build == "index"
    assert backends(installed.calls) == [[]]


BLOCKED = ("--torch-backend", "  cause: dns error: failed to lookup address information")


@pytest.fixture
def machine(monkeypatch):
    """A machine without a GPU, of this system."""

    def make(system):
        monkeypatch.setattr("geounet_qgis.managed.install.found", lambda environ: Found())
        monkeypatch.setattr("geounet_qgis.managed.otherwise.sys", types.SimpleNamespace(platform=system))

    return make


@pytest.mark.parametrize("build", ["auto", "cpu"])
@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_where_the_builds_cannot_be_reached_the_indexs_own_will_do_if_it_is_for_the_cpu(
    installed, machine, follower, build, system
):
    machine(system)
    assert installed(build=build, trouble=BLOCKED).build == "index"
    assert [len(words) for words in backends(installed.calls)] == [1, 0]
    assert any("index's own build of torch comes" in line for line in follower.lines)


@pytest.mark.parametrize(
    ("system", "build"), [("linux", "auto"), ("linux", "cpu"), ("linux", "cu126"), ("win32", "cu126")]
)
def test_another_build_than_the_one_that_was_shown_is_never_taken(
    installed, machine, tmp_path, system, build
):
    machine(system)
    with pytest.raises(InstallError, match="cannot be reached") as refused:
        installed(build=build, trouble=BLOCKED)
    assert "own build under Build" in refused.value.hint
    assert "folder of wheels" in refused.value.hint
    assert [len(words) for words in backends(installed.calls)] == [1]
    assert environment.current(tmp_path / "f") is None


TAG = f"cp3{sys.version_info.minor}"
MACHINE = platform.machine().lower()


@pytest.fixture
def wheels(tmp_path):
    """Folders of wheels, as pip is told of them."""

    def make(*names, folder="of wheels"):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text("")
        return tmp_path / folder

    return make


def test_a_wheel_for_the_cpu_that_is_at_hand_is_pinned(installed, machine, wheels, base_python, follower):
    machine("linux")
    folder = wheels(
        f"torch-2.9.0+cpu-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl",
        f"torch-2.10.0%2Bcpu-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl",
        f"torch-2.99.0+cpu-cp399-cp399-manylinux_2_28_{MACHINE}.whl",
        f"torch-2.98.0+cpu-{TAG}-{TAG}-manylinux_2_28_z80.whl",
        f"torch-2.97.0-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl",
        f"torch-2.96.0+cu126-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl",
        f"torchvision-2.95.0+cpu-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl",
    )
    variables = {"PIP_FIND_LINKS": f"https://more.example/wheels {folder.as_uri()} /not/there"}
    done = installed(build="auto", trouble=BLOCKED, variables=variables, python=base_python)
    assert done.build == "cpu"
    first, second = (call["asked"] for call in installed.calls if "install" in call["words"])
    assert second == first + "torch==2.10.0+cpu\n"
    assert [len(words) for words in backends(installed.calls)] == [1, 0]
    assert any("2.10.0+cpu" in line for line in follower.lines)


def test_a_wheel_for_the_cpu_does_not_stand_in_for_cuda(installed, machine, wheels, base_python):
    machine("linux")
    folder = wheels(f"torch-2.9.0+cpu-{TAG}-{TAG}-manylinux_2_28_{MACHINE}.whl", folder="wheels-of-mine")
    with pytest.raises(InstallError):
        installed(
            build="cu126", trouble=BLOCKED, variables={"PIP_FIND_LINKS": str(folder)}, python=base_python
        )


def test_without_uv_the_indexs_own_is_not_taken_for_the_cpus(
    geounet_wheel, machine, tmp_path, environ, follower
):
    machine("linux")
    plan = Plan(folder=tmp_path / "f", requirement=str(geounet_wheel()), build="cpu", use_uv=False)
    with pytest.raises(InstallError, match="Without uv") as refused:
        install(plan, follower, environ=environ)
    assert "uv" in refused.value.hint
    assert "own build under Build" in refused.value.hint


def test_a_full_disk(installed, tmp_path):
    with pytest.raises(InstallError, match="disk is full") as refused:
        installed(trouble=("pip install", "error: failed to copy: No space left on device (os error 28)"))
    assert "Free some space" in refused.value.hint
    left = {path.name for path in environment.root(tmp_path / "f").iterdir()}
    assert left <= {"install.log", "install.lock", "cache"}


@pytest.mark.parametrize(
    ("version", "told", "not_told"),
    [("0.13.9", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS"), ("0.9.30", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS")],
)
def test_the_systems_certificates(installed, version, told, not_told):
    installed(version=version)
    for call in installed.calls:
        assert call["environ"][told] == "1"
        assert not_told not in call["environ"]
        assert not any("insecure" in word or "trusted" in word for word in call["words"])


def test_a_uv_that_is_too_old_is_left_alone(fake_uv, tmp_path):
    uv = fake_uv(version="0.7.13")
    assert find_uv({"PATH": str(uv.folder), "HOME": str(tmp_path)}) is None


def test_what_is_no_uv_is_left_alone(tmp_path):
    for name, text in (
        ("a", "echo 'uv 1.2.3'; exit 1"),
        ("b", "echo 'ultraviolet 1.2.3'"),
        ("c", "exec sleep 600"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "uv").write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name / "uv").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvs, "SECONDS", 0.3)
        for name in "abc":
            assert find_uv({"PATH": f"{tmp_path / name}:/bin", "HOME": str(tmp_path)}) is None


def test_uv_brings_a_python_where_none_fits(installed, monkeypatch):
    monkeypatch.setattr(pythons, "candidates", lambda environ: iter(()))
    installed()
    making = installed.calls[0]
    assert "--managed-python" in making["words"]
    assert making["environ"]["UV_PYTHON_DOWNLOADS"] == "automatic"
    assert installed.calls[1]["environ"]["UV_PYTHON_DOWNLOADS"] == "never"


def test_without_a_python_and_without_uv(monkeypatch, tmp_path, environ, follower):
    monkeypatch.setattr(pythons, "candidates", lambda environ: iter([("/no/python",)]))
    with pytest.raises(InstallError, match="No Python") as refused:
        install(Plan(folder=tmp_path / "f", use_uv=False), follower, environ=environ)
    assert refused.value.hint
    assert any(line.startswith("/no/python: ") for line in follower.lines)


def test_pips_own_settings_reach_uv(installed):
    variables = {
        "PIP_INDEX_URL": "https://ann:s3cret@mirror.example/simple",
        "PIP_FIND_LINKS": "/a/wheels https://more.example/wheels",
    }
    installed(variables=variables)
    told = installed.calls[-1]["environ"]
    assert told["UV_DEFAULT_INDEX"] == "https://ann:s3cret@mirror.example/simple"
    assert told["UV_FIND_LINKS"] == "/a/wheels,https://more.example/wheels"
    assert not any("s3cret" in word for call in installed.calls for word in call["words"])


def test_what_is_downloaded_stays_in_the_folder(installed, tmp_path):
    installed()
    root = environment.root(tmp_path / "f")
    for call in installed.calls:
        assert call["environ"]["UV_CACHE_DIR"].startswith(str(root))
        assert call["environ"]["UV_PYTHON_INSTALL_DIR"].startswith(str(root))
        assert "PYTHONHOME" not in call["environ"]


def test_a_requirement_with_a_password_is_among_no_programs_words(installed, tmp_path, follower):
    with pytest.raises(InstallError):
        installed(
            requirement="geounet @ git+https://ann:s3cret@git.example/geounet",
            trouble=("pip install", "error: could not fetch https://ann:s3cret@git.example/geounet"),
        )
    assert not any("s3cret" in word for call in installed.calls for word in call["words"])
    assert "s3cret" not in environment.log_file(tmp_path / "f").read_text() + "".join(follower.lines)
