"""What training takes from Lightning and kornia: imported here alone, since both import torchvision."""

from geounet.models.torchvision_ops import declare_missing_operators

declare_missing_operators()

import kornia.augmentation as kornia  # noqa: E402 (after the declaration above)
from lightning import Callback, LightningModule, Trainer, seed_everything  # noqa: E402
from lightning.fabric.plugins.environments.lightning import LightningEnvironment  # noqa: E402

__all__ = [
    "Callback",
    "LightningEnvironment",
    "LightningModule",
    "Trainer",
    "kornia",
    "seed_everything",
]
