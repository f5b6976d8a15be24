"""The verbs on real files, with a model that is small and random: what is written, and what is refused."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import torch

from geounet.cli import main
from geounet.models.bundle import save
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training import TrainConfig, TrainReport

ROOT = Path(__file__).parents[2]

CARD = {
    "format": 1, "name": "tiny", "version": "1.0.0", "description": "A random network.", "task": "buildings",
    "architecture": {"name": "Unet", "encoder": "tu-test_efficientnet", "decoder_channels": [16, 8, 8, 8, 8]},
    "bands": ["red", "green", "blue"], "classes": ["background", "building"], "activation": "softmax", "gsd_m": 0.3,
    "normalization": {"range": "scene", "percentiles": [2, 98], "mean": [0.5] * 3, "std": [0.5] * 3},
    "tile": 64, "margin": 16, "stride": 32, "license": "CC0-1.0", "sources": [],
}  # fmt: skip
SCHEMA = [
    "id", "class", "confidence", "confidence_p10", "area_m2", "perimeter_m", "touches_edge", "source", "model",
]  # fmt: skip


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return build(ModelCard.from_dict(CARD)).state_dict()


@pytest.fixture
def model(tmp_path, state) -> str:
    save(tmp_path / "tiny", ModelCard.from_dict(CARD), state=state, page="# tiny\n")
    return str(tmp_path / "tiny")


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 150, 130), np.uint8)


@pytest.fixture
def scene(make_raster, pixels) -> Path:
    return make_raster(pixels)


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def layer(path: str) -> geopandas.GeoDataFrame:
    return geopandas.read_file(path)


def test_extract_writes_the_layer_and_the_rasters_that_were_asked_for(scene, model, capsys):
    argv = [
        "extract",
        "scene.tif",
        "--model",
        model,
        "-o",
        "b.gpkg",
        "--class-raster",
        "c.tif",
        "--probability",
        "p.tif",
    ]
    assert main(argv) == 0
    out = capsys.readouterr().out
    features = layer("b.gpkg")
    assert f"b.gpkg: {len(features):,} feature" in out
    with rasterio.open("c.tif") as labels, rasterio.open("p.tif") as scores:
        assert labels.shape == scores.shape == (150, 130)
        share = (labels.read(1) == 1).sum() * 0.09
    assert features.geometry.area.sum() == pytest.approx(share, rel=1e-6)


def test_the_layer_of_labels_is_that_of_the_scene(scene, model, capsys):
    assert (
        main(["predict", "scene.tif", "--model", model, "-o", "c.tif", "--output", "class", "--quiet"]) == 0
    )
    assert main(["vectorize", "c.tif", "-o", "v.gpkg", "--quiet"]) == 0
    assert main(["extract", "scene.tif", "--model", model, "-o", "b.gpkg", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    one, other = layer("v.gpkg"), layer("b.gpkg")
    assert len(one) == len(other) > 0
    assert one.geometry.equals(other.geometry)


def test_both_writes_the_classes_beside_the_probabilities(scene, model, capfd):
    argv = ["predict", "scene.tif", "--model", model, "-o", "p.tif", "--output", "both", "--json-events"]
    assert main(argv) == 0
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    outputs = {e["kind"]: e["path"] for e in told if e["event"] == "output"}
    assert outputs == {"probability": "p.tif", "class_raster": "p_class.tif"}
    assert all(Path(path).is_file() for path in outputs.values())
    last = [e for e in told if e["event"] == "progress"][-1]
    assert last["done"] == last["total"] == 150 * 130


def test_a_bbox_in_degrees_west_of_greenwich(make_raster, pixels, model):
    make_raster(pixels, crs="EPSG:32619", transform=rasterio.Affine(0.3, 0, 320_000, 0, -0.3, 4_670_000))
    with rasterio.open("scene.tif") as dataset:
        west, south, east, north = rasterio.warp.transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds)
    middle = (west + east) / 2
    box = f"{west},{south},{middle},{north}"
    assert (
        main(
            [
                "predict",
                "scene.tif",
                "--model",
                model,
                "-o",
                "p.tif",
                "--bbox",
                box,
                "--bbox-crs",
                "EPSG:4326",
            ]
        )
        == 0
    )
    with rasterio.open("p.tif") as dataset:
        assert dataset.width == pytest.approx(65, abs=2)


def test_a_scene_with_nothing_valid_gives_an_empty_layer(make_raster, model):
    make_raster(np.zeros((3, 70, 70), np.uint8), nodata=0)
    assert main(["extract", "scene.tif", "--model", model, "-o", "b.gpkg", "--class-raster", "c.tif"]) == 0
    features = layer("b.gpkg")
    assert len(features) == 0
    assert [name for name in features.columns if name != "geometry"] == SCHEMA
    assert features.crs is not None
    with rasterio.open("c.tif") as labels:
        assert (labels.read(1) == 255).all()


def test_a_scene_of_one_pixel_works(make_raster, model):
    make_raster(np.full((3, 1, 1), 7, np.uint8))
    assert main(["extract", "scene.tif", "--model", model, "-o", "b.gpkg", "--class-raster", "c.tif"]) == 0
    with rasterio.open("c.tif") as labels:
        assert labels.shape == (1, 1)


BAD = {
    "missing file": (["no.tif"], "no.tif"),
    "junk bytes": (["junk.tif"], "junk.tif"),
    "truncated": (["truncated.tif"], "truncated.tif"),
    "no CRS": (["bare.tif"], "--assume-crs"),
    "one band": (["grey.tif"], "--bands"),
    "band 9 of 3": (["scene.tif", "--bands", "9,2,1"], "9"),
    "unknown model": (["scene.tif", "--model", "castles"], "castles"),
    "empty card": (["scene.tif", "--model", "empty"], "card"),
    "newer card": (["scene.tif", "--model", "newer"], "format 2"),
    "pickle": (["scene.tif", "--model", "pickled"], "geounet models import"),
    "extension": (["scene.tif", "-o", "b.dwg"], ".gpkg"),
    "overlap": (["scene.tif", "--tile", "64", "--overlap", "64"], "overlap"),
    "existing": (["scene.tif", "-o", "there.gpkg"], "--overwrite"),
    "existing raster": (["scene.tif", "--class-raster", "there.tif"], "--overwrite"),
    "no folder": (["scene.tif", "-o", "nowhere/b.gpkg"], "nowhere"),
    "folder": (["scene.tif", "-o", "tiny"], "tiny"),
    "bbox elsewhere": (["scene.tif", "--bbox", "0,0,1,1"], "outside"),
    "bad CRS": (["bare.tif", "--assume-crs", "EPSG:nope"], "EPSG:nope"),
    "no AOI": (["scene.tif", "--aoi", "no.geojson"], "no.geojson"),
    "junk stats": (["scene.tif", "--stats", "junk.tif"], "junk.tif"),
    "device": (["scene.tif", "--device", "cuda:7"], "cuda:7"),
}


@pytest.fixture
def bad_files(scene, model, make_raster, pixels, state) -> None:
    Path("junk.tif").write_bytes(b"junk" * 100)
    make_raster(pixels, "whole.tif", compress="deflate")
    whole = Path("whole.tif").read_bytes()
    Path("truncated.tif").write_bytes(whole[: len(whole) // 2])
    make_raster(pixels, "bare.tif", crs=None)
    make_raster(pixels[0], "grey.tif")
    Path("there.gpkg").write_text("mine")
    Path("there.tif").write_text("mine")
    for name, card in (
        ("empty", "{}"),
        ("newer", json.dumps(CARD | {"format": 2})),
        ("pickled", json.dumps(CARD)),
    ):
        Path(name).mkdir()
        (Path(name) / "card.json").write_text(card)
    torch.save(state, "pickled/weights.safetensors")


@pytest.mark.usefixtures("bad_files")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_leaves_nothing(name, model, tmp_path, capfd):
    words, named = BAD[name]
    argv = ["extract", *words, "--quiet"]
    argv += [] if "--model" in words else ["--model", model]
    argv += [] if "-o" in words else ["-o", "out.gpkg"]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert main(argv) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("geounet: ")
    assert err.count("\n") == 1
    assert "--debug" not in err  # it was foreseen
    assert named in err
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not list(tmp_path.glob(".geounet-*"))


def test_models_are_imported_and_shown(state, capsys):
    Path("card.json").write_text(json.dumps(CARD))
    torch.save({"state_dict": {f"model.{name}": tensor for name, tensor in state.items()}}, "w.pth")
    assert main(["models", "import", "w.pth", "--card", "card.json", "-o", "mine"]) == 0
    assert "mine: tiny 1.0.0" in capsys.readouterr().out
    assert main(["models", "show", "mine"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["card"] == CARD
    assert len(shown["digest"]) == 64
    assert main(["models", "import", "w.pth", "--card", "card.json", "-o", "mine"]) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_models_that_came_along_are_listed(capsys):
    assert main(["models", "list"]) == 0
    assert capsys.readouterr().out.startswith("buildings ")


def test_the_demo_never_writes_over_the_truth(scene, capsys):
    geopandas.GeoDataFrame(geometry=[], crs="EPSG:4326").to_file("buildings.gpkg")
    before = Path("buildings.gpkg").read_bytes()
    argv = ["demo", "--scene", "scene.tif", "--truth", "buildings.gpkg", "-o", ".", "--overwrite"]
    assert main(argv) == 1
    assert "would be written over" in capsys.readouterr().err
    assert Path("buildings.gpkg").read_bytes() == before


def test_a_local_crs_has_no_place_in_geojson(make_raster, pixels, model, capsys):
    make_raster(pixels, "local.tif", crs='LOCAL_CS["site",UNIT["metre",1]]')
    assert main(["extract", "local.tif", "--model", model, "-o", "b.geojson", "--quiet"]) == 1
    assert "local CRS" in capsys.readouterr().err


def test_training_without_a_config_says_so(capsys):
    assert main(["train", "no.toml"]) == 1
    assert "no.toml" in capsys.readouterr().err


def test_training_takes_what_the_command_line_says_over_the_config(monkeypatch, capsys):
    seen = []

    def train(config, *, progress, resume):
        seen.append(config)
        progress(total=10, desc="mine", unit="step").close()
        metrics = {"somewhere": 0.5, "mean": 0.5}
        return TrainReport(
            bundle=config.out, metrics=metrics, threshold=0.4, steps=10, best_step=5, seconds=60.0
        )

    monkeypatch.setattr("geounet.training.train", train)
    config = str(ROOT / "configs" / "buildings.toml")
    assert main(["train", config, "-o", "mine", "--seed", "7", "--device", "cpu", "--overwrite"]) == 0
    assert (seen[0].out, seen[0].seed, seen[0].device) == (Path("mine"), 7, "cpu")
    assert "mine: IoU somewhere 0.500, mean 0.500 at threshold 0.4" in capsys.readouterr().out
    assert main(["train", config, "--quiet"]) == 0
    assert seen[1] == TrainConfig.from_toml(config)


@pytest.fixture
def start(environment) -> Callable[..., subprocess.Popen[str]]:
    """Start a run in a process of its own."""

    def start(*argv: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "geounet", *argv, "--json-events"]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(command, env=environment, text=True, **pipes)

    return start


def wait_for_progress(process: subprocess.Popen[str], *, least: int) -> None:
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["done"] >= least:
            return
    raise AssertionError(process.stderr.read())


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"])
def test_a_run_that_is_killed_leaves_no_output_and_can_be_run_again(how, start, make_raster, model, tmp_path):
    if not hasattr(signal, how):
        pytest.skip(f"no {how} on this system")
    make_raster(np.random.default_rng(0).integers(0, 256, (3, 2000, 400), np.uint8))
    argv = [
        "extract",
        "scene.tif",
        "--model",
        model,
        "-o",
        "b.gpkg",
        "--class-raster",
        "c.tif",
        "--threads",
        "1",
    ]
    with start(*argv) as process:
        wait_for_progress(process, least=2000 * 400 // 4)
        process.send_signal(getattr(signal, how))
        process.communicate(timeout=60)
        assert process.returncode == (130 if how == "SIGTERM" else -signal.SIGKILL)
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".geounet-")} == {
        "scene.tif",
        "tiny",
    }
    if how == "SIGTERM":
        assert not list(tmp_path.glob(".geounet-*"))
    assert main([*argv, "--quiet"]) == 0
    assert Path("b.gpkg").is_file()
    assert Path("c.tif").is_file()


def test_a_run_ends_with_its_lease(start, make_raster, model, tmp_path):
    make_raster(np.random.default_rng(0).integers(0, 256, (3, 2000, 400), np.uint8))
    with start("extract", "scene.tif", "--model", model, "-o", "b.gpkg", "--lease", "stdin") as process:
        wait_for_progress(process, least=1)
        process.stdin.close()
        assert process.wait(timeout=60) == 130
        # It ended by itself: the last resort is silent.
        assert process.stderr.read() == "geounet: cancelled; nothing half-written is left\n"
    assert {path.name for path in tmp_path.iterdir()} == {"scene.tif", "tiny"}
