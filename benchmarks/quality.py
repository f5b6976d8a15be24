"""How good a model is on the validation scenes, place by place, and over ground sampling distances.

    python -m benchmarks.quality buildings            the shipped model of that name
    python -m benchmarks.quality roads --model runs/roads --threshold 0.4
    python -m benchmarks.quality buildings --gsd      the curve of F1 over GSD too

Scenes are those under `validation/TASK` of the folder that GEOUNET_DATA names.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

import geounet
from geounet.georeference import Georeference

GSDS_M = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where the curve is taken."""

COLUMNS = {
    "buildings": ("iou", "object f1", "precision", "recall", "mean f1"),
    "roads": (
        "iou",
        "relaxed f1",
        "relaxed precision",
        "relaxed recall",
        "apls",
        "completeness",
        "correctness",
    ),
}

PIXELS = ("iou", "relaxed f1", "relaxed precision", "relaxed recall")
GAP_ROWS = 16
"""Rows of nodata between scenes that are laid below one another: more than the relaxed tolerance."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("task", choices=sorted(COLUMNS))
    parser.add_argument("--model", help="a bundle's folder; the shipped model otherwise")
    parser.add_argument("--threshold", type=float, help="the card's own otherwise")
    parser.add_argument("--gsd", action="store_true", help="the curve over ground sampling distances too")
    args = parser.parse_args()
    data = Path(os.environ.get("GEOUNET_DATA", "../shared/data"))
    scenes = sorted(
        p for p in (data / "validation" / args.task).glob("*.tif") if not p.stem.endswith("_roads")
    )
    measure = buildings if args.task == "buildings" else roads
    options = geounet.ExtractOptions(threshold=args.threshold)
    model = args.model or args.task
    with tempfile.TemporaryDirectory() as folder:
        found = {s.stem: measure(s, model, options, folder=Path(folder)) for s in scenes}
        print_table("place", COLUMNS[args.task], found)
        if args.task == "roads":
            print_table("all pixels", PIXELS, {"together": together(scenes, Path(folder))})
        if args.gsd:
            curve = {f"{s.stem} {g:g} m": measure(coarse, model, options, folder=Path(folder), truth=s)
                     for s in scenes for g, coarse in coarser(s, Path(folder))}  # fmt: skip
            print_table("place and GSD", COLUMNS[args.task], curve)


def buildings(
    scene: Path, model: str, options: geounet.ExtractOptions, *, folder: Path, truth: Path | None = None
) -> Mapping[str, float | None]:
    """Figures of the extracted buildings against the footprints of the scene (or of `truth`), and of their pixels."""
    place, layer = truth or scene, folder / f"{scene.stem}.gpkg"
    classes = folder / f"{scene.stem}_class.tif"
    geounet.extract(scene, model, layer, options=replaced(options, class_raster=classes))
    judged = geounet.EvaluateOptions(valid=place)
    objects = geounet.evaluate(layer, place.with_suffix(".geojson"), options=judged).objects or {}
    labels = geounet.evaluate(classes, place.with_suffix(".geojson"), options=judged).labels or {}
    return {"iou": labels["iou"]} | {
        name: objects[key]
        for name, key in (
            ("object f1", "f1"),
            ("precision", "precision"),
            ("recall", "recall"),
            ("mean f1", "f1_average"),
        )
    }


def roads(
    scene: Path, model: str, options: geounet.ExtractOptions, *, folder: Path, truth: Path | None = None
) -> Mapping[str, float | None]:
    """Figures of the extracted roads against the label raster of the scene (or of `truth`): pixels, and lines."""
    place, layer = truth or scene, folder / f"{scene.stem}.gpkg"
    labels, classes = place.with_name(f"{place.stem}_roads.tif"), folder / f"{scene.stem}_class.tif"
    geounet.extract(scene, model, layer, options=replaced(options, class_raster=classes))
    pixels = geounet.evaluate(classes, labels, options=geounet.EvaluateOptions(valid=place)).labels or {}
    lines = folder / f"{place.stem}_truth.gpkg"
    geounet.vectorize(labels, lines, options=geounet.VectorizeOptions(kind="roads", overwrite=True))
    found = geounet.evaluate(layer, lines).lines or {}
    names = ("iou", "relaxed_f1", "relaxed_precision", "relaxed_recall")
    return {name.replace("_", " "): pixels[name] for name in names} | {
        name: found[name] for name in ("apls", "completeness", "correctness")
    }


def together(scenes: Sequence[Path], folder: Path) -> Mapping[str, float]:
    """Figures of the pixels of all scenes as if they were one: large valid areas count more, as in Mnih (2013)."""
    stacked = {}
    for name, paths in (
        ("found", [folder / f"{scene.stem}_class.tif" for scene in scenes]),
        ("true", [scene.with_name(f"{scene.stem}_roads.tif") for scene in scenes]),
    ):
        rasters = []
        for path in paths:
            with rasterio.open(path) as dataset:
                rasters += [dataset.read(1), np.full((GAP_ROWS, dataset.width), 255, np.uint8)]
                profile = {"crs": dataset.crs, "transform": dataset.transform, "width": dataset.width}
        column = np.concatenate(rasters)
        stacked[name] = folder / f"{name}.tif"
        with rasterio.open(stacked[name], "w", driver="GTiff", dtype="uint8", count=1, nodata=255,
                           height=len(column), **profile) as out:  # fmt: skip
            out.write(column, 1)
    labels = geounet.evaluate(stacked["found"], stacked["true"]).labels or {}
    return {name: labels[name.replace(" ", "_")] for name in PIXELS}


def replaced(options: geounet.ExtractOptions, *, class_raster: Path) -> geounet.ExtractOptions:
    """The options with a class raster beside the layer, both written anew."""
    return geounet.ExtractOptions(threshold=options.threshold, class_raster=class_raster, overwrite=True)


def coarser(scene: Path, folder: Path) -> Iterator[tuple[float, Path]]:
    """The scene at each GSD that is no finer than its own, as a file."""
    with rasterio.open(scene) as dataset:
        grid = Georeference(dataset.transform, dataset.crs, dataset.height, dataset.width)
        own = max(grid.gsd())
        for gsd in (g for g in GSDS_M if g >= own):
            factor, path = gsd / own, folder / f"{scene.stem}_{round(gsd * 100)}cm.tif"
            width, height = round(dataset.width / factor), round(dataset.height / factor)
            scale = dataset.transform.scale(dataset.width / width, dataset.height / height)
            with WarpedVRT(
                dataset, transform=dataset.transform * scale, width=width, height=height,
                resampling=Resampling.average,
            ) as vrt:  # fmt: skip
                write(vrt, path)
            yield gsd, path


def write(vrt: WarpedVRT, path: Path) -> None:
    """A warped scene as a file with a mask."""
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "crs": vrt.crs, "transform": vrt.transform,
               "width": vrt.width, "height": vrt.height, "photometric": "RGB"}  # fmt: skip
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **profile) as out:
        out.write(vrt.read([1, 2, 3]))
        out.write_mask(vrt.dataset_mask())


def print_table(first: str, columns: Iterable[str], rows: Mapping[str, Mapping[str, float | None]]) -> None:
    """A Markdown table, and the mean of its rows where there are several."""
    columns = list(columns)
    print(f"| {first} | {' | '.join(columns)} |\n|{'---|' * (1 + len(columns))}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(as_text(row[c]) for c in columns)} |", flush=True)
    if len(rows) > 1:
        means = [[v for row in rows.values() if (v := row[c]) is not None] for c in columns]
        print(f"| mean | {' | '.join(as_text(sum(v) / len(v) if v else None) for v in means)} |")
    print()


def as_text(value: float | None) -> str:
    """A figure, or a dash."""
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
