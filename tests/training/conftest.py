"""A tiny place to train on: bright rectangles on dark ground, and their footprints."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.warp import transform_geom

GSD, LEFT, TOP = 0.5, 500_000, 9_000_000
CARD = {
    "name": "tiny", "version": "0.1.0", "description": "Bright rectangles.", "task": "buildings",
    "architecture": {"name": "Unet", "encoder": "resnet18", "encoder_depth": 3, "decoder_channels": [16, 8, 8]},
    "bands": ["red", "green", "blue"], "classes": ["background", "building"], "activation": "softmax", "gsd_m": GSD,
    "normalization": {"range": "dtype", "percentiles": [2, 98], "mean": [0.5] * 3, "std": [0.25] * 3},
    "tile": 64, "margin": 16, "stride": 8, "license": "CC0-1.0", "sources": ["drawn by the tests"],
}  # fmt: skip


def _draw_place(folder: Path, name: str, *, seed: int, side: int = 160, west: int = LEFT) -> Path:
    """Write NAME.tif and NAME.geojson; the right eighth of the scene is nodata. Returns the scene's path."""
    random = np.random.default_rng(seed)
    transform, crs = Affine(GSD, 0, west, 0, -GSD, TOP), "EPSG:32737"
    image = random.integers(40, 80, (3, side, side), dtype=np.uint8)
    features = []
    for row in range(10, side - 30, 36):
        for col in range(10, side - 30, 36):
            height, width = (int(v) for v in random.integers(12, 25, 2))
            image[:, row : row + height, col : col + width] = random.integers(160, 220, (3, 1, 1))
            left, top = west + col * GSD, TOP - row * GSD
            box = shapely.geometry.mapping(shapely.box(left, top - height * GSD, left + width * GSD, top))
            geometry = transform_geom(crs, "EPSG:4326", box, precision=9)
            features.append({"type": "Feature", "properties": {"class": "building"}, "geometry": geometry})
    image[:, :, side - side // 8 :] = 0
    path = folder / f"{name}.tif"
    profile = {"driver": "GTiff", "count": 3, "dtype": "uint8", "height": side, "width": side, "crs": crs}
    with rasterio.open(path, "w", **profile, transform=transform, nodata=0, photometric="RGB") as dataset:
        dataset.write(image)
    collection = {"type": "FeatureCollection", "features": features}
    path.with_suffix(".geojson").write_text(json.dumps(collection), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def draw_place():
    return _draw_place


@pytest.fixture(scope="session")
def card() -> dict:
    return dict(CARD)


@pytest.fixture(scope="session")
def place(tmp_path_factory) -> Path:
    """A folder with the scenes `here` and, a kilometre away, `there`."""
    folder = tmp_path_factory.mktemp("place")
    _draw_place(folder, "here", seed=1)
    _draw_place(folder, "there", seed=2, side=128, west=LEFT + 1000)
    return folder


@pytest.fixture
def tables(place, tmp_path) -> dict:
    """The tables of a short run on that place."""
    return {
        "root": str(place),
        "card": dict(CARD),
        "out": str(tmp_path / "bundle"),
        "seed": 3,
        "validate_every": 12,
        "device": "cpu",
        "data": {
            "train": [{"scene": "here.tif", "labels": "here.geojson"}],
            "validation": [{"scene": "there.tif", "labels": "there.geojson"}],
            "crop": 48,
        },
        "optimizer": {
            "steps": 24,
            "batch": 4,
            "rate": 3e-3,
            "warmup": 4,
            "average": 0.9,
            "precision": "32-true",
        },
    }


@pytest.fixture(scope="session", autouse=True)
def no_graphs() -> Iterator[None]:
    """Runs write no graph beside their bundles, which takes torch seconds each; one test of its own does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geounet.training.reporting.carried.carry_graph", lambda _: None)
        yield


@pytest.fixture(scope="module", autouse=True)
def own_data_folder() -> Iterator[None]:
    """Configs find their scenes beside themselves, wherever the real ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GEOUNET_DATA", raising=False)
        yield
