"""Vectorising a large label raster: time and memory, against GDAL's polygons of the whole raster."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import rasterio
import shapely
import shapely.affinity
from rasterio.features import rasterize, shapes

from benchmarks.scenes import label_raster
from benchmarks.table import Row, Target, interleaved
from geounet.georeference import GroundScale
from geounet.strip import LabelStrip
from geounet.vector.trace import TraceOptions, trace

PITCH = 70
"""Pixels from one building to the next."""

PEER = """
import json, sys, time
import rasterio
from rasterio.features import shapes
from benchmarks.peak import peak_mb
before, started = peak_mb(), time.perf_counter()
with rasterio.open(sys.argv[1]) as dataset:
    labels = dataset.read(1)
    found = [shape for shape, value in shapes(labels, mask=labels > 0, transform=dataset.transform)]
seconds = time.perf_counter() - started
print(json.dumps({"before": before, "peak": peak_mb(), "seconds": seconds, "features": len(found)}))
"""

CHILD = """
import json, sys, time
import geounet
from benchmarks.peak import peak_mb
options = geounet.VectorizeOptions(overwrite=True, **json.loads(sys.argv[3]))
# A small part first, so that libraries are loaded and kernels compiled before the clock starts.
geounet.vectorize(sys.argv[2], sys.argv[1] + ".fgb", options=options)
before, started = peak_mb(), time.perf_counter()
done = geounet.vectorize(sys.argv[1], sys.argv[1] + ".fgb", options=options)
seconds = time.perf_counter() - started
print(json.dumps({"before": before, "peak": peak_mb(), "seconds": seconds, "features": done.features}))
"""

TRACING, FILE = Target(must=5, excellent=15), Target(must=2, excellent=5)
"""Of tracing in memory, and from a file to a file, against `shapes` in memory alone."""

WAYS: dict[str, dict[str, bool]] = {
    "vectorize": {},
    "vectorize --separate": {"separate": True},
    "vectorize --regularize": {"regularize": True},
    "vectorize --separate --regularize": {"separate": True, "regularize": True},
}


def rows(folder: Path, *, size: int, rounds: int) -> Iterator[Row]:
    """A row for each way to vectorise, against `rasterio.features.shapes` in memory; the plain way in turns with it."""
    large, small = (buildings(folder / f"buildings_{side}.tif", size=side) for side in (size, 512))
    peers, owns = [], []
    for _ in range(rounds):
        peers.append(_measured(PEER, str(large)))
        owns.append(_vectorized(large, small, {}))
    peer = _median(peers)
    for name, options in WAYS.items():
        own = _vectorized(large, small, options) if options else _median(owns)
        growth, theirs = (result["peak"] - result["before"] for result in (own, peer))
        yield Row(
            f"{name}, {size}² labels of {peer['features']:,.0f} objects → FlatGeobuf",
            f"{own['seconds']:.1f} s, {growth:.0f} MB; {own['features']:,.0f} features",
            f"rasterio.features.shapes, in memory: {peer['seconds']:.1f} s ({own['seconds'] / peer['seconds']:.2f} ×), "
            f"{theirs:.0f} MB ({growth / theirs:.2f} ×)",
            ratio=peer["seconds"] / own["seconds"],
            target=None if options else FILE,
        )


def tracing_row(folder: Path, *, size: int, rounds: int) -> Row:
    """Labels in memory → exact outlines with areas and confidence, in turns with `shapes`."""
    with rasterio.open(buildings(folder / f"buildings_{size}.tif", size=size)) as dataset:
        labels = dataset.read(1)
    one = np.ones((2, 2))
    ends = np.array([0.0, size])
    ground = GroundScale(ends, ends, one * 0.09, one * 0.3, one * 0.3, one * 0)
    strip = LabelStrip(0, labels[None], np.full_like(labels, 200)[None])

    def ours() -> int:
        return sum(len(batch.area) for batch in trace([strip], ground, options=TraceOptions()))

    def theirs() -> int:
        return sum(1 for _ in shapes(labels, mask=labels > 0))

    if ours() != theirs():
        raise SystemExit(f"trace finds {ours()} objects, shapes {theirs()}")
    mine, other = interleaved(ours, theirs, rounds=rounds)
    return Row(
        f"tracing {size}² labels of {ours():,} objects in memory, with areas and confidence",
        f"{size * size / 1e6 / mine:,.0f} Mpx/s, ratio {other / mine:.1f}",
        f"rasterio.features.shapes: {size * size / 1e6 / other:,.0f} Mpx/s",
        ratio=other / mine,
        target=TRACING,
    )


def buildings(path: Path, *, size: int) -> Path:
    """A label raster of turned rectangles, one in eight with a neighbour at its wall."""
    if path.exists():
        return path
    random = np.random.default_rng(3)
    count = size // PITCH
    centres = (
        np.stack(np.meshgrid(np.arange(count), np.arange(count)), axis=-1).reshape(-1, 2) + 0.5
    ) * PITCH
    sides = random.uniform(14, 30, (len(centres), 2))
    angles = random.uniform(0, 90, len(centres))
    outlines = []
    for (x, y), (width, depth), angle in zip(centres, sides, angles, strict=True):
        shape = shapely.box(x - width / 2, y - depth / 2, x + width / 2, y + depth / 2)
        if random.random() < 1 / 8:
            shape = shape.union(shapely.box(x + width / 2, y - depth / 4, x + width, y + depth / 3))
        outlines.append(shapely.affinity.rotate(shape, angle, origin=(x, y)))
    labels = rasterize(outlines, (size, size), dtype="uint8")
    return label_raster(path, labels)


def _vectorized(large: Path, small: Path, options: Mapping[str, bool]) -> dict[str, float]:
    return _measured(CHILD, str(large), str(small), json.dumps({"kind": "buildings", **options}))


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    """The run that took the median of the times."""
    return sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]


def _measured(program: str, *arguments: str) -> dict[str, float]:
    """What a program prints last, run in a process of its own."""
    command = [sys.executable, "-c", program, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return result
