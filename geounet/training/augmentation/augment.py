"""Augmentation of a batch of crops into what the network is trained on."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from geounet.errors import TrainingError
from geounet.models.card import Normalization
from geounet.training.augmentation.colour import colour_changes
from geounet.training.augmentation.deform import sampling_grid
from geounet.training.augmentation.mixup import Mix, mix_up
from geounet.training.augmentation.warp import warp
from geounet.training.config.augment import AugmentConfig
from geounet.training.libraries import kornia


@dataclass(frozen=True, slots=True)
class Augmented:
    """A batch as the network is trained on it."""

    images: Tensor
    """(N, C, h, w) float32, normalised; 0 where invalid."""
    labels: Tensor
    """(N, h, w) int64 class indices, 255 where ignored."""
    weights: Tensor
    """(N, h, w) float32; 0 where invalid, and there alone."""
    mix: Mix | None
    """What was mixed into the images, where they are mixtures."""


class Augmentation(nn.Module):
    """Crops (see crops.py) to final squares: deformed, recoloured, normalised, mixed.

    All that is drawn comes from torch's generator of the device on which the crops lie.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: AugmentConfig, normalization: Normalization, *, final: int) -> None:
        super().__init__()
        if config.drop_band and len(normalization.mean) == 1:
            raise TrainingError("augment.drop_band is on, and the model takes one band alone; set it to 0")
        self.config, self.final = config, final
        self.colour = colour_changes(config)
        self.drop = kornia.RandomChannelDropout(p=config.drop_band) if config.drop_band else nn.Identity()
        self.register_buffer("mean", torch.tensor(normalization.mean)[:, None, None])
        self.register_buffer("std", torch.tensor(normalization.std)[:, None, None])

    @torch.no_grad()
    def forward(self, batch: dict[str, Tensor]) -> Augmented:
        """A batch of `image`, `labels`, `weights` and `zoom`, all on one device."""
        zoom, side = batch["zoom"], batch["image"].shape[-1]
        grid = sampling_grid(zoom, self.config, final=self.final, side=side)
        between = not (self._on_pixels(side) and bool((zoom == 1).all()))
        crop = batch["image"], batch["labels"], batch["weights"]
        image, labels, weights = warp(*crop, grid=grid, between=between)
        image = self.drop((self.colour(image) - self.mean) / self.std)
        # Invalid pixels weigh nothing; the network sees them as it will in inference, as 0 after normalisation.
        image = image.masked_fill((weights == 0)[:, None], 0.0)
        image, mix = mix_up(image, labels, weights, concentration=self.config.mixup)
        return Augmented(image, labels, weights, mix)

    def _on_pixels(self, side: int) -> bool:
        """Whether a grid that is not scaled meets pixels' centres alone: flips and right angles are exact then."""
        c = self.config
        return not (c.rotate or c.elastic or (side - self.final) % 2)
