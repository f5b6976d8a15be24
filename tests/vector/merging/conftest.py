"""Finished layers of the kinds that come together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from geounet.georeference import Georeference
from geounet.options import VectorizeOptions
from geounet.strip import LabelStrip
from geounet.vector import LayerSpec, vectorize_strips

SIZE = 24


@pytest.fixture
def make_layer(tmp_path: Path) -> Callable[..., Path]:
    """Write a layer of some areas (or one line) by its name's extension, at a place of a CRS."""

    def make(name: str, seed: int = 0, *, crs: int = 32637, shift: float = 0.0, **choices: Any) -> Path:
        rng = np.random.default_rng(seed)
        empty, lines, scored = (
            choices.pop(key, default)
            for key, default in (("empty", False), ("lines", False), ("scored", True))
        )
        labels = (rng.random((SIZE, SIZE)) < 0.2) * rng.integers(1, 3, (SIZE, SIZE)) * (not empty)
        if lines and not empty:
            labels = np.zeros((SIZE, SIZE))
            labels[8:12, 2:-2] = 1
        spec = LayerSpec(
            grid=Georeference(
                Affine(0.5, 0, 500_000 + shift, 0, -0.5, 4_600_000), CRS.from_epsg(crs), SIZE, SIZE
            ),
            class_names=("background", "building", "wätér & <tree>"),
            exclusive=True,
            source=f"scene {seed}.tif",
            model="towns 1.2.0",
            metadata={"GEOUNET_VERSION": "0"},
        )
        scores = rng.integers(0, 251, (1, SIZE, SIZE)).astype(np.uint8) if scored else None
        if lines:
            choices |= {"centerlines": True, "min_length": 0.0}
        strips = [LabelStrip(0, labels.astype(np.uint8)[None], scores)]
        vectorize_strips(strips, tmp_path / name, spec, options=VectorizeOptions(overwrite=True, **choices))
        return tmp_path / name

    return make


@pytest.fixture
def read() -> Callable[[Path], gpd.GeoDataFrame]:
    """A layer with its fields' own names, in the order of its ids."""

    def load(path: Path) -> gpd.GeoDataFrame:
        frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=path.stem)
        names = {"conf": "confidence", "conf_p10": "confidence_p10", "perim_m": "perimeter_m"}
        names |= {"edge": "touches_edge", "regular": "regularized"}
        return frame.rename(columns=names).sort_values("id", ignore_index=True)

    return load
