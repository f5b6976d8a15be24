import json
import os
import subprocess
import sys

import pytest

from geounet_qgis.child import variables
from geounet_qgis.child.variables import OURS, clean

STRIPPED = [
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONEXECUTABLE",
    "PYTHONUSERBASE",
    "PYTHONINSPECT",
    "PYTHONPLATLIBDIR",
    "PYTHONWARNINGS",
    "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "OGR_DRIVER_PATH",
    "GDAL_PAM_PROXY_DIR",
    "PROJ_LIB",
    "PROJ_DATA",
    "GEOTIFF_CSV",
    "GISBASE",
    "GRASS_PROJSHARE",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QML2_IMPORT_PATH",
    "O4W_QT_PREFIX",
    "QGIS_PREFIX_PATH",
]

KEPT = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "TEMP",
    "LANG",
    "HTTP_PROXY",
    "https_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_PATH",
    "AWS_SECRET_ACCESS_KEY",
    "GDAL_HTTP_USERPWD",
    "GDAL_CACHEMAX",
    "PROJ_NETWORK",
    "GEOUNET_CACHE",
    "OMP_NUM_THREADS",
]


def test_qgis_own_goes_and_the_persons_stays():
    environ = {name: f"{name}'s" for name in STRIPPED + KEPT}
    assert clean(environ) == {name: f"{name}'s" for name in KEPT} | OURS


def test_the_parents_environment_is_not_changed():
    environ = {"PYTHONHOME": "/nowhere"}
    clean(environ)
    assert environ == {"PYTHONHOME": "/nowhere"}


@pytest.mark.parametrize(("windows", "left"), [(True, set()), (False, {"Proj_Lib", "pythonpath"})])
def test_case_counts_where_the_system_says_so(monkeypatch, windows, left):
    monkeypatch.setattr(variables, "WINDOWS", windows)
    assert set(clean({"Proj_Lib": "x", "pythonpath": "y"})) - set(OURS) == left


def test_the_real_library_runs_in_a_poisoned_environment(tmp_path):
    (tmp_path / "geounet.py").write_text("raise ImportError('the current folder is searched')")
    (tmp_path / "json.py").write_text("raise ImportError('PYTHONPATH is searched')")
    poison = dict.fromkeys(STRIPPED, str(tmp_path)) | {
        "LD_PRELOAD": "",
        "PYTHONWARNINGS": "error",
        "PYTHONINSPECT": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "geounet", "models", "list", "--json-events"],
        env=clean(os.environ | poison), cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    last = json.loads(ran.stdout.splitlines()[-1])
    assert {"buildings", "roads"} <= {model["name"] for model in last["result"]["models"]}


def test_proj_finds_its_own_data(tmp_path):
    code = "from rasterio.crs import CRS; print(CRS.from_epsg(32737).to_epsg())"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=clean(os.environ | {"PROJ_LIB": str(tmp_path), "PROJ_DATA": str(tmp_path)}),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.stdout.strip() == "32737", ran.stderr
