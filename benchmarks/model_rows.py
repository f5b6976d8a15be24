"""The shipped model end to end, against the bare forward pass of the same batches."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

import geounet
from benchmarks.scenes import textured
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


@dataclass(frozen=True, slots=True)
class Times:
    """Medians of the rounds of one run."""

    pixels: int
    """Of the scene."""
    tile_pixels: int
    """That went through the model."""
    wall: float
    """Seconds of the run."""
    bare: float
    """Seconds of the model alone on batches of the same shapes."""
    share: float
    """Of the wall, inside the model."""


def rows(folder: Path, *, size: int, large: int) -> Iterator[Row]:
    """Time inside the model ÷ wall time: a large scene's labels, and a dense town's layer, as traced and finished."""
    town = folder / f"town_{size}.tif"
    if not town.exists():
        draw_town(TownOptions(size=(size, size), seed=1)).write(town)
    noise = textured(folder / f"textured_{large}_none.tif", size=large, compress="none")
    model = Timed(geounet.load_model("buildings"))
    labels = geounet.PredictOptions(overwrite=True, output="class")
    finished = geounet.ExtractOptions(overwrite=True, class_raster=folder / "model.tif")
    traced = replace(finished, separate=False, regularize=False)
    runs: dict[str, Callable[[], int]] = {
        f"buildings, {large}² noise → class COG": lambda: (
            geounet.predict(noise, model, folder / "model.tif", options=labels).pixels
        ),
        f"buildings, {size}² dense town → class COG and layer as traced": lambda: (
            geounet.extract(town, model, folder / "model.gpkg", options=traced).pixels
        ),
        f"buildings, {size}² dense town → class COG and layer, separated and regularised": lambda: (
            geounet.extract(town, model, folder / "model.gpkg", options=finished).pixels
        ),
    }
    for name, run in runs.items():
        times = _timed(model, run)
        yield Row(
            name,
            f"{times.pixels / 1e6 / times.wall:.2f} Mpx/s; model {times.share:.3f} of the wall",
            f"bare forward of the same batches {times.tile_pixels / 1e6 / times.bare:.2f} Mpx/s of tiles "
            f"({times.tile_pixels / times.pixels:.2f} × the scene): {times.bare:.1f} s, end to end {times.wall:.1f} s",
            ratio=times.share,
            target=GOAL,
        )


def _timed(model: Timed, run: Callable[[], int]) -> Times:
    """A run and the bare model in turns, after one of each that does not count."""
    walls, shares, bares = [], [], []
    for number in range(ROUNDS + 1):
        model.forget()
        started = time.perf_counter()
        pixels = run()
        wall = time.perf_counter() - started
        bare = _bare(model.engine, model.shapes)
        if number:
            walls.append(wall)
            shares.append(model.seconds / wall)
            bares.append(bare)
    tile_pixels = sum(shape[0] * shape[2] * shape[3] for shape in model.shapes)
    return Times(pixels, tile_pixels, wall=median(walls), bare=median(bares), share=median(shares))


def _bare(engine: Engine, shapes: list[tuple[int, ...]]) -> float:
    """Seconds of the model alone on noise of these shapes."""
    random = np.random.default_rng(0)
    batches = {shape: random.normal(size=shape).astype(np.float32) for shape in set(shapes)}
    started = time.perf_counter()
    for shape in shapes:
        engine(batches[shape])
    return time.perf_counter() - started
