"""The shipped model end to end, against the bare forward pass of the same batches."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import geounet
from benchmarks.table import Row, Target
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.synthetic import TownOptions, draw_town

GOAL = Target(must=0.97, excellent=0.99)
"""Of the share of the time that is spent inside the model."""


@dataclass
class Timed:
    """A Segmenter that counts the seconds spent inside another."""

    segmenter: Segmenter
    seconds: float = 0.0
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def card(self) -> ModelCard:
        """The card of the other."""
        return self.segmenter.card

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores of the other."""
        started = time.perf_counter()
        scores = self.segmenter(patches)
        self.seconds += time.perf_counter() - started
        self.shapes.append(patches.shape)
        return scores


def rows(folder: Path, *, size: int) -> Iterator[Row]:
    """Time inside the model ÷ wall time, and Mpx/s of scene beside Mpx/s of tiles through the bare model."""
    scene = folder / f"town_{size}.tif"
    if not scene.exists():
        draw_town(TownOptions(size=(size, size), seed=1)).write(scene)
    model = Timed(geounet.load_model("buildings"))
    options = geounet.ExtractOptions(overwrite=True, class_raster=folder / "model.tif")
    geounet.extract(scene, model, folder / "model.gpkg", options=options)  # warms up
    model.seconds, model.shapes = 0.0, []
    done = geounet.extract(scene, model, folder / "model.gpkg", options=options)
    batches = [np.random.default_rng(0).normal(size=shape).astype(np.float32) for shape in model.shapes[:1]]
    started = time.perf_counter()
    for _ in model.shapes:
        model.segmenter(batches[0])
    bare = time.perf_counter() - started
    tiles = sum(shape[0] * shape[2] * shape[3] for shape in model.shapes) / 1e6
    yield Row(
        f"buildings, {size}² scene → layer and class COG",
        f"{done.pixels / 1e6 / done.seconds:.2f} Mpx/s; model {model.seconds / done.seconds:.3f} of the wall",
        f"bare forward of the same batches {tiles / bare:.2f} Mpx/s of tiles ({tiles * 1e6 / done.pixels:.2f} × the scene)",
        ratio=model.seconds / done.seconds,
        target=GOAL,
    )
    yield Row(
        "the same, wall ÷ bare forward",
        f"{bare / done.seconds:.3f}",
        f"bare {bare:.1f} s, end to end {done.seconds:.1f} s",
        ratio=bare / done.seconds,
        target=GOAL,
    )
