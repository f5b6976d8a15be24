"""QGIS with the plugin's provider, small rasters, the library's own Python, and no orphan after any test."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, osr
from qgis.core import QgsApplication, QgsProcessingFeedback, QgsProcessingProvider, QgsSettings

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "qgis_plugin")]
gdal.UseExceptions()

REQUIRED = set(filter(None, os.environ.get("GEOUNET_REQUIRE", "").split(",")))
MARK = f"GEOUNET_TEST_SESSION={uuid.uuid4()}"
os.environ.update([MARK.split("=")])

ALGORITHMS = (
    *("extract", "batch", "predict", "vectorize", "regularize", "centerlines"),
    *("evaluate", "train", "models", "doctor"),
)
"""The provider's algorithms: all of them, and no other."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `each_algorithm` with the name of each."""
    if "each_algorithm" in metafunc.fixturenames:
        metafunc.parametrize("each_algorithm", ALGORITHMS)


@pytest.fixture(scope="session")
def algorithm_names() -> set[str]:
    """The names of all algorithms."""
    return set(ALGORITHMS)


@pytest.fixture(scope="session")
def geounet_python() -> Path:
    """The Python that runs the real library: GEOUNET_PYTHON, which the plugin reads too."""
    python = Path(os.environ.setdefault("GEOUNET_PYTHON", str(ROOT / ".venv" / "bin" / "python")))
    assert python.is_file(), f"no {python}: run the tests with tests/qgis/run"
    return python


@pytest.fixture(scope="module")
def provider(qgis_processing, geounet_python) -> Iterator[QgsProcessingProvider]:
    """The plugin's provider, in the registry: `processing.run("geounet:extract", …)` finds it. A module's, so that
    those about the whole plugin find none there.
    """
    from geounet_qgis.provider import GeounetProvider

    provider = GeounetProvider()
    assert QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    """What a test chooses, and what the plugin keeps in the profile, is forgotten after it."""
    yield
    QgsSettings().remove("geounet")
    shutil.rmtree(Path(QgsApplication.qgisSettingsDirPath()) / "geounet", ignore_errors=True)


class RecordingFeedback(QgsProcessingFeedback):
    """Keeps what an algorithm says."""

    def __init__(self) -> None:
        super().__init__(False)
        self.said: list[tuple[str, str]] = []
        self.moves: list[float] = []
        self.progressChanged.connect(self.moves.append)

    def texts(self, kind: str = "") -> list[str]:
        """The messages of a kind (info, warning, error, debug, command, console, step), or all."""
        return [text for said, text in self.said if kind in ("", said)]

    def pushInfo(self, info: str) -> None:
        self.said.append(("info", info))

    def pushWarning(self, warning: str) -> None:
        self.said.append(("warning", warning))

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.said.append(("error", error))

    def pushDebugInfo(self, info: str) -> None:
        self.said.append(("debug", info))

    def pushCommandInfo(self, info: str) -> None:
        self.said.append(("command", info))

    def pushConsoleInfo(self, info: str) -> None:
        self.said.append(("console", info))

    def setProgressText(self, text: str) -> None:
        self.said.append(("step", text))


@pytest.fixture
def feedback() -> RecordingFeedback:
    return RecordingFeedback()


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a program in geounet's place: Python source, run whatever its words are."""

    def put(source: str) -> Path:
        script, program = tmp_path / "child.py", tmp_path / "python"
        script.write_text(textwrap.dedent(source), encoding="utf-8")
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("GEOUNET_PYTHON", str(program))
        return program

    return put


@pytest.fixture
def make_raster(tmp_path: Path) -> Callable[..., Path]:
    """Write a GeoTIFF of 0.3 m pixels: a ground with rectangles (col, row, width, height) on it, a value a band."""

    def make(
        name: str,
        *,
        ground: tuple[int, ...],
        things: tuple[int, ...],
        rectangles: tuple[tuple[int, int, int, int], ...] = ROOFS,
        size: int = 256,
        epsg: int | None = 32737,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), size, size, len(ground), gdal.GDT_Byte)
        dataset.SetGeoTransform((500_000, 0.3, 0, 9_300_000, 0, -0.3))
        if epsg:
            system = osr.SpatialReference()
            system.ImportFromEPSG(epsg)
            dataset.SetProjection(system.ExportToWkt())
        for number, (low, high) in enumerate(zip(ground, things, strict=True), 1):
            band = dataset.GetRasterBand(number)
            if len(ground) >= 3:
                band.SetColorInterpretation(min(gdal.GCI_RedBand + number - 1, gdal.GCI_AlphaBand))
            band.Fill(low)
            for col, row, width, height in rectangles:
                band.WriteRaster(col, row, width, height, bytes([high]) * (width * height))
        dataset = None  # writes it
        return path

    return make


ROOFS = ((30, 30, 40, 60), (120, 40, 60, 40), (50, 150, 50, 50), (160, 150, 40, 70))
"""Four rectangles of 12 to 18 metres, well apart."""


@pytest.fixture
def scene(make_raster: Callable[..., Path]) -> Path:
    """A scene in red, green and blue, 256 × 256 at 0.3 m (EPSG:32737): grass, with four light roofs."""
    return make_raster("scene.tif", ground=(70, 95, 60), things=(205, 200, 195))


@pytest.fixture
def labels(make_raster: Callable[..., Path]) -> Path:
    """The scene's class raster: 1 on the four roofs, 0 elsewhere."""
    return make_raster("labels.tif", ground=(0,), things=(1,))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real scenes; absent is a failure where GEOUNET_REQUIRE names `data`, else a skip."""
    folder = Path(os.environ.get("GEOUNET_DATA", ROOT.parent / "shared" / "data"))
    if (folder / "validation").is_dir():
        return folder
    if "data" in REQUIRED:
        pytest.fail(f"GEOUNET_REQUIRE asks for the real scenes, and {folder} has none; set GEOUNET_DATA")
    pytest.skip("no real scenes here; set GEOUNET_DATA")


@dataclass(frozen=True)
class QgisProcess:
    """QGIS from the command line, with a profile of its own."""

    profile: Path

    @property
    def plugins(self) -> Path:
        """The folder that this profile's plugins lie in."""
        return self.profile / "profiles" / "default" / "python" / "plugins"

    def environment(self) -> dict[str, str]:
        """A fresh desktop's: nothing of pytest-qgis's own profile."""
        runtime = self.profile / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        ours = {name: value for name, value in os.environ.items() if not name.startswith("QGIS_")}
        return ours | {
            "QGIS_CUSTOM_CONFIG_PATH": str(self.profile),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def start(self, *words: str | Path, **kwargs: Any) -> subprocess.Popen[str]:
        """Start `qgis_process WORDS`. Debian's own script of that name is broken: it is called past it, if it can be."""
        program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
        assert program, "no qgis_process on PATH"
        pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
        environment = self.environment()
        return subprocess.Popen(
            [program, *map(str, words)], env=environment, text=True, encoding="utf-8", **pipes | kwargs
        )

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        with self.start(*words) as process:
            out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(words, process.returncode, out, err)


@pytest.fixture(scope="session")
def plugin_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin's zip, as `make plugin` makes it."""
    folder = tmp_path_factory.mktemp("dist")
    script = ROOT / "qgis_plugin" / "build.py"
    subprocess.run([sys.executable, str(script), "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    (target,) = folder.glob("*.zip")
    return target


@pytest.fixture(scope="session")
def installed(
    plugin_zip: Path, geounet_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> QgisProcess:
    """A fresh profile in which the plugin is installed from its zip, and enabled."""
    qgis = QgisProcess(tmp_path_factory.mktemp("une personne à Zürich"))
    qgis.plugins.mkdir(parents=True)
    with zipfile.ZipFile(plugin_zip) as archive:
        archive.extractall(qgis.plugins)
    enabled = qgis.run("plugins", "enable", "geounet_qgis")
    assert enabled.returncode == 0, enabled.stderr
    return qgis


def started_here() -> dict[int, str]:
    """The live processes that this session started, directly or not, and their command lines (Linux; else none)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.name != str(os.getpid()) and MARK.encode() in (folder / "environ").read_bytes():
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = words.decode(errors="replace")
        except OSError:  # it has ended, or is another's
            continue
    return found


@pytest.fixture(scope="session")
def processes() -> Callable[[], dict[int, str]]:
    """Give the live processes that this session started, by pid, with their command lines."""
    return started_here


@pytest.fixture(autouse=True)
def no_orphans() -> Iterator[None]:
    """No process that a test started, or its children did, outlives it: they inherit a mark in the environment."""
    before = started_here()
    yield
    deadline = time.monotonic() + 60
    while left := {pid: words for pid, words in started_here().items() if pid not in before}:
        if time.monotonic() > deadline:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            pytest.fail(f"left running: {left}")
        time.sleep(0.05)
