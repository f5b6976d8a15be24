"""What training takes from Lightning, kornia and smp: imported here alone, since all of them import torchvision."""

from geounet.models.torchvision_ops import declare_missing_operators

declare_missing_operators()

import kornia.augmentation as kornia  # noqa: E402 (after the declaration above)
import segmentation_models_pytorch.losses as smp  # noqa: E402
from lightning import Callback, LightningModule, Trainer, seed_everything  # noqa: E402
from lightning.pytorch.loggers import CSVLogger  # noqa: E402

__all__ = ["CSVLogger", "Callback", "LightningModule", "Trainer", "kornia", "seed_everything", "smp"]
