"""Centrelines: routes on streets that are known, and the time and memory of a large raster."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from benchmarks.streets_truth import Streets, damaged, mask, probability, town
from benchmarks.table import Row
from geounet.evaluation.lines import line_scores
from geounet.georeference import GroundScale
from geounet.outputs import atomic_target
from geounet.strip import LabelStrip
from geounet.vector.centrelines import RoadOptions, centrelines
from geounet.vector.centrelines.adjacency import adjacent

CHILD = """
import json, sys, time
import geounet
from benchmarks.peak import peak_mb
def run(labels):
    options = geounet.VectorizeOptions(kind="roads", graph=sys.argv[1] + ".graphml", overwrite=True)
    return geounet.vectorize(labels, sys.argv[1] + ".fgb", options=options)
# A small raster first, so that libraries are loaded and kernels compiled before the clock starts.
run(sys.argv[2])
before, started = peak_mb(), time.perf_counter()
done = run(sys.argv[1])
seconds = time.perf_counter() - started
print(json.dumps({"before": before, "peak": peak_mb(), "seconds": seconds, "features": done.features}))
"""

Labels = NDArray[np.uint8]
Case = tuple[Labels, Labels | None]


def rows(folder: Path, *, seeds: int, size: int) -> Iterator[Row]:
    """Rows of APLS, the mean over towns at two pixel sizes, and one of speed."""
    towns = [(town(seed), gsd, seed) for seed in range(seeds) for gsd in (1.0, 0.5)]
    for name, make, goal in (
        ("a perfect mask", _perfect, "0.95"),
        ("5 % erased, and noise", _damaged, "0.85"),
        ("the same, with probabilities", _soft, ""),
    ):
        ours, theirs = [], []
        for streets, gsd, seed in towns:
            labels, confidence = make(streets, gsd, seed)
            ours.append(_apls(_traced(labels, confidence, gsd), streets))
            theirs.append(_apls(_skeleton(labels, gsd), streets))
        yield Row(
            f"APLS of centrelines from {name}, {len(towns)} towns of 1 km²",
            f"{mean(ours):.3f}, least {min(ours):.3f}",
            f"scikit-image's skeleton as it is: {mean(theirs):.3f}",
            goal,
        )
    yield _speed(folder, size=size)


def _perfect(streets: Streets, gsd: float, _seed: int) -> Case:
    return mask(streets, gsd), None


def _damaged(streets: Streets, gsd: float, seed: int) -> Case:
    return damaged(streets, mask(streets, gsd), gsd, seed=seed), None


def _soft(streets: Streets, gsd: float, seed: int) -> Case:
    labels = mask(streets, gsd)
    seen = damaged(streets, labels, gsd, seed=seed)
    likely = probability(labels, seen, seed=seed)
    return seen, np.where(seen == 1, likely, 250 - likely).astype(np.uint8)


def _traced(labels: Labels, confidence: Labels | None, gsd: float) -> list[shapely.LineString]:
    one, (height, width) = np.full((2, 2), gsd), labels.shape
    ground = GroundScale(np.array([0.0, height]), np.array([0.0, width]), one * gsd, one, one, one * 0)
    strip = LabelStrip(0, labels[None], None if confidence is None else confidence[None])
    network = centrelines([strip], ground, options=RoadOptions(), gsd=(gsd, gsd))
    parts = np.split(network.vertices * gsd, network.stops[:-1]) if len(network) else []
    return [shapely.LineString(part) for part in parts]


def _skeleton(labels: Labels, gsd: float) -> list[shapely.LineString]:
    """Lines between the neighbouring pixels of the mask's skeleton."""
    row, col = np.nonzero(skeletonize(labels == 1))  # type: ignore[no-untyped-call]
    xy = (np.column_stack([col, row]) + 0.5) * gsd
    pairs = xy[adjacent(row.astype(np.int32), col.astype(np.int32))]
    return [shapely.LineString(pair) for pair in pairs]


def _apls(lines: list[shapely.LineString], streets: Streets) -> float:
    return line_scores(lines, streets.lines, buffer_m=4.0, snap_m=4.0).apls or 0.0


def _speed(folder: Path, *, size: int) -> Row:
    """Labels that are 5 % street, of half a metre → lines and graph."""
    large, small = (_raster(folder / f"streets_{side}.tif", side) for side in (size, 512))
    command = [sys.executable, "-c", CHILD, str(large), str(small)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(run.stdout.splitlines()[-1])
    return Row(
        f"labels → centrelines and graph, {size}² at 0.5 m, 5 % street, noisy",
        f"{result['seconds']:.1f} s, {size * size / 1e6 / result['seconds']:.0f} Mpx/s, "
        f"{result['peak'] - result['before']:.0f} MB more",
        f"{result['before']:.0f} MB before; {result['features']} lines",
        "60 s at 10,000²",
    )


def _raster(path: Path, size: int) -> Path:
    if not path.exists():
        streets = town(0, size_m=size / 2, block_m=min(size / 2, 330.0))
        labels = damaged(streets, mask(streets, 0.5), 0.5, seed=0)
        profile = {
            "driver": "GTiff",
            "width": size,
            "height": size,
            "count": 1,
            "dtype": "uint8",
            "compress": "deflate",
        }
        where = rasterio.Affine(0.5, 0, 500_000, 0, -0.5, 4_600_000)
        with (
            atomic_target(path, overwrite=True) as draft,
            rasterio.open(draft, "w", **profile, tiled=True, crs="EPSG:32637", transform=where) as file,
        ):
            file.write(labels, 1)
    return path
