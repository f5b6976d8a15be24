"""What QGIS, its installer or a person has put into the environment does not reach the library."""

import os
import subprocess

import processing
import pytest
from osgeo import ogr

POISON = {
    "PROJ_LIB": "/nonsense",
    "PROJ_DATA": "/nonsense",
    "GDAL_DATA": "/nonsense",
    "GDAL_DRIVER_PATH": "/nonsense",
    "PYTHONPATH": "/nonsense",
    "PYTHONHOME": "/nonsense",
    "PYTHONSTARTUP": "/nonsense.py",
    "PYTHONWARNINGS": "error",
    "LD_LIBRARY_PATH": "/nonsense",
    "VIRTUAL_ENV": "/nonsense",
    "CONDA_PREFIX": "/nonsense",
}


@pytest.fixture
def poison(tmp_path) -> dict[str, str]:
    """Variables with nonsense in them; PYTHONPATH has an affine that is not the library's."""
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "affine.py").write_text(
        "raise ImportError('the wrong affine')\n", encoding="utf-8"
    )
    return POISON | {"PYTHONPATH": str(tmp_path / "python")}


def authority(path) -> str | None:
    source = ogr.Open(str(path))
    system = source.GetLayer(0).GetSpatialRef()
    return system and system.GetAuthorityCode(None)


def test_the_layer_has_its_crs(provider, scene, poison, monkeypatch, tmp_path):
    out = tmp_path / "buildings.gpkg"
    with monkeypatch.context() as patch:  # QGIS itself has started well
        for name, value in poison.items():
            patch.setenv(name, value)
        found = processing.run("geounet:extract", {"INPUT": str(scene), "OUTPUT": str(out)})
    assert found["FEATURES"] == 4
    assert authority(out) == "32737"


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME"])
def test_the_poison_would_have_told(poison, geounet_python, name):
    """One of them is enough for what the library stands on to fail, where nobody takes it away."""
    words = [str(geounet_python), "-c", "import rasterio"]
    healthy = subprocess.run(words, capture_output=True, check=False)
    run = subprocess.run(words, env=os.environ | {name: poison[name]}, capture_output=True, check=False)
    assert healthy.returncode == 0
    assert run.returncode != 0
