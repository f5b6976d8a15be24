"""Law 7: the same input, model and options give the same bytes."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

import geounet


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_law7_a_second_run_writes_the_same_bytes(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, suffix: str
) -> None:
    values = ndimage.gaussian_filter(np.random.default_rng(1).random((90, 110)), 2).astype(np.float32)
    values = (values - values.min()) / np.ptp(values)
    path = make_raster(values)
    runs = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        options = geounet.ExtractOptions(
            tile=32,
            overlap=8,
            class_raster=folder / "c.tif",
            probability=folder / "p.tif",
            simplify=0.5,
            min_area=1,
        )
        geounet.extract(
            path, two_classes(make_card(), lambda p: p[:, 0]), folder / f"o{suffix}", options=options
        )
        runs.append([p.read_bytes() for p in sorted(folder.iterdir())])
        time.sleep(1.1)  # a clock in an output would tell
    assert len(runs[0]) == 3
    assert runs[0] == runs[1]
