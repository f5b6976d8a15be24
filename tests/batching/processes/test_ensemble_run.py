"""Runs of an ensemble over scenes of two files each, by two worker processes, of which the first run is killed."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import torch
from affine import Affine

import geounet
from geounet.batching.options import SourceOptions
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")

CARD = {
    "format": 1, "name": "a", "version": "1", "description": "", "task": "areas",
    "architecture": {"name": "Unet", "encoder": "resnet18", "encoder_depth": 3, "decoder_channels": [16, 8, 8]},
    "bands": ["grey", "height"], "classes": ["background", "thing"], "activation": "softmax", "gsd_m": None,
    "normalization": {"range": "dtype", "percentiles": [2, 98], "mean": [0.5] * 2, "std": [0.25] * 2},
    "tile": 64, "margin": 16, "stride": 8, "license": "CC0-1.0", "sources": [],
}  # fmt: skip


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    """Two models that agree, of different weights."""
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        card = ModelCard.from_dict(CARD | {"name": f"m{seed}"})
        found.append(bundle.save(tmp_path / f"m{seed}", card, state=build(card).state_dict(), page="").folder)
    return found


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder of six scenes of two files each, far apart."""
    folder, rng = tmp_path / "pairs", np.random.default_rng(1)
    folder.mkdir()
    for k in range(6):
        for name, side in (("grey", 96), ("height", 48)):
            values = (
                np.kron(rng.integers(0, 2, (side // 8, side // 8)), np.ones((8, 8))).astype("uint8") * 200
            )
            scale = 96 / side
            at = Affine(0.3 * scale, 0, 500_000 + 100 * k, 0, -0.3 * scale, 9_300_000)
            profile = {"count": 1, "dtype": "uint8", "width": side, "height": side, "crs": "EPSG:32737"}
            with rasterio.open(
                folder / f"s{k}_{name}.tif", "w", driver="GTiff", transform=at, **profile
            ) as dataset:
                dataset.write(values, 1)
    return folder


def test_two_workers_make_what_one_process_makes(
    start_run: Callable[..., Any],
    models: list[Path],
    pairs: Path,
    layers: Callable[[Path], dict[str, bytes]],
    leftovers: Callable[[Path], list[str]],
    tmp_path: Path,
) -> None:
    words = [word for model in models for word in ("--model", model)]
    out = tmp_path / "out"
    start_run([pairs], out, *words, "--beside", "_grey=_height", workers=2).until(1).kill()
    run = start_run([pairs], out, *words, "--beside", "_grey=_height", workers=2).ended(0)
    assert run.result["done"] == 6
    assert leftovers(out) == []
    options = geounet.BatchOptions(
        extract=geounet.ExtractOptions(engine="torch", threads=1),
        sources=SourceOptions(beside=("_grey=_height",)),
        mosaic="none",
        format="fgb",
        workers=1,
    )
    geounet.batch([pairs], "+".join(map(str, models)), tmp_path / "here", options=options)
    assert layers(out) == layers(tmp_path / "here")
