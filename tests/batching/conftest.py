"""Small archives, and a Segmenter that finds their bright squares."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine

GSD = 0.3
HERE = Affine(GSD, 0, 500_000, 0, -GSD, 9_300_000)


@pytest.fixture
def bright(make_card: Any, two_classes: Any) -> Any:
    """A Segmenter of one grey band: what is bright is a building."""
    card = make_card(task="buildings", classes=("background", "building"))
    return two_classes(card, lambda patches: patches[:, 0])


@pytest.fixture
def town(make_raster: Callable[..., Path]) -> Callable[..., list[Path]]:
    """Tiles of one drawn scene of squares, as files in a folder; `apart` pixels lie between them on the ground."""

    def make(
        rows: int = 2, cols: int = 3, *, side: int = 40, apart: int = 0, folder: str = "tiles"
    ) -> list[Path]:
        rng = np.random.default_rng(3)
        scene = np.zeros((rows * side, cols * side), np.float32)
        for row in range(4, rows * side - 8, 12):
            for col in range(4, cols * side - 8, 12):
                scene[row : row + int(rng.integers(4, 8)), col : col + int(rng.integers(4, 8))] = rng.uniform(
                    0.7, 1
                )
        return [
            make_raster(
                scene[row * side : (row + 1) * side, col * side : (col + 1) * side],
                f"{folder}/tile_{row}_{col}.tif",
                transform=HERE @ Affine.translation(col * (side + apart), row * (side + apart)),
                tiled=False,
                compress="deflate",
            )
            for row in range(rows)
            for col in range(cols)
        ]

    return make
