"""The shipped model end to end, against the bare forward pass of the same batches."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

import geounet
from benchmarks.table import Row, Target
from geounet.inference.around import Around
from geounet.models.engines.engine import Engine
from geounet.synthetic import TownOptions, draw_town

GOAL = Target(must=0.97, excellent=0.99)
"""Of the share of the time that is spent inside the model."""

ROUNDS = 3


class Timed(Around):
    """An Engine that counts the seconds spent inside another, and says what the other says: tiles and batches are its own.

    Only `on_device` is not passed on: scores that stay on a GPU are not waited for, so that nothing could be timed.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.engine = engine
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.seconds = 0.0
        self.shapes: list[tuple[int, ...]] = []

    @property
    def any_tile(self) -> bool:
        """Whether the other takes tiles of any side."""
        return self.engine.any_tile

    @property
    def batch_pixels(self) -> int | None:
        """Pixels of a batch of the other."""
        return self.engine.batch_pixels

    def suggest_batch(self, tile: int) -> int:
        """The other's batch size."""
        return self.engine.suggest_batch(tile)

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores of the other."""
        started = time.perf_counter()
        scores = self.engine(patches)
        self.seconds += time.perf_counter() - started
        self.shapes.append(patches.shape)
        return scores


def rows(folder: Path, *, size: int) -> Iterator[Row]:
    """Time inside the model ÷ wall time, and Mpx/s of scene beside Mpx/s of tiles through the bare model, in turns."""
    scene = folder / f"town_{size}.tif"
    if not scene.exists():
        draw_town(TownOptions(size=(size, size), seed=1)).write(scene)
    model = Timed(geounet.load_model("buildings"))
    options = geounet.ExtractOptions(overwrite=True, class_raster=folder / "model.tif")
    geounet.extract(scene, model, folder / "model.gpkg", options=options)  # warms up
    walls, insides, bares = [], [], []
    for _ in range(ROUNDS):
        model.forget()
        done = geounet.extract(scene, model, folder / "model.gpkg", options=options)
        walls.append(done.seconds)
        insides.append(model.seconds)
        bares.append(_bare(model.engine, model.shapes))
    wall, bare = median(walls), median(bares)
    share, bare_share = (
        median(part / whole for part, whole in zip(parts, walls, strict=True)) for parts in (insides, bares)
    )
    tiles = sum(shape[0] * shape[2] * shape[3] for shape in model.shapes) / 1e6
    yield Row(
        f"buildings, {size}² scene → layer and class COG",
        f"{done.pixels / 1e6 / wall:.2f} Mpx/s; model {share:.3f} of the wall",
        f"bare forward of the same batches {tiles / bare:.2f} Mpx/s of tiles ({tiles * 1e6 / done.pixels:.2f} × the scene)",
        ratio=share,
        target=GOAL,
    )
    yield Row(
        "the same, bare forward ÷ wall",
        f"{bare_share:.3f}",
        f"bare {bare:.1f} s, end to end {wall:.1f} s",
        ratio=bare_share,
        target=GOAL,
    )


def _bare(engine: Engine, shapes: list[tuple[int, ...]]) -> float:
    """Seconds of the model alone on noise of these shapes."""
    random = np.random.default_rng(0)
    batches = {shape: random.normal(size=shape).astype(np.float32) for shape in set(shapes)}
    started = time.perf_counter()
    for shape in shapes:
        engine(batches[shape])
    return time.perf_counter() - started
