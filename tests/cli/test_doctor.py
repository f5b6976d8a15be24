import importlib.metadata
import json
import sys

import pytest

from geounet.cli import doctor, main
from geounet.cli.doctor import Check
from geounet.models.engines import devices

FINE = {"fine": lambda: iter([Check("fine", "ok", "yes")])}


def broken():
    raise ImportError("no such\nlibrary")
    yield


def test_a_healthy_machine(monkeypatch, capsys):
    monkeypatch.setattr(
        doctor, "LOOKS", FINE | {"small": lambda: iter([Check("small", "warn", "only just")])}
    )
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok   fine: yes", "warn small: only just"]


def test_what_is_broken_does_not_hide_what_is_not(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "LOOKS", {"odd": broken} | FINE)
    assert main(["doctor"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["bad  odd: ImportError: no such library", "ok   fine: yes"]
    assert err == "geounet: 1 of 2 checks failed (odd); see their lines above\n"


def test_checks_are_events_and_the_result(monkeypatch, capfd):
    monkeypatch.setattr(doctor, "LOOKS", FINE)
    assert main(["doctor", "--json-events"]) == 0
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert told[1] == {"event": "log", "level": "info", "message": "fine: yes"}
    assert told[-1]["result"] == {"checks": [{"name": "fine", "verdict": "ok", "message": "yes"}]}


def test_packages_are_those_that_the_project_names():
    checks = {check.name: check for check in doctor.look_at_packages()}
    assert checks["rasterio"].message == importlib.metadata.version("rasterio")
    assert {"torch", "numba", "shapely", "lightning"} <= checks.keys()
    assert not {"pytest", "ruff", "geounet"} & checks.keys()


def test_a_missing_package_is_named_with_the_remedy(monkeypatch):
    needs = ["rasterio>=1.4", "not-there>=2; python_version > '3'", 'nor-this; extra == "train"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: needs)
    checks = {check.name: check for check in doctor.look_at_packages()}
    assert [checks[name].verdict for name in ("rasterio", "not-there", "nor-this")] == ["ok", "bad", "warn"]
    assert "pip install 'geounet[train]'" in checks["nor-this"].message


def test_a_light_install_lacks_what_it_goes_without(monkeypatch):
    needs = ["torch>=2.5", "not-there>=2", "timm>=1"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: needs)
    monkeypatch.setattr(importlib.metadata, "version", absent)
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "torch" else object())
    checks = {check.name: check for check in doctor.look_at_packages()}
    assert [checks[name].verdict for name in ("torch", "timm", "not-there")] == ["warn", "warn", "bad"]
    assert "light install" in checks["torch"].message
    monkeypatch.setattr(doctor, "find_spec", lambda name: object() if name == "openvino" else None)
    checks = {check.name: check for check in doctor.look_at_packages()}
    assert [checks[name].verdict for name in ("torch", "timm", "not-there")] == ["warn", "warn", "bad"]
    monkeypatch.setattr(doctor, "find_spec", lambda _: None)  # nothing would run a model
    assert {check.verdict for check in doctor.look_at_packages()} == {"bad"}


def absent(name):
    raise importlib.metadata.PackageNotFoundError(name)


def test_every_engine_that_is_installed_is_loaded():
    checks = {check.name: check for check in doctor.look_at_engines()}
    assert {"engine torch, compile", "engine onnx"} <= checks.keys()
    assert checks["engine onnx"].message == f"onnxruntime {importlib.metadata.version('onnxruntime')}"
    assert {check.verdict for check in checks.values()} == {"ok"}


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (
            ImportError("DLL load failed while importing onnxruntime_pybind11_state: not found."),
            "install the Microsoft Visual C++ Redistributable, https://aka.ms/vs/17/release/vc_redist.x64.exe",
        ),
        (
            OSError('[WinError 126] The specified module could not be found. Error loading "c10.dll"'),
            "install the Microsoft Visual C++ Redistributable, https://aka.ms/vs/17/release/vc_redist.x64.exe",
        ),
        (ImportError("libgomp.so.1: cannot open shared object file"), "pip install --force-reinstall"),
    ],
)
def test_an_engine_that_does_not_load_is_named_with_the_remedy(monkeypatch, error, remedy):
    def broken_import(name):
        raise error

    monkeypatch.setattr(doctor.importlib, "import_module", broken_import)
    checks = list(doctor.look_at_engines())
    assert {check.verdict for check in checks} == {"bad"}
    assert all(remedy in check.message for check in checks[:-1])
    assert checks[-1].message.startswith("nothing here runs a network")


def test_a_missing_driver_is_bad():
    (check,) = doctor._drivers("GDAL", ("GTiff", "COG"), {"GTiff": "rw"})
    assert (check.verdict, check.message) == ("bad", "lacks COG")


@pytest.mark.parametrize(
    "look", ["system", "packages", "rasters", "vectors", "numba cache", "disk", "devices"]
)
def test_this_machine_can_run_geounet(look):
    assert [check for check in doctor.LOOKS[look]() if check.verdict == "bad"] == []


def test_a_full_disk_is_worth_knowing(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_GB", 1e9)
    (check,) = doctor.look_at_disk()
    assert check.verdict == "warn"


def test_a_gpu_that_does_not_work_is_a_warning_and_a_cpu_bad_news(monkeypatch):
    monkeypatch.setattr(devices, "available", lambda: {"cuda:0": "Old Card", "cpu": "x86_64"})
    monkeypatch.setattr(devices, "why_no_cuda", lambda: None)
    monkeypatch.setattr(devices, "trouble", {"cuda:0": "no kernel image", "cpu": None}.get)
    gpu, cpu = doctor.look_at_devices()
    assert gpu == Check("cuda:0", "warn", "Old Card: does not work: no kernel image")
    assert cpu == Check("cpu", "ok", "x86_64")
    monkeypatch.setattr(devices, "why_no_cuda", lambda: "driver too old")
    monkeypatch.setattr(devices, "trouble", lambda _: "odd")
    cuda, _, cpu = doctor.look_at_devices()
    assert cuda == Check("cuda", "warn", "driver too old; networks run on the CPU")
    assert cpu.verdict == "bad"


def test_a_whole_run_finds_buildings_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.tempfile, "tempdir", str(tmp_path))
    (check,) = doctor.look_at_run()
    assert (check.name, check.verdict) == ("a whole run", "ok")
    assert int(check.message.split()[0]) > 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("runtimes", [{"onnxruntime"}, {"openvino"}, set()])
def test_devices_are_named_where_no_torch_can_try_them(monkeypatch, runtimes):
    def find(name):
        return object() if name in runtimes else None

    monkeypatch.setattr(doctor, "find_spec", find)
    monkeypatch.setattr(devices, "find_spec", find)
    monkeypatch.setitem(sys.modules, "torch", None)
    (check,) = doctor.look_at_devices()
    assert (check.name, check.verdict) == ("cpu", "ok")
