"""Labelled scenes that are made in memory."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import LabelledScene, Level


@pytest.fixture(scope="session")
def make_level() -> Callable[..., Level]:
    """A level with these labels; grey, weighing 1, a crop's centre on each labelled pixel."""

    def make(
        labels: NDArray[np.uint8], *, gsd_m: float = 0.5, image: NDArray[np.uint16] | None = None
    ) -> Level:
        labels = labels.astype(np.uint8)
        rows, cols = np.nonzero((labels != 0) & (labels != IGNORED))
        grey = np.full((1, *labels.shape), 30_000, np.uint16)
        return Level(
            gsd_m,
            grey if image is None else image,
            labels,
            (labels != IGNORED).astype(np.float32),
            np.stack([rows, cols], axis=1) + 0.5,
            labels[rows, cols],
        )

    return make


@pytest.fixture(scope="session")
def make_scene(make_level) -> Callable[..., LabelledScene]:
    """A scene of one such level."""

    def make(
        labels: NDArray[np.uint8], *, name: str = "scene", weight: float = 1.0, **level
    ) -> LabelledScene:
        return LabelledScene(name, (make_level(labels, **level),), weight)

    return make
