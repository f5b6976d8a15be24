"""Every architecture of the family, trained on the same drawn town for the same time: their IoU side by side.

    python -m benchmarks.family                                   each for two minutes
    python -m benchmarks.family --only Unet,ClassicUnet --seconds 30
    python -m benchmarks.family --device gpu --batch 16 --crop 256

Each is its default card's network, begun by He's initialisation, and judged on another town. Networks of volumes see the
same towns as several pictures, each with a light and a noise of its own.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

import geounet
from geounet.errors import GeounetError
from geounet.models.networks import network_stride, takes_any_tile
from geounet.models.networks.architecture import Architecture
from geounet.models.networks.default_card import default_card
from geounet.models.networks.figures import count_parameters, default_network
from geounet.models.networks.registry import MODULES, find_architecture
from geounet.synthetic import TownOptions, draw_town

GSD_M = 0.3
TOWNS = {"train": (1024, 1), "validation": (512, 2)}
"""Side in pixels and seed of the town for each purpose."""

HEAD = """| architecture | parameters | steps | IoU of buildings | seconds |
|---|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is the same for all."""

    seconds: float
    """Of training, validation not included before the last."""
    crop: int
    """Side of a crop in pixels; a network of one tile has that."""
    batch: int
    device: str
    """Lightning's accelerator."""


def main() -> None:
    """Train what was asked for, and print a row each as it is done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.family", description=__doc__)
    parser.add_argument("--only", default=",".join(MODULES), help="names, with commas between them")
    parser.add_argument("--seconds", type=float, default=120.0, help="of training, each (120)")
    parser.add_argument("--crop", type=int, default=128, help="side of a crop in pixels (128)")
    parser.add_argument("--batch", type=int, default=4, help="crops in a step (4)")
    parser.add_argument("--device", default="auto", help="auto, cpu, gpu or mps")
    parser.add_argument("--folder", type=Path, help="where towns and models are kept (a temporary folder)")
    args = parser.parse_args()
    terms = Terms(seconds=args.seconds, crop=args.crop, batch=args.batch, device=args.device)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(HEAD)
        for row in rows(folder, args.only.split(","), terms):
            print(row, flush=True)


def rows(folder: Path, names: list[str], terms: Terms) -> Iterator[str]:
    """A row of the table for each architecture, or the error that it ended with."""
    for name in names:
        try:
            yield trained(folder, find_architecture(name), terms)
        except GeounetError as error:
            yield f"| {name} | – | – | {error} | – |"


def trained(folder: Path, architecture: Architecture, terms: Terms) -> str:
    """Train one and say what came of it."""
    module = default_network(architecture)
    parameters, stride = count_parameters(module), network_stride(module)
    crop = terms.crop // stride * stride if takes_any_tile(module) else architecture.tile
    del module
    report = geounet.train(tables(folder, architecture, terms, stride=stride, crop=crop))
    iou = report.metrics["mean"]
    return f"| {architecture.name} | {parameters / 1e6:.2f} M | {report.steps:,} | {iou:.3f} | {report.seconds:.0f} |"


def tables(
    folder: Path, architecture: Architecture, terms: Terms, *, stride: int, crop: int
) -> dict[str, Any]:
    """The config of a training."""
    plain = default_card(architecture, classes=("background", "building"))
    card = replace(
        plain, task="buildings", gsd_m=GSD_M, stride=stride, normalization=replace(plain.normalization, range="dtype"),
        license="Apache-2.0", sources=("towns drawn by geounet",),
    )  # fmt: skip
    never = 10**6  # the clock ends it, with the one validation
    return {
        "root": str(folder),
        "card": {key: value for key, value in card.to_dict().items() if key != "format"},
        "out": str(folder / architecture.name),
        "overwrite": True,
        "seed": 1,
        "device": terms.device,
        "validate_every": never,
        "data": {
            "crop": crop,
            "train": [town(folder, "train", architecture.steps)],
            "validation": [town(folder, "validation", architecture.steps)],
        },
        "optimizer": {
            "steps": never, "max_minutes": terms.seconds / 60, "batch": terms.batch, "warmup": 10, "rate": 1e-3,
        },
    }  # fmt: skip


def town(folder: Path, use: str, steps: int) -> dict[str, str]:
    """Names of a town's picture, or of its pictures as the bands of one file, date by date, and of its footprints."""
    side, seed = TOWNS[use]
    scene, labels = folder / f"{use}_{steps}.tif", folder / f"{use}.gpkg"
    if not (scene.exists() and labels.exists()):
        drawn = draw_town(TownOptions(size=(side, side), seed=seed, gsd_m=GSD_M, nodata_corner=False))
        drawn.write(scene)
        drawn.write_truth(labels, layer="buildings")
        if steps > 1:
            _write_dates(scene, steps, seed=seed)
    return {"scene": scene.name, "labels": labels.name}


def _write_dates(path: Path, steps: int, *, seed: int) -> None:
    """Write a picture again as so many, each a little lighter or darker, and noisy."""
    random = np.random.default_rng(seed)
    with rasterio.open(path) as dataset:
        image, profile = dataset.read(), dataset.profile
    for key in ("photometric", "interleave"):
        profile.pop(key, None)
    light = random.uniform(0.8, 1.2, (steps, 1, 1, 1))
    noise = random.normal(0, 4, (steps, *image.shape))
    dates = np.clip(np.rint(image * light + noise), 1, 255).astype(np.uint8)
    with rasterio.open(path, "w", **profile | {"count": steps * len(image)}) as dataset:
        dataset.write(dates.reshape(-1, *image.shape[1:]))


if __name__ == "__main__":
    main()
