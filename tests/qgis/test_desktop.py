"""The real desktop under Xvfb: menu, dialog, run, result on the map, setup page; with pictures of each in build/qgis."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "qgis"
SECONDS = 480
NAMES = ("menu", "dialog", "result", "setup")

PROFILE = """[PythonPlugins]
geounet_qgis=true
processing=true
watchSystemPath=false
"""


def binary() -> str | None:
    return shutil.which("qgis.bin") or shutil.which("qgis")


@pytest.fixture(scope="module")
def scene(data: Path, tmp_path_factory) -> Path:
    """Part of a real scene, in a folder of its own."""
    path = tmp_path_factory.mktemp("désk top") / "kenya west.tif"
    shutil.copy(data / "validation" / "buildings" / "kenya_west.tif", path)
    return path


@pytest.fixture(scope="module")
def facts(scene: Path, geounet_python: Path, tmp_path_factory) -> dict:
    """What `drive.py` saw, having driven a QGIS with a fresh profile."""
    if not (binary() and shutil.which("xvfb-run")):
        needed = "qgis" in os.environ.get("GEOUNET_REQUIRE", "").split(",")
        (pytest.fail if needed else pytest.skip)("no QGIS desktop and xvfb-run here")
    home = tmp_path_factory.mktemp("home")
    profile = home / "profiles" / "default"
    (profile / "python" / "plugins").mkdir(parents=True)
    (profile / "QGIS").mkdir()
    (profile / "QGIS" / "QGIS3.ini").write_text(PROFILE)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        ROOT / "qgis_plugin" / "geounet_qgis", profile / "python" / "plugins" / "geounet_qgis", ignore=ignore
    )
    out = tmp_path_factory.mktemp("out")
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("QT_QPA_PLATFORM", "VIRTUAL_ENV", "DISPLAY")
    }
    environ.update(
        HOME=str(home),
        XDG_RUNTIME_DIR=environ.get("XDG_RUNTIME_DIR", str(home)),
        QT_QPA_PLATFORM="xcb",
        LANG="C.UTF-8",
        GEOUNET_PYTHON=str(geounet_python),
        GEOUNET_DRIVE_OUT=str(out),
        GEOUNET_DRIVE_SCENE=str(scene),
    )
    words = [
        "xvfb-run",
        "-a",
        "-s",
        "-screen 0 1280x800x24 -nolisten tcp",
        binary(),
        "--noversioncheck",
        "--nologo",
    ]
    words += ["--nocustomization", "--profiles-path", str(home), "--lang", "en"]
    words += ["--code", str(Path(__file__).parent / "desktop" / "drive.py")]
    code, complaints = ended(words, environ)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for file in out.iterdir():  # for a person to look at, also when it failed
        shutil.copyfile(file, PICTURES / file.name)
    said = out / "facts.json"
    assert said.exists(), f"QGIS ended with {code} before the script did:\n{complaints[-4000:]}"
    facts = json.loads(said.read_text(encoding="utf-8"))
    assert not facts["failure"], f"{facts['failure']}\n{complaints[-4000:]}"
    assert code == 0, complaints[-4000:]
    facts.update(stderr=complaints, out=out)
    return facts


def ended(words: list[str], environ: dict[str, str]) -> tuple[int, str]:
    """The exit code and stderr of a program; it and all that it started are killed when it takes too long."""
    with subprocess.Popen(
        words,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            _, complaints = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, complaints = process.communicate()
        return process.returncode, complaints


@pytest.mark.data
def test_the_menu_is_there(facts):
    assert facts["entries"] == [
        "Extract features…",
        "Extract from many scenes…",
        "Predict…",
        "Vectorise…",
        "Evaluate…",
        "Train…",
        "Copy last run as command line",
        "Models folder",
        "Settings and environment…",
        "Help",
    ]


@pytest.mark.data
def test_the_dialog_has_the_active_layer_and_copies_its_command(facts, scene):
    assert scene.name in facts["command_line"]
    assert facts["command_line"].startswith("geounet extract ")


@pytest.mark.data
def test_the_run_ends_with_features_on_the_map(facts):
    (layer,) = facts["layers"]
    assert layer["valid"]
    assert layer["features"] > 5
    assert "review" in layer["fields"]
    assert layer["group"]
    assert facts["last_command"].startswith("geounet extract ")


@pytest.mark.data
def test_reloading_leaves_one_menu_and_one_button(facts):
    assert facts["menus"] == ["geounet"]
    assert facts["buttons"] == 1


@pytest.mark.data
def test_work_is_cancelled_when_qgis_quits(facts):
    assert (facts["out"] / "cancelled").exists()


@pytest.mark.data
def test_check_passes(facts):
    assert "✔ geounet: " in facts["check_log"]
    assert "✘" not in facts["check_log"]


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_picture(facts, name):
    from qgis.PyQt.QtGui import QImage

    picture = QImage(str(facts["out"] / f"{name}.png"))
    assert (picture.width(), picture.height()) == (1280, 800)
    colours = {picture.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 800, 16)}
    assert len(colours) > 20


@pytest.mark.data
def test_nothing_complains(facts):
    assert "Traceback" not in facts["stderr"]
    assert "Python error" not in facts["log"]


@pytest.mark.data
def test_starting_costs_little(facts):
    """QGIS's own count of seconds for the import and `initGui`; half a second is meant, where nothing else runs."""
    assert float(facts["plugin_times"].rstrip("s")) < 10
