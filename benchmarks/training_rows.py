"""Images a second in training: crops alone, the step alone, and both together as a run has them."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import count, islice
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from benchmarks.family import town
from benchmarks.table import Row, interleaved
from geounet.models.card import ModelCard
from geounet.models.engines.devices import choose_device, choose_precision
from geounet.models.loading import load_model
from geounet.training.config import TrainConfig
from geounet.training.fitting.task import SegmentationTask
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.reading import training_scenes

Batch = dict[str, Tensor]

FEW, MANY = 3, 16
"""Batches that are timed at once."""


def rows(folder: Path, *, quick: bool, device: str = "auto") -> Iterator[Row]:
    """Images a second of 256², a drawn town, the buildings model's network; workers as a run has them: none."""
    config = _config(folder, load_model("buildings", engine="torch", device="cpu").card)
    place = choose_device(device)
    step = _Step(config, place)
    batches = FEW if quick else MANY
    crops = iter(_crops(config))
    held = next(crops)
    step(held)  # allocates, and picks kernels
    loader, alone, both = (seconds / batches for seconds in interleaved(
        partial(_take, crops, batches, _nothing),
        partial(_repeat, held, batches, step),
        partial(_take, crops, batches, step),
        rounds=2 if quick else 5,
    ))  # fmt: skip
    size = config.optimizer.batch
    yield Row(
        f"training on {place}, crops of 256², {size} a batch: crops alone",
        f"{size / loader:.0f} images/s",
        f"the step alone: {size / alone:.1f} images/s ({alone / loader:.0f} × slower)",
    )
    yield Row(
        "the same, the step alone ÷ both, one after the other",
        f"{alone / both:.3f}",
        f"together {size / both:.1f} images/s",
        "the loader is never the brake: 0.97",
    )


class _Step:
    """A training step: crops augmented, forward, backward, optimizer."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        self.task = SegmentationTask(config, []).to(device).train()
        self.optimizer = self.task.configure_optimizers()
        self.numbers = count()
        half = choose_precision("auto", device)
        self.arithmetic = (
            partial(nullcontext) if half is torch.float32 else partial(torch.autocast, device.type, half)
        )

    def __call__(self, batch: Batch) -> None:
        device = self.task.device
        on_device = {name: values.to(device, non_blocking=True) for name, values in batch.items()}
        with self.arithmetic():
            loss = self.task.training_step(on_device, next(self.numbers))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
        self.optimizer.step()
        float(loss.detach())  # waits for the device


def _nothing(_batch: Batch) -> None:
    return


def _take(crops: Iterator[Batch], batches: int, use: Callable[[Batch], None]) -> None:
    for batch in islice(crops, batches):
        use(batch)


def _repeat(batch: Batch, batches: int, use: Callable[[Batch], None]) -> None:
    for _ in range(batches):
        use(batch)


def _crops(config: TrainConfig) -> "DataLoader[Batch]":
    scenes = training_scenes(config, SceneCache.of(config.data))
    return DataLoader(
        Crops(scenes, config), batch_size=config.optimizer.batch, num_workers=config.optimizer.workers or 0
    )


def _config(folder: Path, card: ModelCard) -> TrainConfig:
    """A drawn town, augmented as the shipped buildings model was."""
    told = {key: value for key, value in replace(card, influence=None).to_dict().items() if key != "format"}
    return TrainConfig.from_dict(
        {
            "card": told, "out": str(folder / "trained"), "overwrite": True, "seed": 1,
            "data": {
                "crop": 256, "cache": str(folder / "cache"),
                "train": [town(folder, "train", 1)], "validation": [town(folder, "validation", 1)],
            },
            "augment": {
                "scale": [0.65, 1.6], "rotate": 0.5, "elastic": 3.0, "brightness": 0.25, "contrast": 0.35,
                "saturation": 0.4,
            },
            "optimizer": {"steps": 100_000, "batch": 8, "rate": 1e-3},
        },
        folder=folder,
    )  # fmt: skip
