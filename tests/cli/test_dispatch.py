import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyogrio import get_gdal_config_option as pyogrio_config
from rasterio._env import get_gdal_config as rasterio_config

import geounet
from geounet.cli import main
from geounet.cli.environment import set_gdal_config

ROOT = Path(__file__).parents[2]
HEAVY = {
    "torch",
    "numpy",
    "rasterio",
    "shapely",
    "pyogrio",
    "geopandas",
    "numba",
    "tqdm",
    "timm",
    "lightning",
}


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running some code."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import geounet",
        "import geounet.cli; geounet.cli.main(['--help'])",
        "from geounet import ExtractOptions",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    loaded = loaded_by(code)
    assert "geounet" in loaded
    assert not loaded & HEAVY


def test_every_public_name_is_found_where_it_lives():
    assert set(geounet._HOMES) == set(geounet.__all__)
    for name in geounet.__all__:
        assert getattr(geounet, name).__module__.startswith(tuple(geounet._MODULES))
    with pytest.raises(AttributeError, match="no attribute 'segment'"):
        _ = geounet.segment


def test_the_version_is_the_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project.get("version", geounet.__version__) == geounet.__version__


def test_the_verbs_are_those_that_there_are(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    verbs = re.findall(r"^    (\w+)", out, flags=re.MULTILINE)
    assert verbs == [
        "extract", "predict", "vectorize", "evaluate", "compare", "models", "batch", "train", "doctor", "demo",
    ]  # fmt: skip


def test_a_run_that_succeeds_says_what_it_found(run):
    done = run("extract", "scene.tif", "-o", "b.gpkg")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["b.gpkg: 2 features (2 building), 0.0 Mpx in 0.5 s (0.00 Mpx/s)"]
    assert "100/100" in done.stderr


def test_quiet_is_quiet(run):
    done = run("extract", "scene.tif", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_model_and_options_reach_the_library(run):
    body = "print(scene, model, out, options.tile, options.bands); raise SystemExit(7)"
    done = run(
        "extract", "s.tif", "--model", "roads", "-o", "r.fgb", "--tile", "64", "--bands", "4,1", body=body
    )
    assert done.stdout.strip() == "s.tif roads r.fgb 64 (4, 1)"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            "from geounet.errors import SceneError\nraise SceneError('no scene\\n at a.tif')",
            "geounet: no scene at a.tif",
        ),
        ("raise ValueError('odd')", "geounet: ValueError: odd; run with --debug for the traceback"),
        ("raise MemoryError", "geounet: not enough memory; choose a smaller --tile or --batch-size"),
        ("raise SystemExit(3)", "geounet: SystemExit: 3; run with --debug for the traceback"),
        (
            "import logging, warnings\nwarnings.warn('w')\nlogging.getLogger('rasterio').error('e')\nraise OSError('gone')",
            "geounet: OSError: gone; run with --debug for the traceback",
        ),
    ],
)
def test_an_error_is_one_line_on_stderr(run, body, line):
    done = run("extract", "scene.tif", body=body)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == line + "\n"


def test_an_option_out_of_range_is_an_error_before_anything_runs(run):
    done = run("extract", "scene.tif", "--threshold", "2", body="print('ran')")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "geounet: threshold is 2.0; it must be at least 0 and at most 1\n"


def test_debug_shows_the_traceback(run):
    done = run("extract", "scene.tif", "--debug", body="raise ValueError('odd')")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("geounet: ValueError: odd")


@pytest.mark.parametrize("argv", [[], ["fly"], ["extract"], ["extract", "a.tif", "--no-such-option"]])
def test_what_is_not_understood_exits_with_2(argv, capsys):
    assert main(argv) == 2
    assert "usage: geounet" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv", [["--help"], ["extract", "--help"], ["extract", "a.tif"], ["models", "list"]]
)
def test_a_reader_that_went_away_is_no_traceback(child, argv):
    process = child(*argv)
    process.stdout.close()
    assert process.wait(timeout=120) == 1
    assert not re.search("Traceback|Broken|Exception", process.stderr.read())


def test_a_name_that_the_terminal_cannot_show_is_escaped(run):
    body = "from geounet.errors import SceneError\nraise SceneError('no scene at \\udcff.tif')"
    assert run("extract", "scene.tif", body=body).stderr == "geounet: no scene at \\udcff.tif\n"


def test_gdal_config_reaches_every_gdal_in_every_thread(monkeypatch):
    monkeypatch.setenv("GEOUNET_TEST_OPTION", "1")  # so that it is taken back afterwards
    set_gdal_config([("GEOUNET_TEST_OPTION", "2"), ("CPL_DEBUG", "OFF")])
    with ThreadPoolExecutor() as pool:
        told = [pool.submit(ask, "GEOUNET_TEST_OPTION").result() for ask in (rasterio_config, pyogrio_config)]
    assert [str(value) for value in told] == ["2", "2"]
