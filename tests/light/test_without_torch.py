"""A light install: models run, and what needs torch says so in one line."""

import json
import subprocess
import sys

import numpy as np
import pyogrio.raw
import pytest
import rasterio

from geounet import PredictOptions, predict


def test_what_a_light_install_can_do(verbs, scene, tmp_path):
    layer, scores, classes, again = (tmp_path / name for name in ("b.gpkg", "p.tif", "c.tif", "again.fgb"))
    area = tmp_path / "area.geojson"
    box = {"type": "Polygon", "coordinates": [[[38, -7], [40, -7], [40, -5], [38, -5], [38, -7]]]}
    area.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": box}), encoding="utf-8")
    ran = verbs(
        ["extract", scene, "-o", layer, "--class-raster", classes, "--aoi", area],
        [
            "predict",
            scene,
            "--model",
            "buildings",
            "-o",
            scores,
            "--engine",
            "onnx",
            "--device",
            "cpu",
            "--precision",
            "float32",
        ],
        ["vectorize", classes, "-o", again],
        ["models", "list"],
        ["models", "show", "roads"],
        ["doctor"],
    )
    assert ran == [(0,)] * 6
    about, _, _, fields = pyogrio.raw.read(layer)
    assert "building" in fields[list(about["fields"]).index("class")]
    with rasterio.open(scores) as dataset:
        tags = dataset.tags()
    assert "onnxruntime" in str(tags)


def test_its_scores_are_those_of_torch(verbs, scene, tmp_path):
    light, torch = tmp_path / "light.tif", tmp_path / "torch.tif"
    assert verbs(["predict", scene, "--model", "buildings", "-o", light, "--dtype", "float32"]) == [(0,)]
    options = PredictOptions(engine="torch", device="cpu", precision="float32", dtype="float32")
    predict(scene, "buildings", torch, options=options)
    with rasterio.open(light) as ours, rasterio.open(torch) as theirs:
        np.testing.assert_allclose(ours.read(), theirs.read(), atol=1e-4)


def test_a_batch_runs_in_its_workers_too(verbs, scene, tmp_path):
    words = ["batch", scene, scene.with_name("other.tif"), "--out", tmp_path / "out", "--workers", "1"]
    scene.with_name("other.tif").write_bytes(scene.read_bytes())
    assert verbs([*words, "--mosaic", "none"]) == [(0,)]
    assert len(list((tmp_path / "out").glob("*.gpkg"))) == 2


def test_what_needs_torch_says_so_in_one_line(verbs, scene, tmp_path):
    remedy = "this is a light install; complete it with pip install geounet"
    lacks = f"geounet: {{}} is not installed, which geounet {{}} needs: {remedy}"
    exported = ["models", "export", "buildings", "-o", tmp_path / "b.onnx"]
    evaluated = ["evaluate", scene, scene]
    ran = verbs(exported, evaluated, ["extract", scene, "--engine", "torch", "-o", tmp_path / "t.gpkg"])
    assert [code for code, *_ in ran] == [1, 1, 1]
    assert ran[0][1] == lacks.format("torch", "models")
    assert ran[1][1] == lacks.format("geopandas", "evaluate")
    assert "torch is not installed" in ran[2][1]
    assert not list(tmp_path.glob("t.gpkg"))


@pytest.mark.parametrize("name", ["evaluate", "compare"])
def test_python_is_told_the_same(child, name):
    done = child(
        f"import geounet\ntry:\n    geounet.{name}\nexcept geounet.GeounetError as error:\n    print(error)"
    )
    assert done.stdout.strip().startswith(f"geopandas is not installed, which geounet.{name} needs")


def test_an_extraction_loads_nothing_that_it_does_not_need(scene, tmp_path):
    """With everything installed, an ONNX engine leaves torch and all that stands on it alone."""
    code = (
        "import sys\nfrom geounet.cli import main\n"
        f"assert main(['extract', {str(scene)!r}, '-o', {str(tmp_path / 'x.gpkg')!r}, '--engine', 'onnx']) == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    unwanted = {
        "torch",
        "torchvision",
        "timm",
        "segmentation_models_pytorch",
        "onnx",
        "onnxscript",
        "safetensors",
    }
    assert "onnxruntime" in loaded
    assert not loaded & unwanted
