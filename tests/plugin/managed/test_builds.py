import os
import sys

import pytest

from geounet_qgis.managed import builds, gpus
from geounet_qgis.managed.gpus import Found, Gpu

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="drivers of Linux, and scripts")


def found(*rows):
    return Found(tuple(Gpu(name, driver, capability) for name, driver, capability in rows))


@pytest.mark.parametrize(
    ("driver", "capability", "build"),
    [
        ((525, 60, 13), (5, 0), "cu126"),
        ((535, 183, 1), (6, 1), "cu126"),
        ((570, 124, 6), (7, 0), "cu126"),
        ((550, 54, 14), (8, 9), "cu126"),
        ((580, 65, 6), (9, 0), "cu126"),
        ((570, 26), (10, 0), "cu128"),
        ((580, 65, 6), (12, 0), "cu128"),
        ((580, 65, 6), (12, 1), "cu128"),
        ((525, 60, 11), (8, 6), "cpu"),
        ((470, 256, 2), (8, 6), "cpu"),
        ((565, 77), (12, 0), "cpu"),
        ((470, 256, 2), (3, 7), "cpu"),
        ((650, 1), (13, 0), "cpu"),
    ],
)
def test_one_gpu(driver, capability, build):
    assert builds.chosen(found(("GPU", driver, capability))).build == build


def test_windows_has_drivers_of_its_own(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert builds.chosen(found(("GPU", (527, 99), (8, 6)))).build == "cpu"
    assert builds.chosen(found(("GPU", (528, 33), (8, 6)))).build == "cu126"
    assert builds.chosen(found(("GPU", (570, 50), (12, 0)))).build == "cpu"


def test_several_gpus_the_build_that_serves_all():
    turing, blackwell, pascal = (7, 5), (12, 0), (6, 1)
    driver = (575, 51)
    both = builds.chosen(found(("T4", driver, turing), ("RTX 5090", driver, blackwell)))
    assert both.build == "cu128"
    assert builds.chosen(found(("T4", driver, turing), ("P40", driver, pascal))).build == "cu126"
    neither = builds.chosen(found(("P40", driver, pascal), ("RTX 5090", driver, blackwell)))
    assert neither.build == "cu128"
    assert "P40" in neither.reason


def test_the_best_that_its_driver_allows():
    old = (550, 54)
    choice = builds.chosen(found(("RTX 5090", old, (12, 0)), ("RTX 4090", old, (8, 9))))
    assert choice.build == "cu126"
    assert "RTX 5090" in choice.reason


def test_the_cpu_says_why():
    assert "470.256.2" in builds.chosen(found(("A4000", (470, 256, 2), (8, 6)))).reason
    assert "525.60.13" in builds.chosen(found(("A4000", (470, 256, 2), (8, 6)))).reason
    assert "K80" in builds.chosen(found(("K80", (470, 256, 2), (3, 7)))).reason
    assert "newer" in builds.chosen(found(("X", (650, 0), (13, 0)))).reason
    assert "nvidia-smi has failed" in builds.chosen(Found(trouble="nvidia-smi has failed")).reason


def test_macs(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert builds.chosen(Found()).build == "index"
    monkeypatch.setattr(builds.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(builds.platform, "version", lambda: "Darwin Kernel Version 22.6.0; RELEASE_X86_64")
    assert builds.intel_mac()
    monkeypatch.setattr(builds.platform, "version", lambda: "Darwin Kernel Version 24.1; RELEASE_ARM64_T6000")
    assert not builds.intel_mac()  # an Intel QGIS that runs translated


def smi(folder, text, code=0, stderr=""):
    program = folder / "nvidia-smi"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --query-gpu=name,driver_version,compute_cap ] || exit 9\n'
        f"cat <<'END'\n{text}\nEND\necho '{stderr}' >&2\nexit {code}\n"
    )
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_what_nvidia_smi_prints(tmp_path):
    text = "NVIDIA H200, 570.124.06, 9.0\nNVIDIA GeForce RTX 5090, 570.124.06, 12.0"
    assert gpus.found(smi(tmp_path, text)) == Found(
        (
            Gpu("NVIDIA H200", (570, 124, 6), (9, 0)),
            Gpu("NVIDIA GeForce RTX 5090", (570, 124, 6), (12, 0)),
        )
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('Field "compute_cap" is not a valid field to query.', 2),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 9),
    ],
)
def test_what_it_prints_when_it_fails(tmp_path, text, code):
    told = gpus.found(smi(tmp_path, text, code=code))
    assert told.gpus == ()
    assert text.split()[0] in told.trouble
    assert builds.chosen(told).build == "cpu"


def test_nonsense_and_gpus_without_a_capability(tmp_path):
    text = "NVIDIA T4, 535.1.2, 7.5\nGraphics Device, [N/A], [N/A]\nWARNING: infoROM is corrupted, at, gpu"
    assert [gpu.name for gpu in gpus.found(smi(tmp_path, text)).gpus] == ["NVIDIA T4"]
    assert gpus.found(smi(tmp_path, "No devices were found")).gpus == ()


def test_one_that_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr(gpus, "SECONDS", 0.3)
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    assert "timed out" in gpus.found({"PATH": f"{tmp_path}{os.pathsep}/bin"}).trouble


def test_no_driver_no_trouble(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "_tools", lambda environ: iter(()))
    monkeypatch.setattr(gpus, "DRIVER_FILE", tmp_path / "absent")
    assert gpus.found({}) == Found()
