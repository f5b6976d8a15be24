"""`python -m benchmarks.influence buildings SCENE … [--json OUT] [--png OUT]`: how far a tile's border is felt.

Each pixel of a tile that is cut out of its surroundings is compared with the same pixel of the whole scene, which goes
through the network in one piece: by how far it lies from the tile's border, and then as whole runs with different tiles and
margins give it.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import rasterio
from numpy.typing import NDArray

import geounet
from benchmarks.lacking import require
from geounet.models.segmenter import Segmenter
from geounet.options import PredictOptions
from geounet.raster.normalize import Normalizer, scene_ranges
from geounet.raster.scene import Scene

EDGES = (0, 8, 16, 32, 48, 64, 80, 96, 128, 160, 192, 256)
"""Pixels from a tile's border between which pixels are taken together."""

WAYS = ((512, 32), (512, 64), (512, 96), (512, 128), (1024, 32), (1024, 64), (1024, 96), (1024, 128))
"""Tiles and margins that are compared as whole runs."""

AROUND = 128
"""Pixels of mirror round a whole scene."""

Scores = NDArray[np.float32]


@dataclass
class Curve:
    """What the border changes, by distance from it."""

    pixels: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(EDGES) - 1, np.int64))
    total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(EDGES) - 1))
    largest: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(EDGES) - 1))
    changed: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(EDGES) - 1, np.int64))

    def add(self, tile: Scores, whole: Scores, valid: NDArray[np.bool_], *, threshold: float) -> None:
        """Count the pixels (rows, cols) of a square tile, given what the whole scene has there.

        What lies further in than the last of EDGES, in the middle of a larger tile, is left out.
        """
        side = np.arange(len(tile))
        inward = np.minimum(side, len(tile) - 1 - side)
        depth = np.minimum.outer(inward, inward)
        valid = valid & (depth < EDGES[-1])
        place = np.digitize(depth[valid], EDGES) - 1
        off = np.abs(tile - whole)[valid].astype(np.float64)
        count = len(self.pixels)
        self.pixels += np.bincount(place, minlength=count)
        self.total += np.bincount(place, off, count)
        np.maximum.at(self.largest, place, off)
        self.changed += np.bincount(
            place[((tile >= threshold) != (whole >= threshold))[valid]], minlength=count
        )

    def to_dict(self) -> dict[str, list[float]]:
        """The curve as a card has it: each distance is the least of its pixels."""
        pixels = np.maximum(self.pixels, 1)
        return {
            "px": [float(edge) for edge in EDGES[:-1]],
            "mean": [float(f"{v:.2g}") for v in self.total / pixels],
            "max": [float(f"{v:.2g}") for v in self.largest],
            "changed": [float(f"{v:.2g}") for v in self.changed / pixels],
        }


@dataclass(frozen=True)
class Whole:
    """A scene that went through the network in one piece."""

    path: Path
    pixels: Scores
    """Normalised, (bands, rows, cols), mirrored round the scene to a multiple of the stride."""
    scores: Scores
    """Of the class that is looked for, of the same rows and columns."""
    valid: NDArray[np.bool_]
    """False in what is mirrored."""
    size: tuple[int, int]
    """Rows and columns of the scene."""

    @classmethod
    def of(cls, path: Path, model: Segmenter) -> "Whole":
        """Run a scene."""
        card = model.card
        options = PredictOptions()
        with Scene.open(path, bands=card.channel_names, options=options, gsd_m=card.gsd_m) as scene:
            normalizer = Normalizer.of(card.normalization, scene_ranges(scene, card.normalization))
            read = scene.rows(0, scene.height)
        around = [(AROUND, AROUND + -(size + 2 * AROUND) % card.stride) for size in read.valid.shape]
        pixels = np.pad(normalizer(read.values, read.valid), [(0, 0), *around], mode="reflect")
        return cls(
            path, pixels, model(pixels[None])[0, -1], np.pad(read.valid, around), size=read.valid.shape
        )


def curve(model: Segmenter, scenes: list[Whole], *, tile: int) -> Curve:
    """Over all tiles, half a tile apart, that lie in the scenes."""
    found = Curve()
    for whole in scenes:
        rows, cols = whole.valid.shape
        for row in range(0, rows - tile + 1, tile // 2):
            for col in range(0, cols - tile + 1, tile // 2):
                place = slice(row, row + tile), slice(col, col + tile)
                if whole.valid[place].any():
                    alone = model(np.ascontiguousarray(whole.pixels[:, *place])[None])[0, -1]
                    found.add(alone, whole.scores[place], whole.valid[place], threshold=model.card.threshold)
    return found


@dataclass(frozen=True)
class Way:
    """What a tile and a margin come to over all scenes."""

    tile: int
    margin: int
    changed: float
    """Labels that differ from those of the whole, of a million."""
    largest: float
    mean: float

    @property
    def work(self) -> float:
        """Pixels that go through the network for each of a large scene."""
        return (self.tile / (self.tile - 2 * self.margin)) ** 2


def ways(model: Segmenter, scenes: list[Whole]) -> Iterator[Way]:
    """Whole runs, as `geounet predict` does them, against the scenes in one piece."""
    with TemporaryDirectory() as folder:
        for tile, margin in WAYS:
            off, changed = [], 0
            for whole in scenes:
                out = Path(folder) / "scores.tif"
                options = PredictOptions(
                    tile=tile, overlap=2 * margin, dtype="float32", precision="float32", overwrite=True
                )
                geounet.predict(whole.path, model, out, options=options)
                with rasterio.open(out) as dataset:
                    tiled = dataset.read(dataset.count)
                inside = tuple(slice(AROUND, AROUND + size) for size in whole.size)
                valid, scores = whole.valid[inside], whole.scores[inside]
                off.append(np.abs(tiled - scores)[valid])
                threshold = model.card.threshold
                changed += int(((tiled >= threshold) != (scores >= threshold))[valid].sum())
            errors = np.concatenate(off)
            yield Way(tile, margin, 1e6 * changed / errors.size, float(errors.max()), float(errors.mean()))


def draw(curves: dict[str, dict[str, list[float]]], path: Path) -> None:
    """The curves as a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for name, values in curves.items():
        middle = [(low + high) / 2 for low, high in pairwise(EDGES)]
        (line,) = axes[0].semilogy(middle, values["mean"], label=f"{name}, mean")
        axes[0].semilogy(middle, values["max"], "--", color=line.get_color(), label=f"{name}, largest")
        axes[1].semilogy(
            middle, [1e6 * v or np.nan for v in values["changed"]], color=line.get_color(), label=name
        )
    axes[0].set_ylabel("|Δp|")
    axes[1].set_ylabel("labels changed, of a million")
    for one in axes:
        one.axvline(64, color="grey", linewidth=0.8, linestyle=":")
        one.set_xlabel("pixels from the tile's border")
        one.grid(alpha=0.3)
        one.legend(fontsize=8)
    figure.savefig(path, dpi=130)


def main() -> None:
    """Measure one model, print its tables, and keep its curve."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.influence", description=__doc__)
    parser.add_argument("model")
    parser.add_argument("scenes", nargs="+", type=Path)
    parser.add_argument("--tile", type=int, default=512)
    parser.add_argument("--json", type=Path, help="curves by model, added to those that are there")
    parser.add_argument("--png", type=Path, help="a picture of all curves of the JSON file")
    args = parser.parse_args()
    if args.png is not None:
        require("matplotlib")
    model = geounet.load_model(args.model, engine="torch", precision="float32")
    scenes = [Whole.of(path, model) for path in args.scenes]
    found = curve(model, scenes, tile=args.tile).to_dict()
    print("| pixels from the border | mean | largest | labels changed |\n|---|---|---|---|")
    for place, low in enumerate(EDGES[:-1]):
        mean, largest, changed = (found[name][place] for name in ("mean", "max", "changed"))
        print(
            f"| {low} to {EDGES[place + 1]} | {mean:.2g} | {largest:.2g} | {1e6 * changed:,.0f} of a million |"
        )
    if args.json is not None:
        known = json.loads(args.json.read_text()) if args.json.exists() else {}
        args.json.write_text(json.dumps(known | {args.model: found}, indent=1) + "\n")
        if args.png is not None:
            draw(known | {args.model: found}, args.png)
    print("\n| tile | margin | work | labels changed | mean | largest |\n|---|---|---|---|---|---|")
    for way in ways(model, scenes):
        print(
            f"| {way.tile} | {way.margin} | {way.work:.2f} | {way.changed:,.0f} of a million | {way.mean:.2g} | "
            f"{way.largest:.2g} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
