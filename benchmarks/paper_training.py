"""How a network is trained for the table of U-Net's paper: a fold of a set → the config of a run."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.paper_sets import UNSURE, Fold, Frame, write_cells, write_image
from geounet.models.card import ModelCard, Normalization
from geounet.training import TrainConfig
from geounet.training.config.augment import AugmentConfig
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.config.loss import LossConfig
from geounet.training.config.optimizer import OptimizerConfig

CORE = 704
"""Largest frame, in pixels, that goes through the network at once."""

MARGIN = 16
"""Mirrored context of a frame, in pixels: what lies beyond it is not known, and each convolution mirrors again."""

ELASTIC = 10 / 512
"""How far the nodes of the paper's grid of 3 × 3 move, 10 pixels (standard deviation), as a share of its images' side."""

GAP = 2.0
"""Width of the ground between cells that touch, in pixels of what the network sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a run is."""

    channels: int = 64
    """Of the network's first level; 64 is the paper's."""
    depth: int = 4
    """How often its sides are halved; 4 is the paper's."""
    steps: int = 10_000
    """Steps of a run, at most."""
    minutes: float | None = None
    """Minutes of a run, at most."""
    batch: int = 4
    """Crops in a step."""
    crop: int = 256
    """Side of a crop, in pixels of what the network sees."""
    shrink: int = 1
    """Sides of a pixel that the network sees, in pixels of the frames; of the stack always 1."""
    rate: float = 5e-4
    """Learning rate at its highest."""
    device: str = "auto"
    seed: int = 0


def fold_config(fold: Fold, *, name: str, stack: bool, folder: Path, scale: Scale) -> TrainConfig:
    """The run of a fold: ClassicUnet, border weights, elastic deformation and cross-entropy, as in the paper.

    `stack` is whether truth is a map of cells and membranes, which is trained on as it is; else cells are numbered, and
    those that touch get a gap. A pixel of a frame is called a metre. Files are written to `folder`, the run's too.
    """
    return TrainConfig(
        card=_card(name, stack=stack, scale=scale, gsd_m=float(1 if stack else scale.shrink)),
        data=_data(fold, stack=stack, folder=folder, scale=scale),
        augment=AugmentConfig(
            elastic=ELASTIC * scale.crop,
            elastic_nodes=3,
            rotate=0.5,
            flip=0.5,
            brightness=0.1,
            contrast=0.2,
            gamma=0.2,
        ),
        loss=LossConfig(cross_entropy=1.0, dice=0.0),
        optimizer=OptimizerConfig(
            steps=scale.steps,
            batch=scale.batch,
            rate=scale.rate,
            warmup=50,
            average=0.99,
            max_minutes=scale.minutes,
        ),
        out=folder / fold.name / "model",
        run=folder / fold.name / "run",
        seed=scale.seed,
        validate_every=max(1, min(500, scale.steps // 10)) if scale.minutes is None else 100,
        calibrate=False,
        overwrite=True,
        device=scale.device,
    )


def _data(fold: Fold, *, stack: bool, folder: Path, scale: Scale) -> DataConfig:
    """The frames of a fold with their truth, and U-Net's border weights."""
    shrink = 1 if stack else scale.shrink
    scenes = [
        tuple(
            SceneConfig(scene=frame.image, labels=frame.truth)
            if stack
            else SceneConfig(
                scene=seen(frame, folder, shrink=shrink),
                labels=write_cells(frame, folder / f"labels/{frame.name}.fgb", shrink=shrink),
            )
            for frame in frames
        )
        for frames in (fold.trained, fold.chosen_on)
    ]
    return DataConfig(
        train=scenes[0],
        validation=scenes[1],
        crop=scale.crop,
        balanced=False,
        classes={"0": "membrane", "255": "cell"} if stack else {},
        ignored=() if stack else (UNSURE,),
        gap_m=0.0 if stack else GAP * shrink,
        border_weight=10.0,
        border_sigma_m=5.0,
        cache=folder / "scenes",
    )


def seen(frame: Frame, folder: Path, *, shrink: int) -> Path:
    """The image that the network sees of a frame: its own, or a smaller one that is written to `folder`."""
    if shrink == 1:
        return frame.image
    return write_image(frame, folder / f"images/{frame.name}.tif", shrink=shrink)


def _card(name: str, *, stack: bool, scale: Scale, gsd_m: float) -> ModelCard:
    return ModelCard(
        name=name,
        version="1.0.0",
        description="A run of benchmarks.paper.",
        task="areas",
        architecture={"name": "ClassicUnet", "channels": scale.channels, "depth": scale.depth},
        bands=("grey",),
        classes=("membrane" if stack else "background", "cell"),
        activation="softmax",
        gsd_m=gsd_m,
        normalization=Normalization(range="scene", percentiles=(0.5, 99.5), mean=(0.5,), std=(0.25,)),
        tile=CORE + 2 * MARGIN,
        margin=MARGIN,
        stride=1 << scale.depth,
        license="for research, with citation: not to be shipped",
        sources=("ISBI 2012 EM challenge" if stack else "Cell Tracking Challenge, training set",),
    )
