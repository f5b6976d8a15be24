"""Every architecture of the family, trained on the same drawn town for the same time: their IoU side by side.

    python -m benchmarks.family                                   each in small, for two minutes
    python -m benchmarks.family --only Unet,ClassicUnet --seconds 30
    python -m benchmarks.family --full --device gpu --batch 16 --crop 256

Each is begun by He's initialisation and judged on another town, at a threshold of 0.5. By default networks are small (see
`family_sizes.py`), so that a core of a processor takes them through a hundred steps and more; `--full` takes the default
cards' own. Networks of volumes see the same towns as several pictures, each with a light and a noise of its own, in crops
of half the side.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

import geounet
from benchmarks.family_sizes import GSD_M, family_card, in_words
from geounet.errors import GeounetError
from geounet.models.card import ModelCard
from geounet.models.networks import build, network_stride
from geounet.models.networks.architecture import Architecture
from geounet.models.networks.figures import count_parameters
from geounet.models.networks.registry import MODULES, find_architecture
from geounet.synthetic import TownOptions, draw_town

APART_M = 10_000.0
"""From one town to the next: each is a place of its own."""

HEAD = """| architecture | options | parameters | steps | IoU of buildings | seconds |
|---|---|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town that is drawn: a square."""

    side: int
    """In pixels."""
    seed: int
    """Decides what it looks like, and where it lies."""


TOWNS = {"train": Town(side=1024, seed=1), "validation": Town(side=512, seed=2)}
"""What is learnt from, and what is judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is the same for all."""

    seconds: float
    """Of training; validation, at the end, is not counted."""
    steps: int
    """At most, whatever the clock says."""
    crop: int
    """Side of a crop in pixels; of volumes, twice theirs."""
    batch: int
    """Crops in a step."""
    small: bool
    """Whether networks are small, or their default cards'."""
    device: str
    """Lightning's accelerator."""
    precision: str
    """Lightning's name of the arithmetic."""


def main() -> None:
    """Train what was asked for, and print a row each as it is done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.family", description=__doc__)
    parser.add_argument("--only", default=",".join(MODULES), help="names, with commas between them")
    parser.add_argument("--seconds", type=float, default=120.0, help="of training, each (120)")
    parser.add_argument(
        "--steps", type=int, default=10**6, help="at most; a million if the clock is to end it"
    )
    parser.add_argument("--crop", type=int, default=128, help="side of a crop in pixels (128)")
    parser.add_argument("--batch", type=int, default=4, help="crops in a step (4)")
    parser.add_argument("--full", action="store_true", help="networks of the default cards, not small ones")
    parser.add_argument("--device", default="auto", help="auto, cpu, gpu or mps")
    parser.add_argument("--precision", default="32-true", help="Lightning's name, or auto (32-true)")
    parser.add_argument("--folder", type=Path, help="where towns and models are kept (a temporary folder)")
    args = parser.parse_args()
    terms = Terms(
        seconds=args.seconds, steps=args.steps, crop=args.crop, batch=args.batch, small=not args.full,
        device=args.device, precision=args.precision,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        print(HEAD, flush=True)
        for row in rows(folder, args.only.split(","), terms):
            print(row, flush=True)


def rows(folder: Path, names: list[str], terms: Terms) -> Iterator[str]:
    """A row of the table for each architecture, or the error that it ended with."""
    for name in names:
        try:
            yield trained(folder, find_architecture(name), terms)
        except GeounetError as error:
            yield f"| {name} | – | – | – | {error} | – |"


def trained(folder: Path, architecture: Architecture, terms: Terms) -> str:
    """Train one and say what came of it."""
    crop = terms.crop // 2 if architecture.axes else terms.crop
    card = family_card(architecture, small=terms.small, crop=crop)
    module = build(card)
    parameters, stride = count_parameters(module), network_stride(module)
    del module
    report = geounet.train(tables(folder, card, terms, stride=stride))
    told = f"{architecture.name} | {in_words(card.architecture or {}) or '–'} | {parameters / 1e6:.2f} M"
    return f"| {told} | {report.steps:,} | {report.metrics['mean']:.3f} | {report.seconds:.0f} |"


def tables(folder: Path, card: ModelCard, terms: Terms, *, stride: int) -> dict[str, Any]:
    """The config of a training."""
    told = {key: value for key, value in card.to_dict().items() if key != "format"}
    return {
        "card": told | {"stride": stride},
        "out": str(folder / card.name),
        "overwrite": True,
        "seed": 1,
        "device": terms.device,
        "validate_every": terms.steps,  # once, when it ends
        "threshold": 0.5,
        "calibrate": False,
        "data": {
            "crop": card.tile,
            "train": [town(folder, "train", card.steps)],
            "validation": [town(folder, "validation", card.steps)],
        },
        "optimizer": {
            "steps": terms.steps, "max_minutes": terms.seconds / 60, "batch": terms.batch, "warmup": 10,
            "rate": 1e-3, "precision": terms.precision,
        },
    }  # fmt: skip


def town(folder: Path, use: str, steps: int) -> dict[str, str]:
    """Paths of a town's picture, or of its pictures as the bands of one file, date by date, and of its footprints."""
    chosen = TOWNS[use]
    scene, labels = folder / f"{use}_{steps}.tif", folder / f"{use}.gpkg"
    if not (scene.exists() and labels.exists()):
        drawn = draw_town(options(chosen))
        drawn.write(scene)
        drawn.write_truth(labels, layer="buildings")
        if steps > 1:
            _write_dates(scene, steps, seed=chosen.seed)
    return {"scene": str(scene), "labels": str(labels)}


def options(chosen: Town) -> TownOptions:
    """What is drawn of a town: every one on ground of its own, or what is judged by would be trained on."""
    east, north = TownOptions().origin
    return TownOptions(
        size=(chosen.side, chosen.side), seed=chosen.seed, gsd_m=GSD_M, nodata_corner=False,
        origin=(east + chosen.seed * APART_M, north),
    )  # fmt: skip


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
