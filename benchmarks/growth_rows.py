"""How cost grows: with the scene, its bands, the classes, and polygons. Each must be a straight line."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.growth import growth
from benchmarks.scenes import label_raster, textured
from benchmarks.table import Row, Target
from benchmarks.vector_rows import PITCH, buildings

GOAL = Target(must=1.1, excellent=1.03, at_most=True)
"""Of the exponent where it is steepest."""

SQUARE = 4
"""Side in pixels of a polygon whose number grows."""


@dataclass(slots=True)
class Series:
    """Sizes, and the runs that are measured for each."""

    name: str
    unit: str
    """What a size counts."""
    runs: dict[float, dict[str, Any]]
    """Size → what `growth_child` is told."""
    widths: dict[float, float] = field(default_factory=dict)
    """Size → columns of the scene, where memory is to be in proportion to them."""
    seconds: dict[float, list[float]] = field(default_factory=dict)
    memory: dict[float, list[float]] = field(default_factory=dict)


def rows(folder: Path, *, quick: bool) -> Iterator[Row]:
    """A row of time for each series, and of memory where the scene grows."""
    for series in (_scenes(folder, quick), _features(folder, quick), _bands(folder, quick), _classes(folder, quick),
                   _polygons(folder, quick), _outlines(folder, quick)):  # fmt: skip
        for _ in range(1 if quick else 3):
            for size, told in series.runs.items():
                measured = _measured(told | {"out": str(folder / "growth_out")})
                series.seconds.setdefault(size, []).append(measured["seconds"])
                series.memory.setdefault(size, []).append(measured["memory"])
        yield from _rows(series)


def _rows(series: Series) -> Iterator[Row]:
    sizes = list(series.runs)
    seconds = [median(series.seconds[size]) for size in sizes]
    yield _row(f"time: {series.name}", sizes, seconds, units=("s", series.unit))
    if series.widths:
        memory = [max(series.memory[size]) for size in sizes]
        yield _row(f"memory: {series.name}", list(series.widths.values()), memory, units=("MB", "columns"))


def _row(figure: str, sizes: Sequence[float], costs: Sequence[float], *, units: tuple[str, str]) -> Row:
    line = growth(sizes, costs)
    cost, unit = units
    return Row(
        figure,
        f"exponent {line.exponent:.2f}, {line.steepest:.2f} where steepest (to {_short(line.at)} {unit}); "
        f"{line.deviation:.0%} from the line at most",
        f"{line.fixed:.3g} {cost} + {line.each * sizes[-1]:.3g} {cost} at {_short(sizes[-1])} {unit}",
        ratio=line.steepest, target=GOAL,
        data={"sizes": list(sizes), "costs": list(costs), "cost": cost, "unit": unit, "fixed": line.fixed,
              "each": line.each},
    )  # fmt: skip


def _short(number: float) -> str:
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= factor:
            return f"{number / factor:.3g} {letter}"
    return f"{number:.3g}"


def _measured(told: dict[str, Any]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth_child", json.dumps(told)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return result


def _scenes(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (how all of them are called)
    sides = [1024 * 2**k for k in range(4 if quick else 6)]
    runs = {float(side**2): _predict(folder, side) for side in sides}
    name = f"null model → class COG, {sides[0]}² to {sides[-1]}²"
    return Series(name, "pixels", runs, widths={float(side**2): float(side) for side in sides})


def _features(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (as above)
    sides = [1024 * 2**k for k in range(4 if quick else 5)]
    runs = {float(side**2): _predict(folder, side) | {"work": "extract"} for side in sides}
    return Series(f"null model → class COG and layer, {sides[0]}² to {sides[-1]}²", "pixels", runs)


def _bands(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (as above)
    side = 2048 if quick else 8192
    runs = {float(bands): _predict(folder, side, bands=bands) for bands in (1, 2, 3, 4)}
    return Series(f"null model → class COG, {side}², 1 to 4 bands", "bands", runs)


def _classes(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (as above)
    side = 1024 if quick else 4096
    runs = {float(classes): _predict(folder, side, classes=classes) for classes in (2, 5, 10, 20)}
    return Series(f"null model → class COG, {side}², 2 to 20 classes", "classes", runs)


def _predict(folder: Path, side: int, *, bands: int = 3, classes: int = 2) -> dict[str, Any]:
    def scene(size: int) -> str:
        name = f"textured_{size}_none.tif" if bands == 3 else f"textured_{size}_none_{bands}.tif"
        return str(textured(folder / name, size=size, compress="none", bands=bands))

    return {
        "work": "predict", "input": scene(side), "small": scene(1024), "bands": bands, "classes": classes
    }  # fmt: skip


def _polygons(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (as above)
    side = 4000 if quick else 10_000
    counts = [10**k for k in range(1, 6 if quick else 7)]
    small = squares(folder / "squares_100_512.tif", size=512, count=100)
    runs = {float(count): _vectorize(squares(folder / f"squares_{count}_{side}.tif", size=side, count=count), small)
            for count in counts}  # fmt: skip
    return Series(f"vectorize, {side}² labels of 10 to {counts[-1]:,} objects → FlatGeobuf", "objects", runs)


def _outlines(folder: Path, quick: bool) -> Series:  # noqa: FBT001 (as above)
    across = (8, 16, 32) if quick else (16, 32, 64, 128)
    small = buildings(folder / "buildings_512.tif", size=512)
    options = {"kind": "buildings", "separate": True, "regularize": True}
    runs = {}
    for count in across:
        labels = buildings(folder / f"buildings_{count * PITCH}.tif", size=count * PITCH)
        runs[float(count**2)] = _vectorize(labels, small, **options)
    return Series(
        f"vectorize --separate --regularize, {across[0] ** 2} to {across[-1] ** 2:,} buildings",
        "objects",
        runs,
    )


def _vectorize(labels: Path, small: Path, **options: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    return {"work": "vectorize", "input": str(labels), "small": str(small), "options": options}


def squares(path: Path, *, size: int, count: int) -> Path:
    """A label raster of `count` squares, spread evenly over `size` × `size` pixels."""
    if path.exists():
        return path
    across = int(np.ceil(np.sqrt(count)))
    pitch = size / across
    labels = np.zeros((size, size), np.uint8)
    for number in range(count):
        row, col = (int(k * pitch) + 2 for k in divmod(number, across))
        labels[row : row + SQUARE, col : col + SQUARE] = 1
    return label_raster(path, labels)
