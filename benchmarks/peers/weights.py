"""The weights that all run: smp's Unet of resnet18, trained for a minute on drawn towns.

Random weights would do for speed; that a tile's border makes pixels wrong shows only with weights that look around them.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.peers.torch_network import NullNetwork
from geounet.models import bundle
from geounet.models.card import ModelCard, Normalization
from geounet.models.networks import build
from geounet.outputs import atomic_target
from geounet.synthetic import TownOptions, draw_town
from geounet.synthetic.town import BUILDING

CROP, BATCH = 192, 4


@dataclass(frozen=True, slots=True)
class Weights:
    """One network in the forms that are asked for."""

    torch: Path
    onnx: Path
    bundle: Path


def trained(folder: Path, *, steps: int, tile: int) -> Weights:
    """The weights in `folder`, trained where they are not there yet."""
    made = Weights(folder / "weights.pt", folder / f"network_{tile}.onnx", folder / "bundle")
    if not made.torch.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"training the peers' network for {steps} steps", file=sys.stderr)
        saved = bundle.save(
            made.bundle, _card(tile), state=_fitted(_card(tile), steps).state_dict(), page="", overwrite=True
        )
        # What was rounded for the bundle is what all run.
        with atomic_target(made.torch, overwrite=True) as draft:
            torch.save(bundle.load(saved).state_dict(), draft)
    if not made.onnx.exists():
        exported(bundle.load(bundle.read(made.bundle)), made.onnx, tile=tile)
    return made


def null(folder: Path, *, tile: int) -> Path:
    """The null model as ONNX."""
    path = folder / f"null_{tile}.onnx"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        exported(NullNetwork(), path, tile=tile)
    return path


def exported(module: nn.Module, path: Path, *, tile: int) -> None:
    """Write a network as ONNX for patches of (1, 3, tile, tile)."""
    example = torch.zeros(1, 3, tile, tile)
    with atomic_target(path, overwrite=True) as draft:
        torch.onnx.export(module.eval(), (example,), draft, dynamo=True, external_data=False, verbose=False)


def _card(tile: int) -> ModelCard:
    counts = Normalization((0.0, 255.0), (2.0, 98.0), (0.0,) * 3, (1.0,) * 3)
    return ModelCard(
        name="peers", version="1", description="", task="areas", architecture={"name": "Unet", "encoder": "resnet18"},
        bands=("red", "green", "blue"), classes=("background", "building"), activation="softmax", gsd_m=None,
        normalization=counts, tile=tile, margin=32, license="Apache-2.0", sources=(),
    )  # fmt: skip


def _fitted(card: ModelCard, steps: int) -> nn.Module:
    """The network after so many steps on crops of a drawn town."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    town = draw_town(TownOptions(size=(1024, 1024), seed=2))
    pixels, truth = town.image.astype(np.float32) / 255, (town.labels == BUILDING).astype(np.int64)
    module = build(card).train()
    optimizer = torch.optim.AdamW(module.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=steps)
    for _ in range(steps):
        corners = random.integers(0, 1024 - CROP, (BATCH, 2))
        crops = [(..., slice(row, row + CROP), slice(col, col + CROP)) for row, col in corners]
        batch, wanted = (torch.from_numpy(np.stack([a[crop] for crop in crops])) for a in (pixels, truth))
        loss = nn.functional.cross_entropy(module(batch), wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
        optimizer.step()
        schedule.step()
    return module.eval()
